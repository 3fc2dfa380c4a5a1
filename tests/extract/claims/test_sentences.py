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
