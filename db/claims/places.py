"""Find where the words of a paragraph stand in the Markdown of its text."""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from db.history.comparison.lines import lines
from db.history.comparison.tokens import read_line

_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"\s*")
_TARGET = re.compile(r"\]\([^()]{0,4000}(?:\([^()]{0,4000}\)[^()]{0,4000})?\)")
_WITHIN = 200  # characters in which the next word must be: more stand between two words only in a target


class Line(NamedTuple):
    """A line of Markdown that is a paragraph, and the character of the text where it begins."""

    markdown: str
    start: int


def paragraph_lines(markdown: str) -> list[Line]:
    """Return the lines of a text that are paragraphs, in order, as `TokenizedText` counts them."""
    found, place = [], 0
    for number, line in enumerate(lines(markdown)):
        if read_line(line)[1] and not (number == 0 and line.startswith("# ")):
            found.append(Line(line, place))
        place += len(line) + 1
    return found


def place_of(paragraph: str, span: tuple[int, int], line: Line) -> tuple[int, int]:
    """Return the characters of the text where a range of characters of a paragraph stands.

    `paragraph` are the words of `line` without markup. Markup between the words is within the range, and
    markup around it is not. A word that the line has in another form is passed over; the result is the whole
    line if it has none of the words.
    """
    words = _words(paragraph)
    touched = slice(
        bisect_right(words, span[0], key=lambda word: word[1]),
        bisect_left(words, span[1], key=lambda word: word[0]),
    )
    found = [place for place in _places(paragraph, line.markdown)[touched] if place]
    first, last = (found[0][0], found[-1][1]) if found else (0, len(line.markdown))
    return line.start + first, line.start + last


@lru_cache(maxsize=4)
def _words(paragraph: str) -> tuple[tuple[int, int], ...]:
    """Return the characters of each word of a paragraph."""
    return tuple(found.span() for found in _WORD.finditer(paragraph))


@lru_cache(maxsize=4)
def _places(paragraph: str, markdown: str) -> tuple[tuple[int, int] | None, ...]:
    """Return for each word of a paragraph its characters in the Markdown; None for a word without a place."""
    at = markdown.find(paragraph)
    if at >= 0 and not _LETTERS.search(markdown, 0, at):  # most lines have no markup between the words
        return tuple((at + start, at + end) for start, end in _words(paragraph))
    text = _TARGET.sub(lambda found: "]" + " " * (len(found[0]) - 1), markdown)
    places: list[tuple[int, int] | None] = []
    after = 0
    for word in _WORD.findall(paragraph):
        letters = _LETTERS.search(word)
        found = _find(text, word, after) or (_find(text, letters[0], after) if letters else None)
        after = found[1] if found else after
        places.append(found)
    return tuple(places)


def _find(text: str, word: str, after: int) -> tuple[int, int] | None:
    blank = _BLANK.match(text, after)
    start = text.find(word, after, (blank.end() if blank else after) + _WITHIN)
    return (start, start + len(word)) if start >= 0 else None
