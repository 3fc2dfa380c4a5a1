"""Characters and words: how a text is cleaned, and how its words are counted."""

from __future__ import annotations

import re

# Control characters and characters without width. No reader sees them, but they change the text's digest.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Control characters that a wrong conversion made from windows-1252. Browsers show the intended characters.
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_WORD = re.compile(r"\w+")
# Writing systems without spaces between words, each with the mean number of characters in a word. Policies in
# Chinese and Japanese have about as many words as their English translations if two characters count as one.
# In Thai, Lao, Burmese and Khmer the vowels and tones of a word are characters too.
_UNSPACED = (
    (re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"), 2),
    (re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"), 4),
)


_HAS_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def visible(text: str) -> str:
    """Return the text without control characters and characters without width.

    White space stays as it is.
    """
    return _INVISIBLE.sub("", _C1.sub(_of_windows, text))


def _of_windows(control: re.Match[str]) -> str:
    return bytes([ord(control[0])]).decode("cp1252", "ignore")


def clean(text: str) -> str:
    """Return the text as one line, without invisible characters.

    Each sequence of white space, including U+00A0, becomes one space.
    """
    return " ".join(visible(text).split())


def count(text: str) -> int:
    """Return the number of words of a text, 0 for the empty text.

    In writing systems without spaces, two (Chinese, Japanese) or four (Thai) characters count as one word.
    """
    words = 0
    if not text.isascii() and _HAS_UNSPACED.search(text):
        for characters, size in _UNSPACED:
            text, found = characters.subn(" ", text)
            words += -(-found // size)
    return words + len(_WORD.findall(text))
