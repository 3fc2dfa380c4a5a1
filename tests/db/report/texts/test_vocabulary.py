"""The terms of the tables A3 to A6: corrected, and as published."""

import pytest

from db.report.texts import plain, vocabulary

TABLES = ("A3", "A4", "A5", "A6")


def terms(markdown: str, *tables: str) -> set[str]:
    text = " ".join(plain.blocks(markdown))
    found = vocabulary.found(text, markdown, tables or TABLES, as_published=False)
    return {key.partition(":")[2] for key in found}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We withdraw your consent under the GDPR", {"consent", "withdraw consent", "gdpr"}),
        ("accessories, objective, periodical, contractor", set()),
        ("Cookies", {"cookies"}),
        ("flash cookies", {"cookies", "zombie cookies"}),
        ("Web Beacons and clear GIFs", {"web beacons"}),
        ("device fingerprints", {"fingerprinting"}),
        ("see [this](https://pixel.DoubleClick.net/x)", {"Google"}),
        ("see [this](https://notgoogle.com/) and [that](http://google.com.evil.example/)", set()),
        ("see [this](//t.co/x)", {"Twitter"}),
        ("see [this](https://account.co/x)", set()),
        ("Network Advertising Initiative", {"NAI"}),
        ("European Interactive Digital Advertising Alliance", {"EDAA", "DAA"}),
        ("", set()),
    ],
)
def test_a_text_has_these_terms(text: str, names: set[str]) -> None:
    assert terms(text) == names


def test_as_published_the_long_names_never_match() -> None:
    text = "European Interactive Digital Advertising Alliance (EDAA)"
    published = vocabulary.found(text, text, ["A6"], as_published=True)
    assert published == {"A6:EDAA"}


def test_only_the_wanted_tables_are_searched() -> None:
    assert terms("cookies of Google", "A5") == {"Google"}
