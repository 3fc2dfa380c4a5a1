"""The page about missing captures: captures by state and verdict, failures with reasons, and gaps.

A gap is a period without a good capture (verdict `policy`).
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.query import gaps as absence
from db.web.common.responses import Response
from db.web.common.views import PageRequest, Pages, view

RETAILERS = 25  # retailers on a page
REASONS = 20  # at most this many reasons, the most frequent first
_PRIVACY = "policy_id in (select id from policies where kind = 'privacy')"


class CaptureCount(NamedTuple):
    """The number of captures with one state and verdict. The verdict is None if not judged."""

    state: str
    verdict: str | None
    captures: int


class FailureCount(NamedTuple):
    """The number of captures or addresses that are missing for one reason."""

    state: str
    reason: str | None
    number: int
    first: str | None
    last: str | None


class RetailerHealth(NamedTuple):
    """A retailer with the number of its captures and good captures, and its gaps."""

    domain: str
    name: str | None
    captures: int
    good: int
    last_good: str | None
    gaps: list[dict[str, Any]]


@dataclass(frozen=True)
class HealthSummary:
    """The captures, failures and listings of the whole archive file."""

    kinds: list[CaptureCount]
    failures: list[FailureCount]
    listings: list[FailureCount]

    @property
    def captures(self) -> int:
        """The number of all captures."""
        return sum(kind.captures for kind in self.kinds)


@view
async def health(request: PageRequest) -> Response:
    """Show `/{database}/-/health?page=…`."""
    page = request.query_number("page", 1)
    summary = await request.read_once("health", read_summary)
    pages, rows = await request.read(lambda db: read_rows(db, page))
    return await request.render("health.html", health=summary, pages=pages, rows=rows)


def read_summary(db: Database) -> HealthSummary:
    """Return what the page shows of the whole archive file."""
    # Grouping by page first follows an index: nothing is sorted, and only the index is read.
    kinds = db.execute(
        f"""select state, verdict, sum(captures)
        from (select page_id, state, verdict, count(*) as captures from captures
              group by page_id, state, verdict)
        where page_id in (select id from pages where {_PRIVACY}) group by 1, 2 order by 3 desc, 1, 2"""
    )
    failures = db.execute(
        f"""select c.state, c.reason, count(*), min(c.captured_at), max(c.captured_at)
        from pages g cross join captures c on c.page_id = g.id and c.state in ('failed', 'excluded')
        where g.{_PRIVACY} group by 1, 2 order by 3 desc, 1, 2 limit ?""",
        [REASONS],
    )
    listings = db.execute(
        f"""select listing, listing_reason, count(*), min(listed_at), max(listed_at) from pages
        where listing in ('excluded', 'failed') and {_PRIVACY} group by 1, 2 order by 3 desc, 1, 2 limit ?""",
        [REASONS],
    )
    return HealthSummary(
        [CaptureCount(*row) for row in kinds],
        [FailureCount(*row) for row in failures],
        [FailureCount(*row) for row in listings],
    )


def read_rows(db: Database, page: int) -> tuple[Pages, list[RetailerHealth]]:
    """Return one page of the retailers, by domain. Raises NoSuchPageError."""
    (number,) = db.execute("select count(*) from policies where kind = 'privacy'").fetchone()
    pages = Pages(number, RETAILERS, page)
    chosen = db.execute(
        "select id, retailer from policies where kind = 'privacy' order by retailer limit ? offset ?",
        [pages.size, pages.offset],
    ).fetchall()
    ids = [policy_id for policy_id, _ in chosen]
    gaps = absence.gaps_of(db, ids)
    counted = db.execute(
        f"""select p.retailer, r.name, count(c.id), count(iif(c.verdict = 'policy', 1, null)),
               max(iif(c.verdict = 'policy', c.captured_at, null))
        from policies p join retailers r on r.domain = p.retailer
        left join pages g on g.policy_id = p.id left join captures c on c.page_id = g.id
        where p.id in ({",".join(map(str, ids)) or "null"}) group by p.id order by p.retailer"""
    )
    return pages, [
        RetailerHealth(domain, name, captures, good, last_good, absence.long(gaps.get(domain, [])))
        for domain, name, captures, good, last_good in counted
    ]
