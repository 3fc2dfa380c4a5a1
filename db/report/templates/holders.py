"""Which shop had a sentence first, as far as captures say it.

Of each shop and sentence it is known when the sentence came: after the last capture without it, until the
first one with it. The rows are in a temporary file, so that memory stays flat.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

_AT_ONCE = 5000  # rows


class HeldSentence(NamedTuple):
    """A sentence of a policy: its hash, and the captures (ISO 8601) between which it came; "" for none."""

    sentence: int
    policy_id: int
    after: str
    until: str


class SentenceOrigin(NamedTuple):
    """Whether a sentence of a policy was at another domain first: certainly, as first seen, possibly."""

    policy_id: int
    certain: bool
    seen: bool
    possible: bool


class Holders:
    """All sentences of all policies. Close it in the end."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute("create table held (sentence integer, policy_id integer, after text, until text)")

    def add(self, rows: Iterable[HeldSentence]) -> None:
        """Add the sentences of a policy, each once."""
        self._db.executemany("insert into held values (?, ?, ?, ?)", rows)

    def origins(self) -> Iterator[SentenceOrigin]:
        """Yield every sentence of every policy."""
        rows = map(
            HeldSentence._make, self._db.execute("select * from held order by sentence, until, policy_id")
        )
        for _, own in groupby(rows, itemgetter(0)):
            yield from _origins(list(own))

    def close(self) -> None:
        """Delete the temporary file."""
        self._db.close()


def _origins(held: list[HeldSentence]) -> Iterator[SentenceOrigin]:
    untils = sorted(one.until for one in held)[:2]
    afters = sorted(one.after for one in held)[:2]
    for one in held:
        if len(held) == 1:
            yield SentenceOrigin(one.policy_id, False, False, False)
            continue
        until = untils[1] if one.until == untils[0] else untils[0]
        after = afters[1] if one.after == afters[0] else afters[0]
        yield SentenceOrigin(one.policy_id, until <= one.after, until < one.until, after < one.until)
