from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.alignment import measure
from db.history.readable_diff import Piece, compare, count, paragraphs
from db.normalisation import wording

OLD = """# Privacy

## What we collect

We collect your name and your address.

  * Cookies keep your cart.
  * Logs are kept for 30 days.

## Sharing

We never sell your information to anyone at all.

Write to us.
"""


def kinds(pieces: list[Piece]) -> list[str]:
    return [piece.kind for piece in pieces]


def side(pieces: list[Piece], op: str) -> list[str]:
    """The words of one of the two texts, out of the comparison."""
    return [
        word
        for piece in pieces
        for which, text in piece.runs
        if which == op or (which == "same" and piece.kind != "removed")
        for word in text.split()
    ]


def test_blocks_have_their_mark_and_section():
    assert [(" ".join(block.words)[:12], block.mark, block.section) for block in paragraphs(OLD)] == [
        ("Privacy", "#", ""),
        ("What we coll", "##", "Privacy"),
        ("We collect y", "", "What we collect"),
        ("Cookies keep", "*", "What we collect"),
        ("Logs are kep", "*", "What we collect"),
        ("Sharing", "##", "What we collect"),
        ("We never sel", "", "Sharing"),
        ("Write to us.", "", "Sharing"),
    ]


def test_equal_texts_and_empty_ones():
    assert compare("", "") == []
    assert set(kinds(compare(OLD, OLD))) == {"same"}
    assert count(compare(OLD, OLD)) == (0, 0)


def test_links_and_markup_are_no_difference():
    assert set(kinds(compare("ReadText [our **terms**](http://a.example/x).", "ReadText our terms."))) == {
        "same"
    }


def test_one_word_in_a_paragraph():
    changed = [piece for piece in compare(OLD, OLD.replace("30 days", "90 days")) if piece.kind != "same"]
    assert changed == [
        Piece(
            "changed",
            "What we collect",
            "*",
            (("same", "Logs are kept for"), ("removed", "30"), ("added", "90"), ("same", "days.")),
        )
    ]


def test_a_paragraph_that_moved_is_moved():
    sell = "We never sell your information to anyone at all.\n\n"
    moved = OLD.replace(sell, "").replace("## What we collect", sell + "## What we collect")
    pieces = compare(OLD, moved)
    assert [piece.runs[0][1] for piece in pieces if piece.kind != "same"] == [sell.strip()]
    assert [piece.section for piece in pieces if piece.kind == "moved"] == ["Privacy"]
    assert count(pieces) == (9, 9)


def test_removed_blocks_stay_where_they_were():
    pieces = compare(
        OLD, OLD.replace("  * Cookies keep your cart.\n", "") + "\nCalifornians have more rights.\n"
    )
    assert kinds(pieces) == ["same", "same", "same", "removed", "same", "same", "same", "same", "added"]
    assert count(pieces) == (4, 4)


def test_a_rewritten_paragraph_is_removed_and_added():
    pieces = compare("We keep logs for a month.", "Our partners may contact customers by telephone.")
    assert kinds(pieces) == ["added", "removed"]


def test_a_rewritten_paragraph_shows_the_words_that_stay_on_both_sides():
    pieces = compare("Letterbird Inc., e-mail, United States", "Letterbird Europe GmbH, e-mail, Germany")
    assert [piece.runs for piece in pieces] == [
        (("same", "Letterbird"), ("added", "Europe GmbH,"), ("same", "e-mail,"), ("added", "Germany")),
        (("same", "Letterbird"), ("removed", "Inc.,"), ("same", "e-mail,"), ("removed", "United States")),
    ]
    assert count(pieces) == (3, 3)


def test_a_paragraph_cut_in_two_differs_in_no_word():
    pieces = compare("We keep logs. We sell nothing at all.", "We keep logs.\n\nWe sell nothing at all.")
    assert kinds(pieces) == ["same", "same"]
    assert count(pieces) == (0, 0)


def test_a_link_over_several_lines_is_in_one_paragraph():
    text = "We share with\n[the partners\nof our](http://a.example/x) shop.\n\nWe sell."
    assert [" ".join(found.words) for found in paragraphs(text)] == [
        "We share with",
        "the partners of our shop.",
        "We sell.",
    ]


@given(st.text("ab \n#*1.[]()_|->\\\u2028"))
def test_the_words_of_the_paragraphs_are_those_of_the_text(text: str):
    assert [word for found in paragraphs(text) for word in found.words] == wording(text).split()


words = st.lists(
    st.sampled_from(["we", "keep", "sell", "share", "your", "data", "logs", "cookies", "never", "always"]),
    min_size=1,
    max_size=8,
)
texts = st.lists(words.map(" ".join), max_size=8).map("\n\n".join)


@given(texts, texts)
def test_nothing_is_lost_or_invented(old: str, new: str):
    pieces = compare(old, new)
    assert sorted(side(pieces, "added")) == sorted(new.split())
    assert sorted(side(pieces, "removed")) == sorted(old.split())


@given(texts, texts)
def test_the_marked_words_are_as_many_as_a_change_counts(old: str, new: str):
    assert count(compare(old, new)) == measure(old.split(), new.split())[:2]
