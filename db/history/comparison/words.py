"""The words of a text as people count them, each with its range of tokens.

A word ends at white space. In a script without spaces each sign is a word, with the marks above and below it
and the punctuation beside it. A word consists of whole tokens.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from db.history.comparison.line_cache import cached
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import UNSPACED, tokens_of

# Vowel signs and tone marks of Thai, Lao and Khmer, which are written above or below another sign.
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u17b4-\u17d3"
_SIGN = rf"[{UNSPACED}](?:[{_MARKS}]|[^\w\s])*"
_WORD = re.compile(rf"[^\w\s]++{_SIGN}|{_SIGN}|[^\s{UNSPACED}]+")
_BESIDE = 20  # so many signs at the end of a passage show whether a space follows
_STOPS = ".,;:!?。，、；：！？"
_UNSPACED_END = re.compile(rf"[{UNSPACED}][^\w\s]*$")
_WORD_END = re.compile(r"\w[^\w\s]*$")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_UNSPACED_START = re.compile(rf"(?![{_MARKS}])[{UNSPACED}]")


def split(text: str) -> list[str]:
    """Return the words of a text. Returns [] for a text without words and signs."""
    return text.split() if text.isascii() else _WORD.findall(text)


def join(words: Iterable[str]) -> str:
    """Return words as text: with a space between two words, but not beside a sign that needs none."""
    parts = [""]
    for word in words:
        parts += [gap(parts[-1], word), word]
    return "".join(parts)


def gap(before: str, after: str) -> str:
    """Return what stands between two passages: a space, or "" in a script without spaces.

    The words of the joined passages are the words of the two. Punctuation belongs to the word before it, so
    there is a space before a passage that begins with some.
    """
    end = before[-_BESIDE:]
    if not end:
        return ""
    if end.isascii() and after[:1].isascii():  # most passages, and much faster
        return " "
    if _UNSPACED_START.match(after):
        return "" if _WORD_END.search(end) or _UNSPACED_END.search(end) else " "
    return "" if after[:1].isalnum() and not _UNSPACED.match(after) and _UNSPACED_END.search(end) else " "


def bare(word: str) -> str:
    """Return a word without the stops and commas at its end; the word itself if it is nothing else."""
    return word.rstrip(_STOPS) or word


def stop_of(word: str) -> str:
    """Return the stops and commas at the end of a word; "" without any."""
    return word[len(bare(word)) :]


# The words of a line are cached: do not change the list.
_words = cached(split)


@cached
def _starts(block: str) -> list[int]:
    """Return the number of tokens before each word of a block."""
    words = _words(block)
    return list(accumulate(map(_tokens_in, words[:-1]), initial=0)) if words else []


def _tokens_in(word: str) -> int:
    is_one = word.isascii() and word.isalpha() and word.islower()  # most words are
    return 1 if is_one else len(tokens_of(word))


class Paragraph(NamedTuple):
    """A block of a text as a range of words, from `start` to `end` (exclusive).

    `mark` is the Markdown before it (`##`, `*`, `1.` or ""), and `section` the heading above it, or "".
    """

    start: int
    end: int
    mark: str
    section: str


class Words:
    """The words of a text in order."""

    def __init__(self, text: TokenizedText) -> None:
        self.text = text
        self.words: list[str] = []
        self.paragraphs: list[Paragraph] = []
        section = text.title_text
        for block, mark in zip(text.blocks, text.marks, strict=True):
            first = len(self.words)
            self.words += _words(block)
            self.paragraphs.append(Paragraph(first, len(self.words), mark, section))
            if mark.startswith("#"):
                section = block
        self._first_words = [paragraph.start for paragraph in self.paragraphs]
        self._starts: dict[int, list[int]] = {}

    def _starts_in(self, block: int) -> list[int]:
        """Return the number of tokens before each word of a block, given by its index."""
        found = self._starts.get(block)
        if found is None:
            found = self._starts[block] = _starts(self.text.blocks[block])
        return found

    def __len__(self) -> int:
        return len(self.words)

    def begins_at(self, token: int) -> bool:
        """Return whether a word begins at a token, or the text ends before it."""
        if token >= len(self.text.tokens):
            return token == len(self.text.tokens)
        block = self.text.block_at(token)
        starts, within = self._starts_in(block), token - self.text.starts[block]
        at = bisect_left(starts, within)
        return at < len(starts) and starts[at] == within

    def token(self, word: int) -> int:
        """Return the index of the first token of a word; the number of tokens after the last word."""
        if word >= len(self.words):
            return len(self.text.tokens)
        block = self.paragraph_at(word)
        return self.text.starts[block] + self._starts_in(block)[word - self.paragraphs[block].start]

    def at(self, token: int) -> int:
        """Return the index of the word with a token; the number of words at the end of the text."""
        if token >= len(self.text.tokens):
            return len(self.words)
        block = self.text.block_at(token)
        within = bisect_right(self._starts_in(block), token - self.text.starts[block]) - 1
        return self.paragraphs[block].start + within

    def are_paragraphs(self, start: int, end: int) -> bool:
        """Return whether a range of words consists of whole paragraphs."""
        return self.text.are_whole_blocks(self.token(start), self.token(end))

    def paragraph_at(self, word: int) -> int:
        """Return the index of the paragraph with a word."""
        return bisect_right(self._first_words, word) - 1

    def paragraph_text(self, number: int) -> str:
        """Return the words of a paragraph as text."""
        return self.text.blocks[number]

    def section_at(self, word: int) -> str:
        """Return the heading above a word; at the end of the text, above the last paragraph."""
        return self.paragraphs[self.paragraph_at(word)].section if self.paragraphs else self.text.title_text

    def passage(self, start: int, end: int) -> str:
        """Return the words of a range as text."""
        return join(self.words[start:end])
