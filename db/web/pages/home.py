"""The first page: totals, search, the latest changes, and the timelines of all retailers."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from datasette.views.index import IndexView
from sqlite_utils import Database

from db.idn import to_unicode
from db.promises.removed_last import RemovedPromise, removed_last
from db.query import changes, findings
from db.query.changes import ChangeFilter, FoundChange
from db.query.findings import Meaning
from db.query.spans import Span, spans
from db.web.common.archives import archives
from db.web.common.page_urls import PageUrls
from db.web.common.responses import Response
from db.web.common.urls import is_published
from db.web.common.views import PageRequest, Pages, answered, render_template, view
from db.web.pages.timeline_svg import OutlinePath, Scale, bars, outlines

RETAILERS = 50  # retailers on a page
CHANGES = 8  # latest changes on the page
PROMISE_SECONDS = 2.0  # of processor time, for removed promises; ten usual ledgers take a third of it
_LINE = (2, 12)  # top and height of a small timeline; home.html has the height of its row


class Totals(NamedTuple):
    """The totals of an archive file. `first` and `last` are None if there is no version."""

    retailers: int
    captures: int
    versions: int
    changes: int
    first: str | None
    last: str | None


class RetailerTimeline(NamedTuple):
    """A retailer in the list, with a small timeline."""

    domain: str
    name: str | None
    spans: list[Span]
    line: list[OutlinePath]

    @property
    def versions(self) -> int:
        """The number of known versions."""
        return len({span.version for span in self.spans})


@dataclass(frozen=True)
class HomePage:
    """The data of the page. `meanings` has the findings of each of the latest changes, by its id."""

    totals: Totals
    latest: list[FoundChange]
    meanings: dict[int, Meaning]
    rows: list[RetailerTimeline]
    scale: Scale
    pages: Pages


@view
async def home(request: PageRequest) -> Response:
    """Show `/{database}/-/policies?q=…&page=…`."""
    return await _home(request)


async def root(datasette: Any, request: Any, send: Any) -> Response | None:
    """Show `/`: our first page, a list of archive files, or Datasette's own first page.

    With one archive file its first page is shown, with several a list of them, and without any Datasette's
    page.
    """
    found = await archives(datasette, request.actor)
    if not found or request.method not in ("GET", "HEAD"):
        return await index(datasette, request, send)
    if len(found) == 1:
        return await answered(_home, PageRequest(datasette, request, found[0]))
    listed = [
        (
            PageUrls(datasette, archive.name),
            await PageRequest(datasette, request, archive).read_once("totals", totals),
        )
        for archive in found
    ]
    answer = await render_template(datasette, request, "archives.html", to=None, archives=listed)
    answer.head_only = request.method == "HEAD"
    return answer


async def index(datasette: Any, request: Any, send: Any) -> Response | None:
    """Show `/-/index`: Datasette's own first page, which lists every database."""
    request.scope = {**request.scope, "url_route": {"kwargs": {"format": None}}}
    answer: Response | None = await IndexView.as_view(datasette)(request, send)
    return answer


async def _home(request: PageRequest) -> Response:
    words, page = request.query_value("q"), request.query_number("page", 1)
    counted = await request.read_once("totals", totals)
    found = await request.read(lambda db: read_home(db, counted, words, page))
    is_first = page == 1 and not words
    promises = await request.read_once("removed promises", _removed_promises) if is_first else []
    return await request.render("home.html", home=found, promises=promises, q=words)


def read_home(db: Database, counted: Totals, words: str, page: int) -> HomePage:
    """Return the data of the page, with the totals `counted` of the archive file.

    It has one page of the retailers whose name or domain contains `words`. Raises NoSuchPageError.
    """
    wanted = words.casefold()
    db.conn.create_function("is_named", 2, partial(_is_named, wanted), deterministic=True)
    where = "where p.kind = 'privacy' and is_named(p.retailer, r.name)"
    values = {"limit": RETAILERS}
    matching = f"from policies p join retailers r on r.domain = p.retailer {where}"
    (number,) = db.execute(f"select count(*) {matching}", values).fetchone()
    pages = Pages(number, RETAILERS, page)
    chosen = db.execute(
        f"select p.id, p.retailer, r.name {matching} order by p.retailer limit :limit offset :offset",
        {**values, "offset": pages.offset},
    ).fetchall()
    of_policy = spans(db, (policy_id for policy_id, _, _ in chosen))
    scale = Scale.of([counted.first, counted.last])
    rows = [
        RetailerTimeline(
            domain, name, of_policy[id_], outlines(bars(of_policy[id_], [], scale), of_policy[id_], *_LINE)
        )
        for id_, domain, name in chosen
    ]
    latest = changes.find(db, ChangeFilter(), limit=CHANGES) if page == 1 and not words else []
    return HomePage(
        counted,
        latest,
        findings.of_changes(db, (change.id for change in latest)),
        rows,
        scale,
        pages,
    )


def _is_named(words: str, domain: str, name: str | None) -> bool:
    """Return whether a retailer's name or domain, in one of its two forms, contains some words.

    `words` are casefolded; "" is in all.
    """
    return any(words in text.casefold() for text in (domain, to_unicode(domain), name or ""))


def _removed_promises(db: Database) -> list[RemovedPromise]:
    """Return the promises that were removed last. A static site is the same on a slow machine."""
    return removed_last(db, math.inf if is_published() else PROMISE_SECONDS)


def totals(db: Database) -> Totals:
    """Return the totals of the archive file."""
    return Totals(
        *db.execute(
            """select (select count(*) from retailers),
                   (select count(*) from policies p join pages g on g.policy_id = p.id
                    join captures c on c.page_id = g.id where p.kind = 'privacy'), count(*),
                   (select count(*) from changes where kind = 'wording'), min(first_seen), max(last_seen)
            from versions"""
        ).fetchone()
    )
