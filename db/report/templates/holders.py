"""Which shop had a sentence first, as far as captures say it.

Of each shop and sentence it is known when the sentence came: after the last capture without it, until the
first one with it. The rows are in a temporary file, so that memory stays flat.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from db.processor_time import in_time


class HeldSentence(NamedTuple):
    """A sentence of a policy: its hash, and the captures (ISO 8601) between which it came; "" for none."""

    sentence: int
    policy_id: int
    after: str
    until: str


@dataclass(slots=True)
class SentenceCounts:
    """How many sentences a policy has, and how many were at another domain first.

    They were there certainly, as first seen, or possibly.
    """

    every: int = 0
    certain: int = 0
    seen: int = 0
    possible: int = 0

    def add(self, other: "SentenceCounts") -> None:
        """Add the counts of another policy."""
        self.every += other.every
        self.certain += other.certain
        self.seen += other.seen
        self.possible += other.possible


class Holders:
    """All sentences of all policies. Close it in the end."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute("pragma journal_mode = off")
        self._db.execute(
            "create table held (sentence integer, policy_id integer, after integer, until integer)"
        )

    def add(self, rows: Iterable[HeldSentence]) -> None:
        """Add the sentences of a policy, each once."""
        self._db.executemany(
            "insert into held values (?, ?, ?, ?)",
            ((one.sentence, one.policy_id, _number(one.after), _number(one.until)) for one in rows),
        )

    def counts(self) -> dict[int, SentenceCounts]:
        """Return policy id -> how many of its sentences were at another domain first."""
        found: dict[int, SentenceCounts] = defaultdict(SentenceCounts)
        rows = self._db.execute("select sentence, policy_id, after, until from held order by sentence")
        for _, own in in_time(groupby(rows, itemgetter(0))):
            _count(list(own), found)
        return found

    def close(self) -> None:
        """Delete the temporary file."""
        self._db.close()


def _count(held: list[tuple[int, int, int, int]], found: dict[int, SentenceCounts]) -> None:
    """Count a sentence for all policies that have it."""
    first_until, second_until = (sorted(until for *_, until in held) * 2)[:2]
    first_after, second_after = (sorted(after for _, _, after, _ in held) * 2)[:2]
    for _, policy_id, after, until in held:
        counts = found[policy_id]
        counts.every += 1
        if len(held) > 1:  # others have it too
            until_elsewhere = second_until if until == first_until else first_until
            after_elsewhere = second_after if after == first_after else first_after
            counts.certain += until_elsewhere <= after
            counts.seen += until_elsewhere < until
            counts.possible += after_elsewhere < until


@lru_cache(1000)
def _number(moment: str) -> int:
    """Return a moment (ISO 8601) as a number in the order of time; 0 for none. It needs less room."""
    return int("".join(sign for sign in moment if sign.isdigit()) or 0)
