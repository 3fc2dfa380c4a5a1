import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims import Paragraph
from extract.claims.rules import rules
from extract.claims.scope import both, of_headings, scope


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("We sell lamps.", None),
        ("Residents of California can ask.", "California"),
        ("Californians can ask.", "California"),
        ("The CCPA is a law.", None),
        ("People in the European Economic Area and the UK can ask.", "EEA, UK"),
        ("People in the UK and in the EEA can ask.", "EEA, UK"),
        ("Children under 13 can ask.", "children"),
        ("Minor changes are possible.", None),
        ("Our mobile app asks.", "app"),
        ("Members of our loyalty program can ask.", "loyalty programme"),
        ("Job applicants can ask.", "applicants"),
        ("Kinder können fragen.", "children"),
    ],
)
def test_words_name_a_scope(words: str, expected: str | None):
    assert scope(rules("en").sift(words)) == expected


def test_a_heading_is_above_all_until_the_next_of_its_level():
    paragraphs = [
        Paragraph("Hello.", "", ""),
        Paragraph("Your CCPA rights", "##", ""),
        Paragraph("You can ask.", "", "Your CCPA rights"),
        Paragraph("Our app", "###", "Your CCPA rights"),
        Paragraph("It asks.", "*", "Our app"),
        Paragraph("Contact", "##", "Our app"),
        Paragraph("Write to us.", "", "Contact"),
    ]
    assert list(of_headings(paragraphs)) == [
        None,
        "California",
        "California",
        "California, app",
        "California, app",
        None,
        None,
    ]


@given(
    st.lists(st.sampled_from(["California", "EEA", "UK", "app"])), st.lists(st.sampled_from(["UK", "app"]))
)
def test_two_scopes_are_one_in_the_order_of_the_list(one: list[str], other: list[str]):
    found = both(", ".join(one) or None, ", ".join(other) or None)
    assert found == both(", ".join(other) or None, ", ".join(one) or None)
    assert set(found.split(", ") if found else ()) == {*one, *other}
