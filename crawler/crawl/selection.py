"""The selections: rules that choose which captures of a page to fetch.

They are `all`, `changed`, `every` and `bisect`. docs/selection.md describes them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.errors import SelectionError
from crawler.webarchive.memento import is_redirect
from db import times
from db.store.captures import Capture


@dataclass(frozen=True)
class Selection:
    """A rule that chooses captures, as the user wrote it (`--select`).

    `months` is the interval of `every`, such as 6. It is 0 for the other rules.
    """

    name: str
    months: int = 0

    @classmethod
    def parse(cls, text: str) -> "Selection":
        """Read a selection: `all`, `changed`, `bisect`, `every=6months` or `every=2years`.

        Raises SelectionError for any other text.
        """
        if text in ("all", "changed", "bisect"):
            return cls(text)
        match = re.fullmatch(r"every=(\d{1,3})(month|year)s?", text)
        if not match or int(match[1]) == 0:
            raise SelectionError(f"{text!r} is no selection: use all, changed, bisect, or every=6months")
        return cls(text, int(match[1]) * (12 if match[2] == "year" else 1))

    def skip(self, captures: Sequence[Capture]) -> dict[int, str]:
        """Return which captures not to fetch: the reason for each, by capture id.

        `captures` are all captures of a page, sorted by time. For `bisect`, only captures that show no page
        are skipped here. `rounds.py` decides about the others.
        """
        if self.name == "all":
            return {}
        if self.name == "bisect":
            return _no_pages(captures)
        return _unchanged(captures) if self.name == "changed" else _not_nearest(captures, self.months)


def same_digest_groups(captures: Iterable[Capture]) -> list[list[Capture]]:
    """Put captures with the same digest into one group.

    One request serves all captures of a group. A capture without a comparable digest is a group of its own.
    The groups are in the order of their first captures.
    """
    groups: dict[object, list[Capture]] = {}
    for capture in captures:
        groups.setdefault(capture.digest if capture.comparable_digest else capture.id, []).append(capture)
    return list(groups.values())


def _is_error(capture: Capture) -> bool:
    """Return whether the index lists a capture as an error or a redirect.

    Return False if the index does not know the status.
    """
    return capture.status is not None and capture.status >= 300


def _no_pages(captures: Sequence[Capture]) -> dict[int, str]:
    """Skip captures of errors, and each redirect that is between two other redirects."""
    skipped = {c.id: f"the index lists it with status {c.status}" for c in captures if (c.status or 0) >= 400}
    shown = [capture for capture in captures if capture.id not in skipped]
    for before, capture, after in zip(shown, shown[1:], shown[2:], strict=False):
        if all(is_redirect(c.status) for c in (before, capture, after)):
            skipped[capture.id] = f"a redirect between two others, {before.timestamp} and {after.timestamp}"
    return skipped


def _unchanged(captures: Sequence[Capture]) -> dict[int, str]:
    """Skip errors, redirects, and captures with the same digest as the capture before.

    The capture before must be fetched or still wanted.
    """
    skipped: dict[int, str] = {}
    before: Capture | None = None
    for capture in captures:
        if _is_error(capture):
            skipped[capture.id] = f"the index lists it with status {capture.status}"
        elif (
            before
            and (before.state == "fetched" or before.wanted)
            and capture.comparable_digest
            and capture.digest == before.digest
        ):
            skipped[capture.id] = f"the index lists it with the same digest as {before.timestamp}"
        else:
            before = capture
    return skipped


def _not_nearest(captures: Sequence[Capture], months: int) -> dict[int, str]:
    """Skip all captures except the nearest one to the middle of each interval.

    The Princeton-Leuven corpus uses this rule (Amos et al., WWW 2021). Intervals start in January of the year
    0, so intervals of six months are calendar half-years. Captures of pages come before errors and redirects.
    A capture that can no longer be fetched is never chosen.
    """
    intervals: dict[int, list[Capture]] = {}
    for capture in captures:
        moment = times.moment(capture.timestamp)
        if moment:
            intervals.setdefault((moment.year * 12 + moment.month - 1) // months, []).append(capture)
    available = {
        number: [c for c in group if c.state == "fetched" or c.wanted] for number, group in intervals.items()
    }
    chosen = {
        min(group, key=lambda c: _distance(c, number, months)).id
        for number, group in available.items()
        if group
    }
    reason = f"another capture is nearer to the middle of its {months} months"
    return {capture.id: reason for capture in captures if capture.id not in chosen}


def _distance(capture: Capture, interval: int, months: int) -> tuple[bool, float]:
    start, end = (_month(number * months) for number in (interval, interval + 1))
    moment = times.moment(capture.timestamp) or start
    return _is_error(capture), abs((moment - start) - (end - moment)).total_seconds()


def _month(number: int) -> datetime:
    year, month = divmod(number, 12)
    return datetime(min(max(year, 1), 9999), month + 1, 1, tzinfo=UTC)
