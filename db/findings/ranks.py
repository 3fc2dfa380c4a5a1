"""How much a finding matters, and how certain it is: both follow from the printed list `ranks.toml`."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from db.findings.durations import months
from db.findings.languages import tables
from db.findings.statement import Finding

Certainty = Literal["stated", "possible"]


class Rank(NamedTuple):
    """A line of the list: which findings it fits, and their weight (1 to 5, 5 matters most)."""

    weight: int
    name: str
    reason: str
    kinds: frozenset[str]
    moves: frozenset[str]
    quote: Literal["before", "after"] | None
    longer: bool | None

    def fits(self, one: Finding) -> bool:
        """Return whether this rank is the finding's, if no earlier one is."""
        if one.move not in self.moves or not self.kinds & {one.kind, "*"}:
            return False
        if self.quote:
            denied = dict(zip(("before", "after"), _denied(one), strict=True))
            return denied.pop(self.quote) and not any(denied.values())
        if self.longer is None:
            return True
        before, after = months(one.before), months(one.after)
        return (
            before is not None and after is not None and before != after and (after > before) == self.longer
        )


def rank(one: Finding) -> Rank:
    """Return the rank of a finding: the first one of the list that fits."""
    return next(rank for rank in ranks() if rank.fits(one))


def weighed(one: Finding) -> Finding:
    """Return a finding with its weight, and without `denied`, which nothing else needs."""
    return one._replace(weight=rank(one).weight, denied=(None, None))


def _denied(one: Finding) -> tuple[bool, bool]:
    """Return whether the old and the new text deny something.

    Claims say it. Words say it if a quote has no claim of this kind: the same measure for both quotes.
    """
    sides = tuple(zip((one.before, one.after), one.denied, strict=True))
    if any(quote and denied is None for quote, denied in sides):
        return denies(one.before), denies(one.after)
    return bool(one.denied[0]), bool(one.denied[1])


def denies(quote: str) -> bool:
    """Return whether a quote denies something ("we do not …"), in any language with rules."""
    return bool(_denial().search(quote))


def certainty(one: Finding) -> Certainty:
    """Return "possible" for a kind or a rule that is not known to be mostly right, otherwise "stated"."""
    return "possible" if _possible() & {one.kind, one.rule} else "stated"


@cache
def ranks() -> tuple[Rank, ...]:
    """Return the list of ranks, in its order. The last one fits every finding."""
    return tuple(_ranks(_table()["rank"]))


def _ranks(tables: Iterable[dict[str, Any]]) -> Iterable[Rank]:
    for one in tables:
        sets = (frozenset(one["kinds"]), frozenset(one["moves"]))
        yield Rank(one["weight"], one["name"], one["reason"], *sets, one.get("quote"), one.get("longer"))


@cache
def _possible() -> frozenset[str]:
    return frozenset(_table()["possible"])


def _table() -> dict[str, Any]:
    return tomllib.loads(_source().decode())


def _source() -> bytes:
    return resources.files(__package__).joinpath("ranks.toml").read_bytes()


@cache
def _denial() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one['denials']})" for one in tables()), re.IGNORECASE)
