"""Companies that a text names: those of an own list, and those with a legal form."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

from extract.claims.grammar import Grammar

OWN_NAME, OWN_SHARE = 12, 150  # a name that a text has so often, and every 150 words, is the shop's own
Place = tuple[str, int, int]  # a name, and its characters in a sentence
_CAPITALS = re.compile(r"[A-Z][\w’'&.]+")
_WORD = re.compile(r"\w+")
# The words of legal forms, as in _COMPANY.
_WORDS_OF_FORMS = "Inc LLC L Ltd Limited GmbH AG SE SAS SARL SA S B Bank Corp Corporation ApS AB Oy KG"
_FORMS = frozenset(_WORDS_OF_FORMS.split())
_COMPANY = re.compile(
    r"((?:[A-ZÄÖÜÉ][\w&.’'-]{0,30} (?:& )?){0,3}[A-ZÄÖÜÉ][\w&.’'-]{0,30}),? "
    r"(?:Inc\b\.?|LLC\b|L\.L\.C\.|Ltd\b\.?|Limited\b|GmbH\b|AG\b|SE\b|SAS\b|SARL\b|SA\b|S\.A\.(?:S\.)?"
    r"|B\.V\.|KG\b|AB\b|ApS\b|Oy\b|Bank\b|Corp(?:oration)?\b\.?)"
)
# A name in a list, with the comma or the word after it.
_LISTED = re.compile(
    r"([A-ZÄÖÜÉ][\w&.’'-]{1,30}(?: (?:& )?[A-ZÄÖÜÉ][\w&.’'-]{0,30}){0,2})"
    r"(?:, ?(?:and |or |et |ou |und |oder |sowie )?| (?:and|or|et|ou|und|oder|sowie|ainsi que) |)"
)
_MOST_OF = 0.8  # a sentence of which a name is a larger share is an address or a heading
_ARTICLE = re.compile(r"^(?:Die|Der|Das|La|Le|The|Of) ")


class OwnNames:
    """The words by which a text names its own shop."""

    def __init__(self, found: Iterable[str], spaces: int) -> None:
        """Count the words of a text that `capitals` found. `spaces` stands for the number of all words."""
        most = max(OWN_NAME, spaces / OWN_SHARE)
        self._own = {word.lower() for word, number in Counter(found).items() if number >= most}

    def has(self, name: str) -> bool:
        """Return whether a name is the shop's own."""
        return name.lower() in self._own or name.split(maxsplit=1)[0].lower() in self._own


def capitals(text: str) -> list[str]:
    """Return the words of a text that begin with a capital."""
    return _CAPITALS.findall(text)


def names(sentence: str, grammar: Grammar, cell: str = "") -> list[Place]:
    """Return the companies that a sentence names, each once, with the characters where it stands.

    A company of the list has the same name everywhere. Another company with a legal form counts unless
    the sentence is only its name, or shows that it is the one that speaks. So do names in a list that
    words like "partners such as" introduce, and the name in a cell of a table of processors.
    """
    known, pattern, firsts = _known()
    words = set(_WORD.findall(sentence))
    listed = [(known[found[0]], *found.span()) for found in _if(words & firsts, pattern, sentence)]
    others = [*_companies(sentence, words, grammar), *_introduced(sentence, grammar)]
    of_cell = list(_places_of(cell, sentence))[:1] if cell else []
    found: dict[str, Place] = {}
    for name, start, end in (*listed, *others, *of_cell):
        if name and name not in found and not _overlaps(start, end, listed, name):
            found[name] = name, start, end
    return list(found.values())


def without_form(name: str) -> str:
    """Return the name of a company without its legal form at the end ("Lampion Ltd." -> "Lampion")."""
    before, _, last = name.rpartition(" ")
    return before.rstrip(",") if before and last.rstrip(".") in _FORMS else name


def _places_of(name: str, sentence: str) -> Iterator[Place]:
    """Yield the places where a name stands in a sentence as words of its own."""
    start = sentence.find(name)
    while start >= 0:
        end = start + len(name)
        if not sentence[max(0, start - 1) : start].isalnum() and not sentence[end : end + 1].isalnum():
            yield name, start, end
        start = sentence.find(name, end)


def _overlaps(start: int, end: int, listed: list[Place], name: str) -> bool:
    return any(first < end and start < last and other != name for other, first, last in listed)


def _companies(sentence: str, words: set[str], grammar: Grammar) -> Iterator[Place]:
    """Yield the companies with a legal form that a sentence names beside other words."""
    if words.isdisjoint(_FORMS) or grammar.speaker.search(sentence):
        return
    for found in _COMPANY.finditer(sentence):
        name = _ARTICLE.sub("", found[1]).rstrip(" ,&")
        if name and len(found[0]) < _MOST_OF * len(sentence):
            yield name, *found.span()


def _introduced(sentence: str, grammar: Grammar) -> Iterator[Place]:
    """Yield the names in a list after words like "partners such as"."""
    for introduction in grammar.introduction.finditer(sentence):
        place = introduction.end()
        while found := _LISTED.match(sentence, place):
            name = found[1].rstrip(".")
            if grammar.no_name.search(name):
                break
            yield name, *found.span(1)
            place = found.end()


def _if(possible: set[str], pattern: re.Pattern[str], sentence: str) -> Iterable[re.Match[str]]:
    """Return the matches in a sentence; without a search if none is possible."""
    return pattern.finditer(sentence) if possible else ()


@cache
def _known() -> tuple[dict[str, str], re.Pattern[str], frozenset[str]]:
    """Return name -> first name of its company, an expression for all names, and their first words.

    Programs have the name "".
    """
    text = resources.files(__package__).joinpath("rules", "recipients.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    known = {name: line[0] for line in table["names"] for name in line}
    known |= dict.fromkeys(table["programs"], "")
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    firsts = frozenset(_WORD.findall(name)[0] for name in known)
    return known, re.compile(rf"(?<![\w.])(?:{names})(?!\w)"), firsts
