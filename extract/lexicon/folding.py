"""Plain forms of texts, in which words are compared: lower case, without accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_PLAIN = {"\u2010": "-", "\u2011": "-", "’": "'", "‘": "'", "ı": "i"}
_ESCAPE = re.compile(r"(\\.)")
_WHOLE = re.compile(".*", re.S)


class _Table(dict[int, str]):
    """Code of a character -> its plain form. Each form is computed once."""

    def __missing__(self, code: int) -> str:
        self[code] = form = _plain_form(chr(code))
        return form


def _plain_form(character: str) -> str:
    parts = unicodedata.normalize("NFKD", _PLAIN.get(character, character).casefold())
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return unicodedata.normalize("NFC", bare)  # the letters of a Korean syllable are one character again


_TABLE = _Table()


def folded(text: str) -> str:
    """Return a text in lower case, without accents, with plain hyphens and apostrophes.

    White space stays as it is.
    """
    return text.lower() if text.isascii() else text.translate(_TABLE)


def folded_pattern(source: str) -> str:
    """Return a regular expression that matches folded texts, for one that is written with accents."""
    return "".join(part if number % 2 else folded(part) for number, part in enumerate(_ESCAPE.split(source)))


class FoldedPattern:
    """Regular expressions as alternatives, which find their words whatever the case and the accents are."""

    def __init__(self, sources: Iterable[str]) -> None:
        """Compile the alternatives. They can be written with accents, and match texts without them too."""
        self._pattern = re.compile(folded_pattern("|".join(sources)))

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first place in a text that matches, or None. The match has the words of ``text``."""
        found = self._pattern.search(folded(text))
        if not found or text.isascii():
            return found and _WHOLE.match(text, *found.span())
        return _WHOLE.match(text, _original(text, found.start()), _original(text, found.end()))


def _original(text: str, position: int) -> int:
    """Return the index in a text of a position in its folded form."""
    length = 0
    for number, character in enumerate(text):
        if length >= position:
            return number
        length += len(_TABLE[ord(character)])
    return len(text)
