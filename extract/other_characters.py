"""Replace the characters of a text that are not ASCII, without a look at each of its characters.

Most texts have few different ones: quotes, dashes, some letters with accents. Bytes are searched for each of
these much faster than an expression finds all of them.
"""

from __future__ import annotations

from collections.abc import Callable

_ASCII = bytes(range(128))
_FEW = 24


def encoded(text: str) -> bytes:
    """Return a text in UTF-8; a lone surrogate becomes three bytes."""
    return text.encode("utf-8", "surrogatepass")


def decoded(body: bytes) -> str:
    """Return the text of which ``encoded`` returns these bytes."""
    return body.decode("utf-8", "surrogatepass")


def others(body: bytes) -> str:
    """Return the characters of an encoded text that are not ASCII, in order."""
    return decoded(body.translate(None, _ASCII))


def replace_each(body: bytes, form_of: Callable[[str], str]) -> bytes | None:
    """Return an encoded text with the form of each character that is not ASCII, or None if this is not fast.

    ``form_of`` returns the form of a character. It is fast for at most 24 different characters whose forms
    are ASCII or the characters themselves.
    """
    different = set(others(body))
    if len(different) > _FEW:
        return None
    for character in different:
        form = form_of(character)
        if form.isascii():
            body = body.replace(encoded(character), form.encode())
        elif form != character:
            return None
    return body
