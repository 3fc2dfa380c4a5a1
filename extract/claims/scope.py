"""For whom or for what something is said: a place, children, one service. Words and headings say it."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources

from extract.claims.claim import LONGEST, Paragraph

_CACHED = 16_384  # sentences and headings


def scope(words: str) -> str | None:
    """Return the scopes that a sentence names, in the order of the list; None for none.

    There is ", " between two. The list is `rules/scopes.toml`.
    """
    return _joined(_named(words, heading=False))


def of_headings(paragraphs: Sequence[Paragraph]) -> Iterator[str | None]:
    """Yield for each paragraph the scopes of the headings above it, as in `scope`.

    A heading is above all paragraphs up to the next heading of its level.
    """
    above: list[tuple[int, tuple[str, ...]]] = []
    for one in paragraphs:
        if one.mark.startswith("#"):
            level = len(one.mark)
            above = [heading for heading in above if heading[0] < level]
            above.append((level, _named(one.text[:LONGEST], heading=True)))
        yield _joined(name for _, names in above for name in names)


def both(one: str | None, other: str | None) -> str | None:
    """Return two scopes as one, each name once."""
    return _joined(name for part in (one, other) if part for name in part.split(", "))


@lru_cache(maxsize=_CACHED)
def _named(words: str, *, heading: bool) -> tuple[str, ...]:
    return tuple(
        name
        for name, anywhere, in_heading in _scopes()
        if anywhere.search(words) or (heading and in_heading and in_heading.search(words))
    )


def _joined(names: Iterable[str]) -> str | None:
    wanted = set(names)
    return ", ".join(name for name, _, _ in _scopes() if name in wanted) or None


@cache
def _scopes() -> list[tuple[str, re.Pattern[str], re.Pattern[str] | None]]:
    """Return name, pattern for sentences and headings, and pattern for headings alone."""
    text = resources.files(__package__).joinpath("rules", "scopes.toml").read_text(encoding="utf-8")
    return [
        (
            one["name"],
            re.compile(one["any"], re.IGNORECASE),
            re.compile(one["heading"], re.IGNORECASE) if "heading" in one else None,
        )
        for one in tomllib.loads(text)["scope"]
    ]
