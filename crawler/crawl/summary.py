"""The result of a crawl: exit status, outcome for the table `crawls`, and text for the user."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from crawler.runs import Result, Stop, conclude
from db.store.retailers import Page


class OpenSpan(NamedTuple):
    """A time span of a page that may still contain unknown changes.

    Its ends are in days since 1970.
    """

    page: Page
    first_day: float
    last_day: float


def summarise(
    counts: Mapping[str, int], stop: Stop | None, waiting: int, damage: str | None = None
) -> Result:
    """Return the result of a crawl.

    `counts` are the counts of the run. `stop` is what stopped the run early, or None. `waiting` is the count
    of captures and listings that remain for the next run. `damage` says how many rows of the index could not
    be read, None if all could.
    """
    line = f"{waiting} captures or listings are still missing: run the same command again"
    done = _done(counts) + (f"\n{damage}" if damage else "")
    return conclude(done, stop, ("done in part", line) if waiting else None)


def budget_is_spent(
    limit: int | None, waiting: int, not_listed: int, spans: Sequence[OpenSpan], retailers: Mapping[int, str]
) -> str:
    """Return a line of text about what remains after the request budget was spent.

    `retailers` has the domains of the retailers by policy id.
    """
    parts = [f"{not_listed} pages are not listed"] if not_listed else []
    if spans:
        longest = max(spans, key=lambda span: (span.last_day - span.first_day, -span.page.id))
        where = (
            f"{retailers[longest.page.policy_id]}, {_date(longest.first_day)} to {_date(longest.last_day)}"
        )
        days = longest.last_day - longest.first_day
        parts.append(f"{len(spans)} spans, the longest {days:.0f} days ({where}), may hold changes")
    else:
        parts.append(f"{waiting} captures are still missing")
    return f"the budget of {limit} requests is spent: {', '.join(parts)}; run again to go on"


def _done(counts: Mapping[str, int]) -> str:
    requests = f"{counts['requests']} request{'' if counts['requests'] == 1 else 's'}"
    if not any(counts[name] for name in ("listed", "fetched", "failed", "excluded")):
        return f"nothing new: {requests}"
    parts = [requests, f"{counts['listed']} captures new in the index", f"{counts['fetched']} fetched"]
    return ", ".join(parts + [f"{counts[name]} {name}" for name in ("failed", "excluded") if counts[name]])


def _date(day: float) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
