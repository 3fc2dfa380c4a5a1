import pytest

from extract.markdown.policy_section import privacy_part
from extract.markdown.text import MarkdownBlock

LONG = MarkdownBlock("word " * 120)
SECTIONS = ("Cookie Policy", "Key terms", "Disclaimer", "Legal disclaimer", "Security Policy", "Impressum")


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


def test_documents_below_a_common_title_are_documents():
    page = blocks("# Terms & Privacy", "## Privacy Policy", "...", "## Terms of Use", "...")
    assert privacy_part(page, "Legal") == [1, 2]


def test_a_long_text_before_the_first_document_is_kept():
    page = blocks("# Legal", "...", "## Terms of Use", "...", "## Privacy Policy", "...")
    assert privacy_part(page, "Legal") == [0, 1, 4, 5]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("level", ["#", "##"])
def test_a_section_that_is_named_like_a_document_stays(section, level):
    page = blocks(
        "# Privacy Policy",
        "...",
        f"{level} What we collect",
        "...",
        f"{level} {section}",
        "...",
        f"{level} Who sees it",
        "...",
        f"{level} Contact us",
        "...",
    )
    assert privacy_part(page, "Privacy Policy") is None


@pytest.mark.parametrize("section", [*SECTIONS, "Terms of Use"])
def test_all_sections_below_the_title_of_the_policy_stay(section):
    page = blocks("# Privacy Policy", "## Privacy", "...", f"## {section}", "...")
    assert privacy_part(page, "Privacy Policy") is None


def test_a_cookie_policy_is_a_document_of_its_own_if_both_have_sections():
    page = blocks(
        "# Privacy Policy", "## A", "...", "## B", "...", "# Cookie Policy", "## C", "...", "## D", "..."
    )
    assert privacy_part(page, "Privacy Policy") == [0, 1, 2, 3, 4]
    flat = blocks("# Privacy Policy", "...", "# Cookie Policy", "...")
    assert privacy_part(flat, "Privacy Policy") is None


def test_a_numbered_section_of_the_terms_is_no_document():
    page = blocks(
        "# Terms of Use", "## 1\\. Orders", "...", "## 8\\. Privacy", "...", "## 9\\. Changes", "..."
    )
    assert privacy_part(page, "Legal") is None
    assert privacy_part([*page, *blocks("# Privacy Policy", "## Cookies", "...")], "Legal") == [7, 8, 9]


def test_a_policy_that_is_no_longer_in_force_is_another_document():
    page = blocks("# Privacy Policy", "...", "# Archived Privacy Policy", "...", "# Terms of Use", "...")
    assert privacy_part(page, "Privacy Policy") == [0, 1]


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


def test_a_flat_policy_is_not_cut():
    page = blocks(
        "## Privacy Policy", "...", "## What we collect", "...", "## Terms of Use", "...", "## Contact", "..."
    )
    assert privacy_part(page, "Legal") is None
    assert privacy_part(page[:6], "Legal") is None


def test_a_dated_document_under_a_centred_title_ends_the_policy():
    title = MarkdownBlock("**COOKIE NOTICE**", centred=True)
    page = [*blocks("**INTRODUCTION**", "..."), title, *blocks("**Effective Date**: March 26, 2020", "...")]
    assert privacy_part(page, "Privacy Policy") == [0, 1]
    assert privacy_part(page, "Legal") is None
    assert privacy_part([*page, *blocks("# 8\\. Who sees it", "...")], "Privacy Policy") is None
    assert (
        privacy_part(
            [block if block is not title else MarkdownBlock(title.text) for block in page], "Privacy Policy"
        )
        is None
    )


def test_too_little_privacy_cuts_nothing():
    assert privacy_part(blocks("## Terms of Use", "...", "## Privacy Policy", "See there."), "Legal") is None
