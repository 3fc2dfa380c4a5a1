import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims import Paragraph
from extract.claims.rules import rules
from extract.claims.sentences import passages

ENGLISH = rules("en").grammar


def texts(*paragraphs: Paragraph) -> list[str]:
    return [one.text for one in passages(paragraphs, ENGLISH)]


def test_sentences_end_at_full_stops_and_not_at_abbreviations():
    text = 'We ship to the U.S. and to Kiel, e.g. by sea. Lantern Inc. pays. Do you? Yes! "Quoted." End'
    assert texts(Paragraph(text, "", "")) == [
        "We ship to the U.S. and to Kiel, e.g. by sea.",
        "Lantern Inc. pays.",
        "Do you?",
        "Yes!",
        '"Quoted."',
        "End",
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "de",
            ["Wir geben z. B. Namen weiter.", "Das erlaubt Art. 6 Abs. 1 lit. b, d. h. der Vertrag."],
        ),
        ("de", ["Dies gilt seit dem 1. Januar 2020.", "Über 30 Tage speichern wir nichts."]),
        ("de", ["Nach Abs. 1 ist es erlaubt.", "„Kunden“ sind Sie bzw. Ihre Firma."]),
        ("fr", ["Nous utilisons p. ex. des cookies.", "Selon l’art. 6, M. Mèche y consent."]),
        (
            "fr",
            ["Depuis le 1er janvier 2020, tout va.", "À partir de là, rien.", "« Vous » êtes le client."],
        ),
    ],
)
def test_sentences_of_other_languages(language: str, expected: list[str]):
    found = passages([Paragraph(" ".join(expected), "", "")], rules(language).grammar)
    assert [one.text for one in found] == expected


def test_items_know_the_sentence_before_their_list():
    found = passages(
        [
            Paragraph("Hello. We use data to:", "", "Use"),
            Paragraph("improve the shop", "*", "Use"),
            Paragraph("send letters", "*", "Use"),
            Paragraph("Other", "##", "Use"),
            Paragraph("one more", "*", "Other"),
        ],
        ENGLISH,
    )
    assert [(one.text, one.lead, one.section) for one in found] == [
        ("Hello.", "", "Use"),
        ("We use data to:", "", "Use"),
        ("improve the shop", "We use data to:", "Use"),
        ("send letters", "We use data to:", "Use"),
        ("Other", "", "Use"),
        ("one more", "", "Other"),
    ]


def test_no_text_has_no_sentences():
    assert texts() == texts(Paragraph("  ", "", "")) == []


@given(st.lists(st.text(alphabet='aB .!?"(', max_size=40), max_size=4))
def test_sentences_are_the_text_at_their_place_and_leave_out_only_spaces(written: list[str]):
    paragraphs = [Paragraph(text, "", "") for text in written]
    found = list(passages(paragraphs, ENGLISH))
    assert [paragraphs[one.paragraph].text[one.start : one.end] for one in found] == [
        one.text for one in found
    ]
    assert "".join("".join(one.text.split()) for one in found) == "".join("".join(written).split())
