"""Which text a policy has in each period, and in which periods a bracket is."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from db import times
from db.query.panel import period_name, period_number, period_start
from db.report.histories import PolicyHistory
from db.report.options import ReportOptions
from db.report.table import ALL


class PolicyPeriod(NamedTuple):
    """A policy in a period: the number of the period, its text, and whether it was captured in it."""

    number: int
    text_id: int
    is_captured: bool


def policy_periods(history: PolicyHistory, options: ReportOptions) -> list[PolicyPeriod]:
    """Return the periods in which the text of a policy is known, the oldest first.

    The text of a period is that of its last good capture. By brackets, a period without one has a text too
    if the captures before and after it show the same wording; as published, it has none.
    """
    captured = {period_number(moment, options.months): text for moment, text in history.seen}
    found = []
    brackets = [] if options.as_published else _brackets(history, options.months)
    text = 0
    for number in range(min(captured), max(captured) + 1):
        if number in captured:
            text = captured[number]
            found.append(PolicyPeriod(number, text, True))
        elif not options.as_published and not any(old <= number < new for old, new in brackets):
            found.append(PolicyPeriod(number, text, False))
    return found


def _brackets(history: PolicyHistory, months: int) -> list[tuple[int, int]]:
    return [
        (period_number(change.last_old, months), period_number(change.first_new, months))
        for change in history.changes
    ]


def touched(last_old: str, first_new: str, months: int) -> range:
    """Return the numbers of all periods that a bracket touches."""
    return range(period_number(last_old, months), period_number(first_new, months) + 1)


def share_within(last_old: str, first_new: str, number: int, months: int) -> float:
    """Return the part of a bracket that is in a period, from 0 to 1, by time."""
    begin, end = times.seconds(last_old), times.seconds(first_new)
    start, after = (_seconds(at, months) for at in (number, number + 1))
    if end <= begin:
        return float(start <= end < after)
    return max(0.0, min(end, after) - max(begin, start)) / (end - begin)


def _seconds(number: int, months: int) -> float:
    return times.seconds(f"{period_start(number, months)}T00:00:00Z")


def groups_of(history: PolicyHistory) -> tuple[str, ...]:
    """Return the groups that count a policy: all, and its own."""
    return (ALL, history.group) if history.group else (ALL,)


def in_order(keys: Iterable[tuple[str, int]], options: ReportOptions) -> Iterator[tuple[str, int, str]]:
    """Yield group, number and name of periods, by group and time."""
    for group, number in sorted(keys):
        yield group, number, period_name(number, options.months)
