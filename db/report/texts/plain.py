"""The words of a Markdown text, block by block, and its sentences."""

import re
from collections.abc import Callable
from typing import TypeVar

from db.history.comparison.line_cache import cached
from db.history.comparison.lines import lines as split_lines
from db.normalisation import wording

T = TypeVar("T")

MOST_LETTERS = 2_000_000  # of a text: what is behind is not measured
_KEPT, _LONGEST = 10_000, 1_000  # how many lines are kept in memory, and how many letters they have at most
_WORD = re.compile(r"\w+")
# The end of a sentence: its sign, then brackets and quotes, then a blank before something that can begin one.
_END = re.compile(r"(?<=[.!?])[\"')\]]{0,3} +(?=[\"'(\[]{0,3}[^\W\d_a-zß-öø-ÿ]|[\"'(\[]{0,3}\d)")
_NO_END = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|e\.g|i\.e|etc|vs|cf|no|nos|inc|ltd|corp|co|mr|mrs|ms|dr|st|u\.s|u\.k|approx|sec|art"
    r"|z\.b|d\.h|bzw|ggf|abs|nr|str|usw|vgl|p\.ej|sr|sra|dott|es)\.$",
    re.I,
)


def kept(function: Callable[[str], T]) -> Callable[[str], T]:
    """Return a function of a line that keeps what it returned: versions of a policy share most lines."""
    return cached(function, lines=_KEPT, longest=_LONGEST)


def blocks(markdown: str) -> list[str]:
    """Return the lines of a Markdown text without markup and link targets; [] for a text without words.

    They are the lines that the history compares: a link over several lines is in one.
    """
    return [line for line in map(_plain, split_lines(markdown[:MOST_LETTERS])) if line]


def words(text: str) -> list[str]:
    """Return the words of a text: runs of letters, digits and underscores."""
    return _WORD.findall(text)


def sentences(lines: list[str]) -> list[str]:
    """Return the sentences of some blocks, in order.

    A sentence ends at a full stop, an exclamation or a question mark before a capital letter or a digit, and
    at the end of its block: a heading is a sentence too. Common abbreviations and initials end none.
    """
    return [sentence for line in lines for sentence in _sentences(line)]


@kept
def _plain(line: str) -> str:
    plain = wording(line)
    return plain if _WORD.search(plain) else ""


@kept
def _sentences(line: str) -> tuple[str, ...]:
    found, begin = [], 0
    for end in _END.finditer(line):
        if not _NO_END.search(line[max(begin, end.start() - 12) : end.start()]):
            found.append(line[begin : end.start()] + end[0].rstrip())
            begin = end.end()
    return tuple(sentence for sentence in (*found, line[begin:]) if _WORD.search(sentence))
