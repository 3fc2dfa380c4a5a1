"""How many retailers' policies changed what they say about a kind of statement, period by period.

A change has no date: it lies between two captures. So there are two numbers. The policy of a retailer changed
in a period for certain if both captures were made in it, and at most if the bracket reaches into it. A change
that no rule has read counts in every kind and move, at most. A retailer whose policy nobody saw before, or
nobody saw again, is not counted: nothing is known of it. Nor is one whose texts are all in languages without
rules: nobody can know what it states.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.findings.languages import languages
from db.query.findings import FindingFilter
from db.query.panel import Period, periods
from db.store import retailers

# A retailer counts as known in a period from the first to the last good capture of its policy.
_KNOWN = """select policy_id, min(first_seen), max(last_seen) from versions
    where policy_id in ({policies}) group by policy_id"""
_SEEN = """select distinct g.policy_id, substr(c.captured_at, 1, 7) from pages g
    cross join captures c on c.page_id = g.id
    where g.policy_id in ({policies}) and c.verdict = 'policy' and c.text_id is not null
    and c.captured_at is not null"""
_BRACKETS = """select distinct c.policy_id, c.last_old, c.first_new
    from findings f cross join changes c on c.id = f.change_id
    where c.policy_id in ({policies}) and c.suspect is null and {findings}"""
_TOTALS = """select f.kind, count(distinct c.policy_id) filter (where f.move = 'added'),
        count(distinct c.policy_id) filter (where f.move = 'removed'),
        count(distinct c.policy_id) filter (where f.move = 'changed')
    from findings f join changes c on c.id = f.change_id
    where c.policy_id in ({policies}) and c.suspect is null and {findings} group by f.kind order by f.kind"""
# Changes whose texts went over a limit have a reading without a number; those of an older file have none.
_UNREAD = """from changes c left join readings r on r.change_id = c.id
    where c.policy_id in ({policies}) and c.kind = 'wording' and c.suspect is null and r.unquoted is null"""
_UNREAD_BRACKETS = f"select distinct c.policy_id, c.last_old, c.first_new {_UNREAD}"
_UNREAD_COUNTS = f"select count(r.change_id), count(*) - count(r.change_id) {_UNREAD}"
_BY_RULES = """select count(*) from readings r cross join changes c on c.id = r.change_id
    where c.policy_id in ({policies}) group by r.rules order by 1 desc"""
# The columns of a row of `rows`.
COLUMNS = ("kind", "move", "period", "start", "end", "certain", "most", "base", "seen", "share", "most_share")
_POLICIES = """select id from policies where {chosen} and id in (select policy_id from versions
    where text_id in (select id from texts where language in ({languages})))"""
LASTING = FindingFilter(lasting=True)


@dataclass(frozen=True)
class KindTotals:
    """A kind, and how many retailers' policies added, removed or changed such a statement at some time."""

    kind: str
    added: int
    removed: int
    changed: int


class UnreadChanges(NamedTuple):
    """How many changes of wording no rule has read; suspect ones are left out.

    `too_long` are those whose texts went over a limit. `older` are those of a file of an older policytrail,
    or of a run that was stopped: a rebuild reads them. `other_rules` were read, but by other rules than most:
    what they found is not comparable before a rebuild.
    """

    too_long: int
    older: int
    other_rules: int = 0


@dataclass(frozen=True)
class Known:
    """Of which retailers something is known, by period.

    A retailer whose texts are all in languages without rules is left out. `periods` are in order of time.
    `base` has for each the number of retailers that have a good capture in it or before it, and in it or
    after it. `seen` has how many of them have a good capture in the period itself.
    """

    periods: tuple[Period, ...]
    base: tuple[int, ...]
    seen: tuple[int, ...]


@dataclass(frozen=True)
class FindingTrend:
    """A period: how many retailers' policies changed in it what they say about a kind.

    `period` is its name (2018-H1), `start` and `end` are its first and last day. `certain` is the number of
    retailers with such a change whose two captures were made in the period. `most` has also those with a
    change whose bracket reaches into it, and those with such a change that no rule has read. Both refer to
    `base`, and `seen` says how many of these retailers have a good capture in the period (`Known`).
    """

    period: str
    start: str
    end: str
    certain: int
    most: int
    base: int
    seen: int

    @property
    def share(self) -> float:
        """The share of `base` that changed for certain, from 0 to 1."""
        return round(self.certain / self.base, 4) if self.base else 0.0

    @property
    def most_share(self) -> float:
        """The share of `base` that changed at most, from 0 to 1."""
        return round(self.most / self.base, 4) if self.base else 0.0


def known(db: Database, every: str, domains: Sequence[str] = ()) -> Known:
    """Return of which retailers something is known; without `domains`, of all.

    `every` is a key of `panel.PERIODS`. There is no period without a good capture. Raises
    UnknownRetailerError.
    """
    policies = policies_with_rules(db, domains)
    spans = [row[1:] for row in db.execute(_KNOWN.format(policies=policies))]
    if not spans:
        return Known((), (), ())
    of_time = periods(min(first for first, _ in spans), max(last for _, last in spans), every)
    place = Places(of_time)
    base, seen = [0] * len(of_time), [0] * len(of_time)
    for first, last in spans:
        for number in range(place.of(first), place.of(last) + 1):
            base[number] += 1
    months = db.execute(_SEEN.format(policies=policies))
    for _, number in {(policy, place.of(f"{month}-01")) for policy, month in months}:
        if 0 <= number < len(seen):
            seen[number] += 1
    return Known(tuple(of_time), tuple(base), tuple(seen))


def trend(
    db: Database, wanted: FindingFilter, of_time: Known, domains: Sequence[str] = ()
) -> list[FindingTrend]:
    """Return for each period how many retailers have a change with a wanted finding, the oldest first.

    Suspect changes are left out. Changes that no rule has read count in `most`. `of_time` is `known` of the
    same retailers. Returns [] if it has no period. Raises UnknownRetailerError.
    """
    which, values = wanted.condition(db)
    policies = policies_with_rules(db, domains)
    found = db.execute(_BRACKETS.format(policies=policies, findings=which), values).fetchall()
    unread_ones = db.execute(_UNREAD_BRACKETS.format(policies=policies)).fetchall()
    place, certain, most = Places(of_time.periods), set[tuple[int, int]](), set[tuple[int, int]]()
    for policy, last_old, first_new in found:
        certain.update([(policy, place.of(last_old))] if place.of(last_old) == place.of(first_new) else [])
    for policy, last_old, first_new in (*found, *unread_ones):
        reached = range(max(place.of(last_old), 0), place.of(first_new) + 1)
        most.update((policy, number) for number in reached)
    return numbers(certain, most, of_time)


def numbers(
    certain: Iterable[tuple[int, int]], most: Iterable[tuple[int, int]], of_time: Known
) -> list[FindingTrend]:
    """Return the trend of what is found: pairs of a policy's id and the place of a period, each once."""
    return [
        FindingTrend(period.name, period.start, period.end, *of_period, base, seen)
        for period, of_period, base, seen in zip(
            of_time.periods,
            zip(_counted(certain, of_time), _counted(most, of_time), strict=True),
            of_time.base,
            of_time.seen,
            strict=True,
        )
    ]


def rows(kind: str, trends: Mapping[str, Sequence[FindingTrend]]) -> list[dict[str, Any]]:
    """Return the trends of a kind by move as rows for programs, with the columns COLUMNS, move by move."""
    return [
        {"kind": kind, "move": move, **asdict(one), "share": one.share, "most_share": one.most_share}
        for move, of_move in trends.items()
        for one in of_move
    ]


def totals(db: Database, domains: Sequence[str] = ()) -> list[KindTotals]:
    """Return how many retailers have a change with a finding of each kind, by kind; [] without findings.

    Suspect changes are left out, and findings that do not last. Raises UnknownRetailerError.
    """
    which, _ = LASTING.condition(db)
    query = _TOTALS.format(policies=policies_with_rules(db, domains), findings=which)
    return [KindTotals(*row) for row in db.execute(query)]


def unread(db: Database, domains: Sequence[str] = ()) -> UnreadChanges:
    """Return how many changes of wording no rule has read, or other rules. Raises UnknownRetailerError."""
    policies = policies_with_rules(db, domains)
    by_rules = db.execute(_BY_RULES.format(policies=policies)).fetchall()
    too_long, older = db.execute(_UNREAD_COUNTS.format(policies=policies)).fetchone()
    return UnreadChanges(too_long, older, sum(count for (count,) in by_rules[1:]))


class Places:
    """The place of a moment among periods that follow each other; -1 before the first."""

    def __init__(self, of_time: Sequence[Period]) -> None:
        self._starts = [period.start for period in of_time]

    def of(self, moment: str) -> int:
        """Return the number of the period of a moment (ISO 8601)."""
        return bisect_right(self._starts, moment[:10]) - 1


def _counted(found: Iterable[tuple[int, int]], of_time: Known) -> list[int]:
    counts = [0] * len(of_time.periods)
    for _, number in found:
        counts[number] += 1
    return counts


def policies_with_rules(db: Database, domains: Sequence[str]) -> str:
    """Return SQL for the ids of the policies of some retailers; of all without `domains`.

    Policies whose texts are all in languages without rules are left out.
    """
    chosen = "kind = 'privacy'"
    if domains:
        chosen = f"id in ({', '.join(str(policy_id) for policy_id, _ in retailers.policies(db, domains))})"
    return _POLICIES.format(chosen=chosen, languages=", ".join(f"'{one}'" for one in languages()))
