"""Companies that a text names: those of an own list, and those with a legal form."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

OWN_NAME = 12  # a name that a text has so often is the shop's own
_CAPITALS = re.compile(r"[A-Z][\w’'&.]+")
_WORD = re.compile(r"\w+")
_FORMS = frozenset({"Inc", "LLC", "L", "Ltd", "GmbH", "Bank", "Corp", "Corporation"})  # as in _COMPANY
_COMPANY = re.compile(
    r"((?:[A-Z][\w&.’'-]{0,30} (?:& )?){1,4})"
    r"(?:Inc\b\.?|LLC\b|L\.L\.C\.|Ltd\b\.?|GmbH\b|Bank\b|Corp(?:oration)?\b\.?)"
)


class Names:
    """The names of companies in one text, without the shop's own."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Count the words of a text, given by its paragraphs."""
        counts = Counter(word for text in texts for word in _CAPITALS.findall(text))
        self._own = {word.lower() for word, number in counts.items() if number >= OWN_NAME}

    def of(self, sentence: str) -> Iterator[tuple[str, int, int]]:
        """Yield the names in a sentence, each once, with the characters where it stands.

        A company of the list has the same name everywhere.
        """
        known, pattern, firsts = _known()
        words = set(_WORD.findall(sentence))
        seen = set()
        listed = [(known[found[0]], *found.span()) for found in _if(words & firsts, pattern, sentence)]
        others = [(found[1].strip(), *found.span()) for found in _if(words & _FORMS, _COMPANY, sentence)]
        for name, start, end in listed + others:
            if name not in seen and not self._is_own(name) and not _overlaps(start, end, listed, name):
                seen.add(name)
                yield name, start, end

    def _is_own(self, name: str) -> bool:
        return name.lower() in self._own or name.split(maxsplit=1)[0].lower() in self._own


def _overlaps(start: int, end: int, listed: list[tuple[str, int, int]], name: str) -> bool:
    return any(first < end and start < last and other != name for other, first, last in listed)


def _if(possible: set[str], pattern: re.Pattern[str], sentence: str) -> Iterable[re.Match[str]]:
    """Return the matches in a sentence; without a search if none is possible."""
    return pattern.finditer(sentence) if possible else ()


@cache
def _known() -> tuple[dict[str, str], re.Pattern[str], frozenset[str]]:
    """Return name -> first name on its line of the list, an expression for all, and their first words."""
    text = resources.files(__package__).joinpath("rules", "recipients.toml").read_text(encoding="utf-8")
    known = {name: line[0] for line in tomllib.loads(text)["names"] for name in line}
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    firsts = frozenset(_WORD.findall(name)[0] for name in known)
    return known, re.compile(rf"(?<![\w.])(?:{names})(?!\w)"), firsts
