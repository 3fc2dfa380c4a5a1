"""The panel of a policy: what is known of it in each month, quarter, half-year or year.

A panel has no row before the first good capture of a policy and none after the period of the last one:
nothing is known of these times.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlite_utils import Database

from db.query.gaps import is_gap
from db.query.spans import Span, spans

PERIODS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}  # name -> months


@dataclass(frozen=True)
class PanelRow:
    """A period of a policy.

    `period` is its name (2018-05, 2018-Q2, 2018-H1, 2018), `start` and `end` are its first and last day. The
    other moments are ISO 8601. `version` is the version of `seen_before`, the last good capture until the end
    of the period; `seen_after` is the next good capture, or None. `captures` is the number of good captures
    in the period. `changes_within` happened in it for certain: both captures of the bracket are in it.
    `changes_possible` are further changes whose bracket reaches into it. `in_gap` is True if no good capture
    is in it, and six months or more lie between those before and after.
    """

    period: str
    start: str
    end: str
    version: int
    captures: int
    changes_within: int
    changes_possible: int
    seen_before: str
    seen_after: str | None
    in_gap: bool


@dataclass(frozen=True)
class Period:
    """A month, a quarter, half a year or a year: its name, its first and its last day (both included)."""

    name: str
    start: str
    end: str


def periods(first: str, last: str, every: str) -> list[Period]:
    """Return the periods from one moment to another, the oldest first.

    The moments are ISO 8601 or its beginning, from the month on. `every` is one of PERIODS. Returns [] if the
    last one is before the first.
    """
    months = PERIODS[every]
    return [
        Period(period_name(number, months), period_start(number, months), _end(number, months))
        for number in range(period_number(first, months), period_number(last, months) + 1)
    ]


def of_policies(db: Database, policy_ids: Sequence[int], every: str) -> dict[int, list[PanelRow]]:
    """Return policy id -> the periods of the policy, the oldest first; [] without a good capture.

    `every` is one of PERIODS.
    """
    ids = ",".join(map(str, policy_ids)) or "null"
    rows = db.execute(
        f"""select distinct g.policy_id, c.captured_at
        from pages g cross join captures c on c.page_id = g.id
        where g.policy_id in ({ids}) and c.verdict = 'policy' and c.text_id is not null
        and c.captured_at is not null order by 1, 2"""
    )
    seen: dict[int, list[str]] = {}
    for policy_id, moment in rows:
        seen.setdefault(policy_id, []).append(moment)
    found = spans(db, policy_ids).items()
    return {policy_id: list(panel(own, seen.get(policy_id, []), every)) for policy_id, own in found}


def panel(of_policy: Sequence[Span], seen: Sequence[str], every: str) -> Iterator[PanelRow]:
    """Yield the periods of a policy, the oldest first.

    `of_policy` are its spans, and `seen` the times of its good captures, both in order of time. `every` is
    one of PERIODS. Yields nothing without spans or captures.
    """
    if not of_policy or not seen:
        return
    months = PERIODS[every]
    begins = [span.since for span in of_policy]
    brackets = [(span.changed_after or span.since, span.since) for span in of_policy[1:]]
    for number in range(period_number(seen[0], months), period_number(seen[-1], months) + 1):
        start, after = period_start(number, months), period_start(number + 1, months)
        known = bisect_left(seen, after)
        before = seen[known - 1]
        captures = known - bisect_left(seen, start)
        touching = [(old, new) for old, new in brackets if new >= start and old < after]
        later = seen[known] if known < len(seen) else None
        within = sum(old >= start and new < after for old, new in touching)
        yield PanelRow(
            period=period_name(number, months),
            start=start,
            end=_end(number, months),
            version=of_policy[max(bisect_right(begins, before) - 1, 0)].version,
            captures=captures,
            changes_within=within,
            changes_possible=len(touching) - within,
            seen_before=before,
            seen_after=later,
            in_gap=not captures and later is not None and is_gap(before, later),
        )


def period_number(moment: str, months: int) -> int:
    """Return the number of the period of a moment (ISO 8601), counted from the year 0."""
    return (12 * int(moment[:4]) + int(moment[5:7]) - 1) // months


def period_start(number: int, months: int) -> str:
    """Return the first day of a period."""
    year, month = divmod(number * months, 12)
    return f"{year:04}-{month + 1:02}-01"


def _end(number: int, months: int) -> str:
    """Return the last day of a period."""
    return (date.fromisoformat(period_start(number + 1, months)) - timedelta(days=1)).isoformat()


def period_name(number: int, months: int) -> str:
    """Return the name of a period: 2018-05, 2018-Q2, 2018-H1 or 2018."""
    year, part = divmod(number, 12 // months)
    shown = {1: f"-{part + 1:02}", 3: f"-Q{part + 1}", 6: f"-H{part + 1}", 12: ""}
    return f"{year:04}{shown[months]}"
