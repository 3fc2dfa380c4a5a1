from hypothesis import given
from hypothesis import strategies as st

from db.history.readable_diff import Piece, count
from tests.support import differences

OLD = """# Privacy

## What we collect

We collect your name and your address.

  * Cookies keep your cart.
  * Logs are kept for 30 days.

## Sharing

We never sell your information to anyone at all.

Write to us.
"""


def compare(old: str, new: str) -> list[Piece]:
    return differences.compare(old, new).pieces


def kinds(found: list[Piece]) -> list[str]:
    return [piece.kind for piece in found]


def side(found: list[Piece], op: str) -> list[str]:
    """The words of one of the two texts, out of the comparison."""
    return [
        word
        for piece in found
        for which, text in piece.runs
        if which in (op, f"aside-{op}") or (which == "same" and piece.kind != "removed")
        for word in text.split()
    ]


def test_equal_texts_and_empty_ones():
    assert compare("", "") == []
    assert set(kinds(compare(OLD, OLD))) == {"same"}
    assert count(compare(OLD, OLD)) == (0, 0)


def test_paragraphs_have_their_mark_and_section():
    assert [(piece.runs[0][1][:12], piece.mark, piece.section) for piece in compare(OLD, OLD)] == [
        ("Privacy", "#", ""),
        ("What we coll", "##", "Privacy"),
        ("We collect y", "", "What we collect"),
        ("Cookies keep", "*", "What we collect"),
        ("Logs are kep", "*", "What we collect"),
        ("Sharing", "##", "What we collect"),
        ("We never sel", "", "Sharing"),
        ("Write to us.", "", "Sharing"),
    ]


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
            ("", "wording", "wording", ""),
        )
    ]


def test_a_paragraph_that_moved_is_set_aside_at_both_places():
    items = "  * Logs are kept for 30 days.\n  * We keep the addresses of letters."
    found = compare(f"{OLD}\n  * Ask us.\n{items}", f"{OLD}\n{items}\n  * Ask us.")
    assert [(piece.kind, piece.runs, piece.reasons) for piece in found if piece.kind != "same"] == [
        ("aside", (("aside-removed", "Ask us."),), ("moved",)),
        ("aside", (("aside-added", "Ask us."),), ("moved",)),
    ]
    assert count(found) == (0, 0)


def test_a_title_is_set_aside():
    found = compare(OLD, OLD.replace("# Privacy\n", "# Your privacy\n"))
    assert [piece for piece in found if piece.kind != "same"] == [
        Piece(
            "aside",
            "",
            "#",
            (("aside-removed", "Privacy"), ("aside-added", "Your privacy")),
            ("title", "title"),
        )
    ]


def test_a_paragraph_with_both_kinds_of_words():
    found = compare(
        "WE NEVER SELL your name and your address to anybody at all, and never share it.",
        "We never sell your name and your address to anybody at all, and rarely share it.",
    )
    assert [(piece.kind, piece.runs, piece.reasons) for piece in found] == [
        (
            "changed",
            (
                ("aside-removed", "WE NEVER SELL"),
                ("aside-added", "We never sell"),
                ("same", "your name and your address to anybody at all, and"),
                ("removed", "never"),
                ("added", "rarely"),
                ("same", "share it."),
            ),
            ("capitals", "capitals", "", "wording", "wording", ""),
        )
    ]


def test_removed_blocks_stay_where_they_were():
    found = compare(
        OLD, OLD.replace("  * Cookies keep your cart.\n", "") + "\nCalifornians have more rights.\n"
    )
    assert kinds(found) == ["same", "same", "same", "removed", "same", "same", "same", "same", "added"]
    assert count(found) == (4, 4)


def test_a_rewritten_paragraph_is_removed_and_added():
    found = compare("We keep logs for a month.", "Our partners may contact customers by telephone.")
    assert kinds(found) == ["added", "removed"]


def test_a_rewritten_paragraph_shows_the_words_that_stay_on_both_sides():
    found = compare("Letterbird Inc., e-mail, United States", "Letterbird Europe GmbH, e-mail, Germany")
    assert [piece.runs for piece in found] == [
        (("same", "Letterbird"), ("added", "Europe GmbH,"), ("same", "e-mail,"), ("added", "Germany")),
        (("same", "Letterbird"), ("removed", "Inc.,"), ("same", "e-mail,"), ("removed", "United States")),
    ]
    assert count(found) == (3, 3)


def test_a_paragraph_cut_in_two_differs_in_no_word():
    found = compare("We keep logs. We sell nothing at all.", "We keep logs.\n\nWe sell nothing at all.")
    assert kinds(found) == ["same", "same"]
    assert count(found) == (0, 0)


def test_a_script_without_spaces_is_marked_by_sign():
    found = compare(
        "# 隐私\n\n我们会保留您的数据三年,之后删除。", "# 隐私\n\n我们会保留您的数据五年,之后删除。"
    )
    assert [piece.runs for piece in found if piece.kind != "same"] == [
        (("same", "我们会保留您的数据"), ("removed", "三"), ("added", "五"), ("same", "年,之后删除。"))
    ]
    assert count(found) == (1, 1)


def test_both_texts_are_shown_exactly_where_a_stop_moved():
    old, new = "We share data. Ask us.", "We share data to our partners. Ask us."
    (piece,) = compare(old, new)
    assert piece.runs == (("same", "We share data"), ("added", "to our partners."), ("same", "Ask us."))
    assert piece.old_texts == ("We share data.", "to our partners.", "Ask us.")
    first, _ = compare("* your name.", "* your name;\n* your address.")
    assert (first.kind, first.runs, first.old_texts) == (
        "same",
        (("same", "your name;"),),
        ("your name.",),
    )


words = st.lists(
    st.sampled_from(["we", "keep", "sell", "share", "your", "data", "logs", "cookies", "never", "always"]),
    min_size=1,
    max_size=8,
)
policies = st.lists(words.map(" ".join), max_size=8).map("\n\n".join)


@given(policies, policies)
def test_nothing_is_lost_or_invented(old: str, new: str):
    found = compare(old, new)
    assert sorted(side(found, "added")) == sorted(new.split())
    assert sorted(side(found, "removed")) == sorted(old.split())


@given(policies, policies)
def test_the_marked_words_are_as_many_as_a_change_counts(old: str, new: str):
    found = differences.compare(old, new)
    assert count(found.pieces) == found.size[:2]
