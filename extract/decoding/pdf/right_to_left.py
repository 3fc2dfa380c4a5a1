"""Arabic and Hebrew lines of a PDF: from the order in which they stand to the order of reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extract.decoding.pdf.glyphs import Glyph

SHARE = 0.15
"""A line with more than this share of Arabic or Hebrew letters is read from right to left."""

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_LETTER = re.compile(f"[{_RIGHT_TO_LEFT}]")
_OTHER_LETTER = re.compile(rf"[^\W\d_{_RIGHT_TO_LEFT}]")
_KEPT = re.compile(rf"[^\W{_RIGHT_TO_LEFT}](?:[^\s{_RIGHT_TO_LEFT}]*[^\W{_RIGHT_TO_LEFT}])?")
_DIGITS = re.compile(
    "[0-9\u0660-\u0669\u06f0-\u06f9](?:[.,:/\u066b\u066c-]?[0-9\u0660-\u0669\u06f0-\u06f9])*"
)
_ENDS = re.compile(r"[.,:;!?\u060c\u061b\u061f]+")
_LAM, _ALEFS = "\u0644", "\u0622\u0623\u0625\u0627"


def is_right_to_left(text: str) -> bool:
    """Return whether a text is written from right to left.

    Such a text can have more Latin letters than others, as those of an address.
    """
    found = len(_LETTER.findall(text))
    return found > SHARE * (found + len(_OTHER_LETTER.findall(text)))


def in_reading_order(words: Sequence[Sequence[Glyph]]) -> str:
    """Return the text of words that stand from left to right, in the order in which they are read.

    Numbers and words in Latin letters keep their order within themselves and among each other.
    """
    texts = ["".join(glyph.text for glyph in word) for word in words]
    backwards = is_right_to_left("".join(texts))
    ordered: list[str] = []
    run: list[str] = []  # words against the direction of the line, which keep their order
    for number in range(len(words) - 1, -1, -1) if backwards else range(len(words)):
        text = texts[number]
        against = bool(_OTHER_LETTER.search(text)) and not _LETTER.search(text)
        if not backwards:
            against = bool(_LETTER.search(text))
        if against:
            run.insert(0, text if backwards else _turned(words[number]))
            continue
        ordered += run
        run = []
        ordered.append(_turned(words[number]) if backwards else text)
    return " ".join([*ordered, *run])


def _turned(word: Sequence[Glyph]) -> str:
    """Return a word that stands from left to right as it is read from right to left."""
    text = "".join(glyph.text for glyph in _with_ligatures(word)[::-1])
    if not _LETTER.search(text):
        shown = text[::-1]
        ends = _ENDS.match(shown)
        return shown[ends.end() :] + shown[: ends.end()][::-1] if ends and ends.end() < len(shown) else shown
    pattern = _KEPT if _OTHER_LETTER.search(text) else _DIGITS
    return pattern.sub(lambda found: found[0][::-1], text)


def _with_ligatures(word: Sequence[Glyph]) -> list[Glyph]:
    """Return the characters of a word, with lam after alef where both are one sign."""
    glyphs = list(word)
    for number, (one, other) in enumerate(pairwise(word)):
        if one.left == other.left and one.text == _LAM and other.text in _ALEFS:
            glyphs[number : number + 2] = [other, one]
    return glyphs
