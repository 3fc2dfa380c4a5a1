"""Characters and words: how text is cleaned and counted."""

from __future__ import annotations

import re

_WHITE = re.compile(r"\s+")
# Zero-width and invisible characters: they change bytes and digests, and no reader sees them.
_INVISIBLE = dict.fromkeys(
    [*range(0x00, 0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, 0x180E]
    + [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF]
    + [*range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF]
)
_PLAIN = re.compile(r"[\x20-\x7e\n\t]*\Z")
_WORD = re.compile(r"\w+")
# Scripts written without spaces: about two characters make a word.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def visible(text: str) -> str:
    """Return the text without zero-width and control characters; white space stays as it is."""
    return text if _PLAIN.match(text) else text.translate(_INVISIBLE)


def clean(text: str) -> str:
    """Return the text as one line: invisible characters gone, every run of white space (U+00A0 too) one space."""
    return " ".join(visible(text).split())


def count(text: str) -> int:
    """Return the number of words of a text; the empty text has none."""
    if text.isascii():
        return len(_WORD.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text) if unspaced else text)) + (unspaced + 1) // 2
