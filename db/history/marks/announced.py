"""Whether the date that a policy states announces a change.

A stated date can be a month or a year: it is then the time from its first day to its last.
"""

import calendar
import re
from datetime import MAXYEAR, date
from typing import Literal, NamedTuple

Announced = Literal["announced", "ahead", "silent", "undated", "false"]

_STATED = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class _Period(NamedTuple):
    first: date
    last: date


def announced(before: str | None, after: str | None, last_old: str, first_new: str) -> Announced:
    """Return what the stated dates of the old and the new text say about a change between two captures.

    `before` and `after` are the dates that the two texts state (2018-05-25, 2018-05, 2018; None without one),
    and `last_old` and `first_new` the moments of the two captures (ISO 8601).

    - `undated`: one of the texts states no date;
    - `silent`: both state a date, and it is the same, as far as is known;
    - `announced`: the date moved to a day until the capture of the new text;
    - `ahead`: it moved to a day after that capture, by at most twelve months;
    - `false`: it went back, or farther ahead.

    A month that contains the capture of the new text began before it, so it is not ahead. A month and a day
    of it are the same date, unless the day is after the capture that still showed the month.
    """
    old, new = _period(before), _period(after)
    if old is None or new is None:
        return "undated"
    left, seen = date.fromisoformat(last_old[:10]), date.fromisoformat(first_new[:10])
    if new.last < old.first:
        return "false"
    if new.first <= (min(old.last, left) if old.first <= left else old.last):
        return "silent"
    if new.first <= seen:
        return "announced"
    return "ahead" if new.first <= _a_year_after(seen) else "false"


def announcement(mark: str | None, before: str | None, after: str | None) -> str:
    """Return for people what the stated dates `before` and `after` a change say, with its mark.

    Returns "" for the mark `undated`, and for None.
    """
    if mark in (None, "undated"):
        return ""
    if mark != "silent":
        return f"{mark}: the policy states {after} (before: {before})"
    return f"{mark}: the policy still states {after}" + ("" if after == before else f" (before: {before})")


def _period(stated: str | None) -> _Period | None:
    """Return the first and last day of a stated date, or None for a text that is no date."""
    match = _STATED.fullmatch(stated or "")
    if not match:
        return None
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    last = first if month else first.replace(month=12)
    return _Period(first, first if day else last.replace(day=_days(last.year, last.month)))


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _a_year_after(day: date) -> date:
    year = min(day.year + 1, MAXYEAR)
    return day.replace(year=year, day=min(day.day, _days(year, day.month)))
