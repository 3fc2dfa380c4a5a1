"""For whom or for what something is said: a place, children, one service. Words and headings say it."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from extract.claims.claim import LONGEST, Paragraph
from extract.claims.triggers import Pattern, Sieve, Sifted, pattern

_CACHED = 4_096  # headings


def patterns() -> list[Pattern]:
    """Return the expressions that a sieve needs, so that `scope` can be called with its sentences."""
    return [one.anywhere for one in _scopes()]


def scope(sentence: Sifted) -> str | None:
    """Return the scopes that a sentence names, in the order of the list; None for none.

    There is ", " between two. The list is `rules/scopes.toml`.
    """
    return _joined(one.name for one in _scopes() if sentence.has(one.anywhere))


def of_headings(paragraphs: Sequence[Paragraph]) -> Iterator[str | None]:
    """Yield for each paragraph the scopes of the headings above it, as in `scope`.

    A heading is above all paragraphs up to the next heading of its level.
    """
    above: list[tuple[int, tuple[str, ...]]] = []
    for one in paragraphs:
        if one.mark.startswith("#"):
            level = len(one.mark)
            above = [heading for heading in above if heading[0] < level]
            above.append((level, _of_heading(one.text[:LONGEST])))
        yield _joined(name for _, names in above for name in names)


def both(one: str | None, other: str | None) -> str | None:
    """Return two scopes as one, each name once."""
    if not one or not other:
        return one or other
    return _joined(name for part in (one, other) for name in part.split(", "))


@lru_cache(maxsize=_CACHED)
def _of_heading(words: str) -> tuple[str, ...]:
    sifted = _sieve().sift(words)
    return tuple(
        one.name
        for one in _scopes()
        if sifted.has(one.anywhere) or (one.in_heading and one.in_heading.search(words))
    )


def _joined(names: Iterable[str]) -> str | None:
    wanted = set(names)
    return ", ".join(one.name for one in _scopes() if one.name in wanted) or None


class _Scope(NamedTuple):
    """A scope, what names it in sentences and headings, and what names it in headings alone."""

    name: str
    anywhere: Pattern
    in_heading: Pattern | None


@cache
def _scopes() -> list[_Scope]:
    text = resources.files(__package__).joinpath("rules", "scopes.toml").read_text(encoding="utf-8")
    return [
        _Scope(one["name"], pattern(one["any"]), pattern(one["heading"]) if "heading" in one else None)
        for one in tomllib.loads(text)["scope"]
    ]


@cache
def _sieve() -> Sieve:
    return Sieve(patterns())
