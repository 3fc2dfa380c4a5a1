"""Characters and words: how text is cleaned and counted."""

from __future__ import annotations

import re

# Zero-width and invisible characters, and controls: they change bytes and digests, and no reader sees them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Controls of numbers that windows-1252 has signs for: browsers show those, and wrong conversions made them of quotes.
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_WORD = re.compile(r"\w+")
# Scripts written without spaces: about two characters make a word.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def visible(text: str) -> str:
    """Return the text without zero-width and control characters; white space stays as it is."""
    return _INVISIBLE.sub("", _C1.sub(_of_windows, text))


def _of_windows(control: re.Match[str]) -> str:
    return bytes([ord(control[0])]).decode("cp1252", "ignore")


def clean(text: str) -> str:
    """Return the text as one line: invisible characters gone, every run of white space (U+00A0 too) one space."""
    return " ".join(visible(text).split())


def count(text: str) -> int:
    """Return the number of words of a text; the empty text has none."""
    if text.isascii():
        return len(_WORD.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text) if unspaced else text)) + (unspaced + 1) // 2
