"""The promises that were removed last, in all policies of an archive file.

A finding knows one change only. So findings choose the policies, and the ledger of a policy says which of
its promises ended, and with which words.
"""

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from sqlite_utils import Database

from db.errors import OverTimeError
from db.processor_time import in_time, limited
from db.promises.denials import denies
from db.promises.likeness import ALIKE, likeness
from db.promises.of_policies import Ledger, ledger
from db.promises.statement import Promise

MOST = 5  # promises
POLICIES = 10  # ledgers that are read for them, those of the newest findings
_KINDS = ("sale", "sharing", "retention", "children")
# Policies in which a text no longer denies something (findings of weight 5), the newest such change first.
_CANDIDATES = """
select c.policy_id, p.retailer, r.name, max(c.first_new) as newest
from findings f
join changes c on c.id = f.change_id
join policies p on p.id = c.policy_id
join retailers r on r.domain = p.retailer
where f.weight = 5 and f.kind in (?, ?, ?, ?) and f.lasting is not 0 and c.suspect is null
group by c.policy_id order by newest desc, p.retailer limit ?"""
_SUSPECT = """
select 1 from changes
where policy_id = ? and +kind = 'wording' and suspect is not null and last_old >= ? and first_new <= ?"""


class RemovedPromise(NamedTuple):
    """A promise that a retailer's policy no longer has. `name` is the retailer's, if it is known."""

    domain: str
    name: str | None
    promise: Promise


def removed_last(db: Database, seconds: float = math.inf) -> list[RemovedPromise]:
    """Return the promises that were removed or reversed last, the newest first, at most MOST of them.

    At most POLICIES ledgers are read, for at most some `seconds` of processor time: what was found until then
    is returned. Returns [] without findings.
    """
    found: list[RemovedPromise] = []
    candidates = db.execute(_CANDIDATES, [*_KINDS, POLICIES]).fetchall()
    with suppress(OverTimeError), limited(seconds):
        for policy_id, domain, name, newest in in_time(candidates):
            if sum(_end(one) >= newest for one in found) >= MOST:
                break
            found += [RemovedPromise(domain, name, one) for one in _removed(db, policy_id)]
    found.sort(key=lambda one: (one.domain, one.promise.last.quote))
    return sorted(found, key=_end, reverse=True)[:MOST]


def _end(one: RemovedPromise) -> str:
    return one.promise.first_without or ""


def _removed(db: Database, policy_id: int) -> Iterator[Promise]:
    """Yield the promises of a policy that are surely removed."""
    read = ledger(db, policy_id)
    for one in read.promises:
        if _is_removed_denial(one) and _lasts(one, read):
            bracket = (policy_id, one.last_with, one.first_without)
            if not db.execute(_SUSPECT, bracket).fetchone():
                yield one


def _is_removed_denial(one: Promise) -> bool:
    """Return whether a promise not to do something ended, and not with another number."""
    return one.ending in ("removed", "reversed") and one.last.kind in _KINDS and denies(one.last)


def _lasts(one: Promise, read: Ledger) -> bool:
    """Return whether more than one capture lacks an ended promise, and nothing alike stands after it."""
    end = one.first_without or ""
    return (read.read_until or "") > end and not any(
        likeness(one.last, words.stated) >= ALIKE
        for other in read.promises
        if other is not one and other.last_with >= end
        for words in other.wordings
    )
