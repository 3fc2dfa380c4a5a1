import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims import Paragraph
from extract.claims.rules import rules
from extract.claims.sentences import leads, spans

ENGLISH = rules("en").grammar


def texts(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in spans(text, rules(language).grammar)]


def test_sentences_end_at_full_stops_and_not_at_abbreviations():
    text = 'We ship to the U.S. and to Kiel, e.g. by sea. Lantern Inc. pays. Do you? Yes! "Quoted." End'
    assert texts(text) == [
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
    assert texts(" ".join(expected), language) == expected


def test_items_know_the_sentence_before_their_list():
    paragraphs = [
        Paragraph("Hello. We use data to:", "", "Use"),
        Paragraph("improve the shop:", "*", "Use"),
        Paragraph("send letters", "*", "Use"),
        Paragraph("Other", "##", "Use"),
        Paragraph("one more", "*", "Other"),
    ]
    lead = "We use data to:"
    assert list(leads(paragraphs, ENGLISH)) == ["", lead, lead, "", ""]


@pytest.mark.parametrize("text", ["", "  "])
def test_no_text_has_no_sentences(text: str):
    assert texts(text) == []


@given(st.text(alphabet='aB .!?"(', max_size=60))
def test_sentences_are_the_text_at_their_place_and_leave_out_only_spaces(text: str):
    assert "".join("".join(one.split()) for one in texts(text)) == "".join(text.split())


@given(st.text(alphabet='aB .!?:"', max_size=30))
def test_a_list_is_introduced_by_the_last_sentence_before_it(text: str):
    paragraphs = [Paragraph(text, "", ""), Paragraph("lamps", "*", "")]
    last = ["", *texts(text)][-1]
    assert list(leads(paragraphs, ENGLISH)) == ["", last if last.endswith(":") else ""]
