"""What a statement is about: the topics of `topics.toml` that its words have."""

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

_CACHED = 16_384  # statements


class Topic(NamedTuple):
    """A line of the list: a name, how much a difference counts, and in which kinds of statements."""

    name: str
    weight: int
    kinds: frozenset[str]
    pattern: re.Pattern[str]


@lru_cache(maxsize=_CACHED)
def topics_of(quote: str, kinds: frozenset[str]) -> frozenset[str]:
    """Return the names of the topics that some words have, of those that count in one of these kinds."""
    return frozenset(
        one.name
        for one in topics().values()
        if (not one.kinds or one.kinds & kinds) and one.pattern.search(quote)
    )


@cache
def topics() -> dict[str, Topic]:
    """Return the list, name -> topic."""
    text = resources.files(__package__).joinpath("topics.toml").read_text(encoding="utf-8")
    return {
        one["name"]: Topic(
            one["name"],
            one["weight"],
            frozenset(one.get("kinds", ())),
            re.compile(one["any"], re.IGNORECASE),
        )
        for one in tomllib.loads(text)["topic"]
    }


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of two sets of topics that both have, by weight, 0 to 1; 0 for two empty sets."""
    return weight(one & other) / weight(one | other) if one | other else 0.0


def weight(names: frozenset[str]) -> int:
    """Return the weight of a set of topics."""
    return sum(topics()[name].weight for name in names)
