"""The words of a Markdown text, block by block, and its sentences."""

import re

from db.history.comparison.lines import lines as split_lines
from db.normalisation import wording

MOST_LETTERS = 2_000_000  # of a text: what is behind is not measured
_WORD = re.compile(r"\w+")
# The end of a sentence: its sign, then brackets and quotes, then a blank before something that can begin one.
_END = re.compile(r"(?<=[.!?])[\"')\]]{0,3} +(?=[\"'(\[]{0,3}[^\W\d_a-zß-öø-ÿ]|[\"'(\[]{0,3}\d)")
_NO_END = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|e\.g|i\.e|etc|vs|cf|no|nos|inc|ltd|corp|co|mr|mrs|ms|dr|st|u\.s|u\.k|approx|sec|art"
    r"|z\.b|d\.h|bzw|ggf|abs|nr|str|usw|vgl|p\.ej|sr|sra|dott|es)\.$",
    re.I,
)


def blocks(markdown: str) -> list[str]:
    """Return the lines of a Markdown text without markup and link targets; [] for a text without words.

    They are the lines that the history compares: a link over several lines is in one.
    """
    return [line for line in map(wording, split_lines(markdown[:MOST_LETTERS])) if _WORD.search(line)]


def words(text: str) -> list[str]:
    """Return the words of a text: runs of letters, digits and underscores."""
    return _WORD.findall(text)


def sentences(lines: list[str]) -> list[str]:
    """Return the sentences of some blocks, in order.

    A sentence ends at a full stop, an exclamation or a question mark before a capital letter or a digit, and
    at the end of its block: a heading is a sentence too. Common abbreviations and initials end none.
    """
    found = []
    for line in lines:
        begin = 0
        for end in _END.finditer(line):
            if not _NO_END.search(line[max(begin, end.start() - 12) : end.start()]):
                found.append(line[begin : end.start()] + end[0].rstrip())
                begin = end.end()
        found.append(line[begin:])
    return [sentence for sentence in found if _WORD.search(sentence)]
