"""Plain forms of texts, in which words are compared: lower case, without accents."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from extract.other_characters import decoded, encoded, replace_each

_PLAIN = {"\u2010": "-", "\u2011": "-", "’": "'", "‘": "'", "ı": "i"}
_ESCAPE = re.compile(r"(\\.)")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_WHOLE = re.compile(".*", re.S)
_PLAIN_START = re.compile(r"\w(?![?*+{])")
_WORD_START = re.compile(r"^\\b(\w)(?![?*+{])")


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
    if text.isascii():
        return text.lower()
    lowered = encoded(text).lower()  # without a look at each character
    replaced = replace_each(lowered, _form)
    return _NOT_ASCII.sub(_folded_run, decoded(lowered)) if replaced is None else decoded(replaced)


def _form(character: str) -> str:
    return _TABLE[ord(character)]


def _folded_run(run: re.Match[str]) -> str:
    return run[0].translate(_TABLE)


def folded_pattern(source: str) -> str:
    """Return a regular expression that matches folded texts, for one that is written with accents."""
    return "".join(part if number % 2 else folded(part) for number, part in enumerate(_ESCAPE.split(source)))


def any_of(sources: Iterable[str]) -> str:
    """Return one regular expression for alternatives, of which the first that matches counts, as with ``|``.

    Neighbours that begin with the same letter become a group, and so on within it. So only a few alternatives
    are tried at each place of a text. A source that begins with a letter has no ``|`` outside of parentheses.
    """
    groups: list[tuple[str, list[str]]] = []
    places: dict[str, int] = {}
    for source in dict.fromkeys(sources):
        letter = source[0] if _PLAIN_START.match(source) else ""
        if not letter:
            places.clear()  # it can match where a letter does, so it stays between those before and after it
        elif letter in places:
            groups[places[letter]][1].append(source[1:])
            continue
        places[letter] = len(groups)
        groups.append((letter, [source.removeprefix(letter)]))
    return "|".join(
        letter + (rests[0] if len(rests) == 1 else f"(?:{any_of(rests)})") for letter, rests in groups
    )


class FoldedPattern:
    """Regular expressions as alternatives, which find their words whatever the case and the accents are."""

    def __init__(self, sources: Iterable[str]) -> None:
        """Take the alternatives. They can be written with accents, and match texts without them too."""
        self._sources = list(map(folded_pattern, sources))

    # Each is compiled when the first text needs it: a command that reads no text should start soon.
    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(any_of(self._sources))

    @cached_property
    def _ascii(self) -> re.Pattern[str]:
        return re.compile(_for_ascii(self._sources))

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first place in a text that matches, or None. The match has the words of ``text``."""
        if text.isascii():
            found = self._ascii.search(text.lower())
            return found and _WHOLE.match(text, *found.span())
        found = self._pattern.search(folded(text))
        return found and _WHOLE.match(text, _original(text, found.start()), _original(text, found.end()))

    def begins(self, text: str) -> bool:
        """Return whether a text begins with a match, faster than a search for one with ``^``."""
        return (self._ascii if text.isascii() else self._pattern).match(folded(text)) is not None


class CasePattern:
    """Regular expressions as alternatives, which find their words whatever the case is, but with accents."""

    def __init__(self, sources: Iterable[str]) -> None:
        """Take the alternatives. They are written in lower case."""
        self._sources = list(sources)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(self._sources), re.I)

    @cached_property
    def _ascii(self) -> re.Pattern[str]:
        return re.compile(_for_ascii(self._sources))

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first place in a text that matches, or None. Use only its place, not its words."""
        # To ignore the case takes three times as long, and most texts have ASCII characters only.
        return (
            self._ascii.search(text.lower(), start, end)
            if text.isascii()
            else self._pattern.search(text, start, end)
        )


def _for_ascii(sources: Iterable[str]) -> str:
    """Return the alternatives that can match a text of ASCII characters, or an expression for none."""
    able = [source for source in sources if source[:1].isascii() or not _PLAIN_START.match(source)]
    # An expression that begins with a letter is searched several times as fast as one that begins with "\\b".
    letters_first = [_WORD_START.sub(r"\1(?<!\\w[\\s\\S])", source) for source in able]
    return any_of(letters_first) if able else "(?!)"


def _original(text: str, position: int) -> int:
    """Return the index in a text of a position in its folded form."""
    length = 0
    for number, character in enumerate(text):
        if length >= position:
            return number
        length += len(_TABLE[ord(character)])
    return len(text)
