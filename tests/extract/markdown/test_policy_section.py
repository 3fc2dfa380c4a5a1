from extract.markdown.policy_section import privacy_part
from extract.markdown.text import MarkdownBlock

LONG = MarkdownBlock("word " * 120)


def blocks(*texts):
    return [LONG if text == "..." else MarkdownBlock(text) for text in texts]


def test_documents_side_by_side():
    page = blocks(
        "About us",
        "## Terms of Service",
        "...",
        "## Privacy Policy",
        "### Cookies",
        "...",
        "## Refund Policy",
        "...",
        "## GDPR",
        "...",
        "## Imprint",
        "x",
    )
    assert privacy_part(page, "Legal") == [3, 4, 5, 8, 9]


def test_a_policy_with_a_section_on_terms_is_one_document():
    page = blocks(
        "# Privacy Policy",
        "...",
        "## Cookies",
        "...",
        "## Changes to our Terms of Use",
        "...",
        "## Contact",
        "...",
    )
    assert privacy_part(page, "Privacy Policy") is None


def test_sections_of_a_flat_policy_stay_with_it():
    page = blocks("## Privacy Policy", "...", "## What we collect", "...", "## Terms of Use", "...")
    assert privacy_part(page, "Legal") == [0, 1, 2, 3]


def test_a_dated_document_under_a_centred_title_ends_the_policy():
    title = MarkdownBlock("**COOKIE NOTICE**", centred=True)
    page = [*blocks("**INTRODUCTION**", "..."), title, *blocks("**Effective Date**: March 26, 2020", "...")]
    assert privacy_part(page, "Privacy Policy") == [0, 1]
    assert privacy_part(page, "Legal") is None
    assert (
        privacy_part(
            [block if block is not title else MarkdownBlock(title.text) for block in page], "Privacy Policy"
        )
        is None
    )


def test_too_little_privacy_cuts_nothing():
    assert privacy_part(blocks("## Terms of Use", "...", "## Privacy Policy", "See there."), "Legal") is None
