"""Lines fit the width of a terminal, and lose nothing but the ends of what is too long for one."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import fitting

RED = click.style("six seven eight", fg="red")


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("shop.example", 12, "shop.example"),
        ("shop.example", 11, "shop.examp…"),
        ("two words", 5, "two…"),
        ("日本語の店", 10, "日本語の店"),
        ("日本語の店", 9, "日本語の…"),
        ("日本語の店", 8, "日本語…"),
        ("shop", 1, "…"),
        ("shop", 0, ""),
        ("shop", -3, ""),
        (RED, 15, RED),
        (RED, 8, "six sev…"),
    ],
)
def test_what_is_too_long_ends_in_an_ellipsis(text: str, width: int, shown: str) -> None:
    assert fitting.cut(text, width) == shown
    assert fitting.columns(shown) <= max(width, 0)


@pytest.mark.parametrize(
    ("line", "options", "shown"),
    [
        ("one two three", {}, ["one two", "three"]),
        ("  one two three four", {"hang": 2}, ["  one two", "    three", "    four"]),
        ("- one two three", {}, ["- one two", "  three"]),
        ("12. one two three", {}, ["12. one", "    two", "    three"]),
        ("see  http://shop.example/privacy  too", {}, ["see", "http://sh…", "too"]),
        ("see http://shop.example/privacy", {"prose": True}, ["see", "http://shop.example/privacy"]),
        ("日本語の店の規約です と", {}, ["日本語の店の規約です", "と"]),
        ("", {}, [""]),
        (f"five {RED}", {}, ["five \x1b[31msix\x1b[0m", "\x1b[31mseven\x1b[0m", "\x1b[31meight\x1b[0m"]),
    ],
)
def test_lines_are_broken_between_words(line: str, options: dict[str, bool], shown: list[str]) -> None:
    assert list(fitting.folded(line, 10, **options)) == shown


WORDS = st.lists(st.text("ab日本-*1.#", min_size=1, max_size=9), max_size=20)


@given(st.sampled_from(["", "  ", "    * ", "> "]), WORDS, st.integers(12, 60), st.integers(0, 4))
def test_no_word_is_lost_and_no_line_is_wider(mark: str, words: list[str], width: int, hang: int) -> None:
    lines = list(fitting.folded(mark + " ".join(words), width, hang=hang))
    assert " ".join(lines).split() == mark.split() + words
    room = width - min(len(mark) + hang, width // 2)
    longest = max(map(fitting.columns, words), default=0)
    assert longest > room or all(fitting.columns(line) <= width for line in lines)


def test_parts_share_a_line_if_there_is_room() -> None:
    assert list(fitting.packed(("one", "two", "", "three"), 10, indent=2)) == ["one  two", "  three"]
    assert list(fitting.packed(("a long title", "two"), 8, indent=2)) == ["a long…", "  two"]
    assert list(fitting.packed(("one", "a long title"), 8, indent=2)) == ["one", "  a lon…"]


def test_a_table_has_numbers_to_the_right_and_cuts_its_ends() -> None:
    rows: list[tuple[str, str | int, str]]
    rows = [("shop", "n", "what"), ("shop.example", 10, "1 failed; 2 gaps"), ("日本.example", 5, "")]
    assert list(fitting.table(rows, None)) == [
        "shop           n  what",
        "shop.example  10  1 failed; 2 gaps",
        "日本.example   5",
    ]
    assert list(fitting.table(rows, 30)) == [
        "shop         n  what",
        "shop.exam…  10  1 failed; 2 g…",
        "日本.exam…   5",
    ]
