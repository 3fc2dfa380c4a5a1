"""Characters and words: how a text is cleaned, and how its words are counted."""

from __future__ import annotations

import re

from extract.other_characters import encoded, others, replace_each

# Control characters and characters without width. No reader sees them, but they change the text's digest.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Control characters that a wrong conversion made from windows-1252. Browsers show the intended characters.
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
# Bytes are translated much faster than expressions find words. In UTF-8, the bytes from 128 belong to other
# characters than ASCII: these are letters or digits, after `_OTHER_SIGNS` became spaces.
_ASCII = list(map(chr, range(128)))
_OTHER_SIGNS = re.compile(r"[^\w\x00-\x7f]+")
_OTHER_DIGITS = re.compile(r"[^\D\x00-\x7f]+")
_WORD_SHAPES = bytes(ord("w" if sign.isalnum() or sign == "_" else " ") for sign in _ASCII) + b"w" * 128
_ONLY_LETTERS = bytes(ord(sign if sign.isalpha() else " ") for sign in _ASCII) + bytes(range(128, 256))
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
    line = " ".join(text.split())
    # No invisible character is printable, so nearly all lines are ready, and the test takes no time.
    return line if line.isprintable() else " ".join(visible(line).split())


def of_letters(text: str) -> list[str]:
    """Return the words of a text that are made of letters, in order. Digits and underscores divide words."""
    body = text.encode() if text.isascii() else replace_each(encoded(text), _letter_or_space)
    if body is None:
        body = _OTHER_DIGITS.sub(" ", _OTHER_SIGNS.sub(" ", text)).encode()
    return body.translate(_ONLY_LETTERS).decode().split()


def _letter_or_space(character: str) -> str:
    return character if character.isalnum() and not character.isdecimal() else " "


def count(text: str) -> int:
    """Return the number of words of a text, 0 for the empty text.

    In writing systems without spaces, two (Chinese, Japanese) or four (Thai) characters count as one word.
    """
    words, body = 0, None
    if text.isascii():
        body = text.encode()
    elif not _HAS_UNSPACED.search(others(encoded(text))):
        body = replace_each(encoded(text), _word_or_space)
    else:
        for characters, size in _UNSPACED:
            text, found = characters.subn(" ", text)
            words += -(-found // size)
    if body is None:
        body = _OTHER_SIGNS.sub(" ", text).encode()
    shapes = body.translate(_WORD_SHAPES)
    return words + shapes.count(b" w") + shapes.startswith(b"w")


def _word_or_space(character: str) -> str:
    return character if character.isalnum() else " "
