"""Which terms of the tables A3 to A6 a text has, by the list `vocabulary.toml`."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from db.errors import MissingExtraError

_LIST = Path(__file__).with_name("vocabulary.toml")
_LINK = re.compile(r"\]\(<?(?:https?:)?//([\w.-]{1,253})", re.I)
_BEGIN = re.compile(r"\\b([a-z0-9 ]+)")
_WORD = re.compile(r"[\w-]+")
_KEPT = 50_000  # words whose lemma is kept in memory


@dataclass(frozen=True)
class VocabularyTerm:
    """A term: its table, its name, its expressions, the domains of its owner, and its lemmas.

    The expressions are for a text in lower case. Each has the letters with which its matches begin, if they
    are always the same: it is quicker to look for these first.
    """

    table: str
    name: str
    any: tuple[tuple[str, re.Pattern[str]], ...]
    published: tuple[tuple[str, re.Pattern[str]], ...]
    domains: tuple[str, ...]
    lemmas: str

    @property
    def key(self) -> str:
        """The table and the name, by which a text says that it has the term."""
        return f"{self.table}:{self.name}"


def names(table: str) -> tuple[str, ...]:
    """Return the names of the terms of a table."""
    return tuple(term.name for term in VOCABULARY if term.table == table)


def found(plain: str, markdown: str, tables: Iterable[str], *, as_published: bool) -> frozenset[str]:
    """Return the keys of the terms that a text has.

    `plain` is the text without markup, and `markdown` is the text with its links. As published, the terms of
    A3 are looked for in the lemmas of the text. Raises MissingExtraError if the lemmas need a package that is
    not installed.
    """
    wanted, hosts, plain = frozenset(tables), _hosts(markdown), plain.lower()
    lemmas = lemmatized(plain) if as_published and "A3" in wanted else None
    return frozenset(
        term.key
        for term in VOCABULARY
        if term.table in wanted
        and (
            term.lemmas in lemmas
            if lemmas is not None and term.lemmas
            else any(
                begin in plain and expression.search(plain)
                for begin, expression in (term.published if as_published else term.any)
            )
            or any(_is_part_of(host, domain) for host in hosts for domain in term.domains)
        )
    )


def lemmatized(plain: str) -> str:
    """Return the lemmas of an English text (in lower case), divided by blanks.

    Only plurals become their lemma, as with a lemmatizer for nouns: "processing" stays.

    Raises MissingExtraError.
    """
    return " ".join(_lemma(word) for word in _WORD.findall(plain))


@lru_cache(_KEPT)
def _lemma(word: str) -> str:
    try:
        from simplemma import lemmatize  # noqa: PLC0415 - an extra, with 19 MB of dictionaries
    except ModuleNotFoundError:
        raise MissingExtraError("terms of A3 as published need simplemma", "report") from None
    return str(lemmatize(word[:60], lang="en")).lower() if word.endswith("s") else word


def _patterns(expressions: list[str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(map(_pattern, expressions))


def _pattern(expression: str) -> tuple[str, re.Pattern[str]]:
    """Return the letters with which each match begins, and an expression that begins with them.

    Letters are looked for faster than the beginning of a word.
    """
    begin = _beginning(expression)
    after = expression.removeprefix(rf"\b{begin}") if begin else expression
    return begin, re.compile(rf"{begin}(?<=\b{begin}){after}" if begin else expression)


def _beginning(expression: str) -> str:
    """Return the letters with which each match of an expression begins; "" if they differ."""
    begin = _BEGIN.match(expression)
    if begin is None:
        return ""
    is_optional = expression[begin.end() : begin.end() + 1] in ("?", "*", "{")
    return begin[1][:-1] if is_optional else begin[1]


def _hosts(markdown: str) -> frozenset[str]:
    return frozenset(host.lower() for host in _LINK.findall(markdown))


def _is_part_of(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _vocabulary() -> tuple[VocabularyTerm, ...]:
    listed = tomllib.loads(_LIST.read_text(encoding="utf-8"))
    return tuple(
        VocabularyTerm(
            table,
            row["name"],
            _patterns(row["any"]),
            _patterns(row.get("published", row["any"])),
            tuple(row.get("domains", ())),
            row.get("lemmas", ""),
        )
        for table, rows in listed.items()
        for row in rows
    )


VOCABULARY = _vocabulary()
"""All terms, in the order of the list."""
