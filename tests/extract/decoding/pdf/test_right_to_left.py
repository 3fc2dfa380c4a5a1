import pytest

from extract.decoding.pdf.glyphs import Glyph
from extract.decoding.pdf.right_to_left import in_reading_order, is_right_to_left


def shown(*words):
    """Return words as they stand from left to right, one sign in each place."""
    place = 0
    found = []
    for word in words:
        glyphs = []
        for letter in word:
            glyphs.append(Glyph(letter, place, place + 5, 0, 10, bold=False, spaced=False, number=place))
            place += 5
        found.append(glyphs)
        place += 5
    return found


def backwards(text):
    return text[::-1]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((backwards("שלנו"), backwards("החנות")), "החנות שלנו"),
        ((backwards("ימים."), "30", backwards("במשך")), "במשך 30 ימים."),
        ((backwards("הכול."), "25/05/2018", backwards("עודכן:")), "עודכן: 25/05/2018 הכול."),
        (("Google", "Analytics", backwards("שירות")), "שירות Google Analytics"),
        ((backwards("מידע"), ".1"), "1. מידע"),
        (("2018", "10", backwards("שנים")), "שנים 10 2018"),
        (
            (
                "They",
                "speak",
                "English",
                "and",
                "never",
                "anything",
                "else",
                "says",
                backwards("לך"),
                backwards("שלום"),
                "here.",
            ),
            "They speak English and never anything else says שלום לך here.",
        ),
        (("No", "letters", "from", "there."), "No letters from there."),
        ((backwards("سنوات"), "10", backwards("لمدة")), "لمدة 10 سنوات"),
    ],
)
def test_words_in_reading_order(words, text):
    assert in_reading_order(shown(*words)) == text


@pytest.mark.parametrize("order", ["لا", "ال"])
def test_a_ligature_of_lam_and_alef_is_read_in_its_order(order):
    (word,) = shown("a" + order + "س")
    word = word[1:]
    word[1].left = word[0].left
    assert in_reading_order([word]) == "سلا"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("שלום", True),
        ("سياسة IP", True),
        ("Privacy", False),
        ("", False),
        ("25", False),
        ("Google Analytics ש", False),
    ],
)
def test_the_direction_of_a_text(text, answer):
    assert is_right_to_left(text) == answer
