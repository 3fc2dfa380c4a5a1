"""The result of a crawl: exit status, outcome for the table `crawls`, and text for the user."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from crawler.runs import Result, Stop, conclude
from crawler.terminal import counted
from db.store import retailers, searches
from db.store.captures import MAX_ATTEMPTS
from db.store.retailers import Page
from db.store.runs.waiting import Waiting


class OpenSpan(NamedTuple):
    """A time span of a page that may still contain unknown changes.

    Its ends are in days since 1970.
    """

    page: Page
    first_day: float
    last_day: float


NOTHING = Waiting(0)
_BROUGHT = ("listed", "fetched", "failed", "excluded")
MAX_NAMED = 5  # retailers without an address that the summary names


def summarise(
    counts: Mapping[str, int],
    stop: Stop | None,
    waiting: int,
    damage: str | None = None,
    missing: Waiting = NOTHING,
    findings: Mapping[str, str] | None = None,
    *,
    has_asked: bool = True,
) -> Result:
    """Return the result of a crawl.

    `counts` are the counts of the run. `stop` is what stopped the run early, or None. `waiting` is the count
    of captures and listings that remain for the next run. `damage` says how many rows of the index could not
    be read, None if all could. `missing` are the captures that get no further attempt for now. `has_asked`:
    whether the index answered. `findings` says by domain what was found for retailers without an address.
    """
    named = list((findings or {}).items())
    is_news = not has_asked or bool(stop or waiting or missing.given_up or missing.resting)
    done = "".join(f"{domain} has no address: {finding}\n" for domain, finding in named[:MAX_NAMED])
    if (more := len(named) - MAX_NAMED) > 0:
        done += f"{more} more retailers have no address\n"
    done += _done(counts, is_news=is_news)
    number = missing.given_up + missing.resting
    if stop and not has_asked and not any(counts[name] for name in _BROUGHT):
        done = ""  # no answer at all: the reason says everything
    elif number:
        day = (missing.due_at or "")[:10]
        done += f"\n{number} captures failed {MAX_ATTEMPTS} times: they get new attempts from {day} on"
    line = f"{waiting} captures or listings are still missing: run the same command again"
    done += f"\n{damage}" if damage else ""
    if not waiting:
        line = f"{missing.given_up} captures could not be fetched"
    return conclude(done, stop, ("done in part", line) if waiting or missing.given_up else None)


def without_address(db: Database, domains: Iterable[str]) -> dict[str, str]:
    """Return what searches found, with dates, for the retailers without an address."""
    return {d: searches.in_vain(db, d) for d in domains if not retailers.has_pages(db, d)}


def budget_is_spent(
    limit: int | None, waiting: int, not_listed: int, spans: Sequence[OpenSpan], domains: Mapping[int, str]
) -> str:
    """Return a line of text about what remains after the request budget was spent.

    `domains` has the domains of the retailers by policy id.
    """
    parts = [f"{not_listed} pages are not listed"] if not_listed else []
    if spans:
        longest = max(spans, key=lambda span: (span.last_day - span.first_day, -span.page.id))
        where = f"{domains[longest.page.policy_id]}, {_date(longest.first_day)} to {_date(longest.last_day)}"
        days = longest.last_day - longest.first_day
        parts.append(f"{len(spans)} spans, the longest {days:.0f} days ({where}), may hold changes")
    else:
        parts.append(f"{waiting} captures are still missing")
    return f"the budget of {limit} requests is spent: {', '.join(parts)}; run again to go on"


def _done(counts: Mapping[str, int], *, is_news: bool) -> str:
    requests = counted(counts["requests"], "request")
    if not is_news and not any(counts[name] for name in _BROUGHT):
        return f"nothing new: {requests}"
    parts = [requests, f"{counts['listed']} captures new in the index", f"{counts['fetched']} fetched"]
    return ", ".join(parts + [f"{counts[name]} {name}" for name in ("failed", "excluded") if counts[name]])


def _date(day: float) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
