"""Whole pages in each language of the lexicon: policies, and pages that are none."""

import tomllib
from pathlib import Path

import pytest

from extract import extract_policy, lexicon
from extract.verdict import OTHER_PAGE, POLICY, SOFT_404

PAGES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
URL = "https://www.quillfern.example/p/17"


def page(code, kind):
    title, *paragraphs = PAGES[code][kind]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = f"<title>{title}</title><body><main><h1>{title}</h1>{body}</main><footer>Quillfern</footer>"
    return extract_policy(f"<!doctype html><html>{html}</html>".encode(), url=URL)


def test_the_pages_are_in_the_languages_that_the_extraction_has_to_know():
    languages = "en fr de es pt it nl sv da nb fi pl cs ro et hu el tr ru uk ar he ja zh zh-Hant ko th"
    assert list(PAGES) == languages.split()
    assert {code.partition("-")[0] for code in PAGES} <= set(lexicon.by_language("terms"))


@pytest.mark.parametrize("code", PAGES)
def test_a_short_policy_in_plain_words_is_a_policy_with_all_its_sentences(code):
    document = page(code, "policy")
    title, *paragraphs = PAGES[code]["policy"]
    assert (document.verdict, document.language, document.title, document.completeness) == (
        *(POLICY, code.partition("-")[0], title),
        1.0,
    )
    assert document.body == "\n\n".join(paragraphs)


@pytest.mark.parametrize("code", PAGES)
@pytest.mark.parametrize(
    ("kind", "verdict"), [("terms", OTHER_PAGE), ("home", OTHER_PAGE), ("missing", SOFT_404)]
)
def test_another_page_is_no_policy(code, kind, verdict):
    assert page(code, kind).verdict == verdict
