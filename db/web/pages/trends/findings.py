"""The trends of statements: how many retailers' policies added or removed a kind, by period, and its data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.query import findings
from db.query.findings import FindingFilter
from db.query.panel import PERIODS
from db.query.trends import claim_trends, finding_trends
from db.query.trends.finding_trends import FindingTrend, KindTotals, UnreadChanges
from db.web.common import form_values
from db.web.common.data_formats import as_csv, as_json
from db.web.common.errors import BadQueryError
from db.web.common.form_values import FormValues, offered_retailers
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.panel.form import DEFAULT, EVERY
from db.web.pages.trends.chart import FEW
from db.web.pages.trends.finding_chart import finding_chart
from db.web.pages.trends.svg_file import as_svg

_MAX_LENGTH = 2_000  # characters of the retailers that are read
_MAX_QUOTE = 200  # of the words that a finding quotes
_FORMS = r"(?:\.(?P<form>json|csv|svg))?"


class FindingTrendsForm(FormValues):
    """The values of the form."""

    @classmethod
    def of(cls, request: PageRequest) -> Self:
        """Read the form of a request, and check each value."""
        values = {name: request.query_value(name)[:_MAX_LENGTH] for name in ("finding", "every", "retailer")}
        values["quote"] = request.query_value("quote")[:_MAX_QUOTE]
        errors = form_values.errors({"from": "", "to": "", **values}) | form_values.kind_errors(values)
        if values["every"] and values["every"] not in PERIODS:
            errors["every"] = f"“every” must be one of: {', '.join(PERIODS)}."
        if values["quote"] and not values["finding"]:
            errors["finding"] = "Choose a kind of statement too."
        return cls(values, errors)

    @property
    def every(self) -> str:
        """The length of a period, one of PERIODS. Only for a form without errors."""
        return self.values["every"] or DEFAULT

    @property
    def wanted(self) -> FindingFilter:
        """Which findings are counted, of every move."""
        return FindingFilter(self.values["finding"], quote=self.values["quote"], lasting=True)


@dataclass(frozen=True)
class FindingTrendsPage:
    """The trends of the chosen kind by move, {} without one; else the totals of all kinds.

    `unread` has how many changes no rule has read.
    """

    trends: dict[str, list[FindingTrend]]
    totals: list[KindTotals]
    unread: UnreadChanges

    @property
    def rows(self) -> list[tuple[FindingTrend, dict[str, FindingTrend]]]:
        """The rows of the table: a period, and its numbers by move, the oldest period first."""
        return [
            (of_moves[0], dict(zip(self.trends, of_moves, strict=True)))
            for of_moves in zip(*self.trends.values(), strict=True)
        ]


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/trends/findings?finding=…&every=…&quote=…&retailer=…`.

    With `.json`, `.csv` or `.svg` it is sent. Without `finding`, the page has all kinds, and data have no
    rows. A form with a wrong value is shown again with status 400. For data, raises BadQueryError,
    UnknownRetailerError.
    """
    form, data = FindingTrendsForm.of(request), request.path_value("form")
    if data and form.errors:
        raise BadQueryError(" ".join(form.errors.values()))
    found = FindingTrendsPage({}, [], UnreadChanges(0, 0))
    try:
        if not form.errors:
            found = await _read(request, form)
    except UnknownRetailerError as error:
        if data:
            raise
        form = form.without_retailer(error)
    rows = finding_trends.rows(form.values["finding"], found.trends)
    if data == "csv":
        return as_csv(request, finding_trends.COLUMNS, rows)
    if data == "json":
        question = {**form.values, "every": form.every}
        return as_json(request, {"question": question, "unread": sum(found.unread[:2]), "rows": rows})
    moves, states = (finding_chart(found.trends, two) for two in (("added", "removed"), ("states", "denies")))
    if data == "svg":
        return await as_svg(request, "finding_trends.svg", chart=moves, states=states, form=form, few=FEW)
    return await request.render(
        "finding_trends.html",
        status=400 if form.errors else 200,
        form=form,
        found=found,
        chart=moves,
        states=states,
        few=FEW,
        every=EVERY,
        kinds=await request.read_once("kinds of findings", findings.kinds),
        offered=await request.read_once("offered retailers", offered_retailers),
    )


async def _read(request: PageRequest, form: FindingTrendsForm) -> FindingTrendsPage:
    """Return the data of the page. What it needs of all retailers is read once.

    Raises UnknownRetailerError.
    """
    if form.domains:
        return await request.read(lambda db: read_trends(db, form))
    unread = await request.read_once("unread changes", finding_trends.unread)
    if not form.values["finding"]:
        totals = await request.read_once("totals of findings", finding_trends.totals)
        return FindingTrendsPage({}, totals, unread)
    every = form.every
    known = await request.read_once(("known", every), lambda db: finding_trends.known(db, every))
    trends = await request.read(lambda db: claim_trends.by_move(db, form.wanted, known))
    return FindingTrendsPage(trends, [], unread)


def read_trends(db: Database, form: FindingTrendsForm) -> FindingTrendsPage:
    """Return the data of the page for a form without errors. Raises UnknownRetailerError."""
    unread = finding_trends.unread(db, form.domains)
    if not form.values["finding"]:
        return FindingTrendsPage({}, finding_trends.totals(db, form.domains), unread)
    known = finding_trends.known(db, form.every, form.domains)
    trends = claim_trends.by_move(db, form.wanted, known, form.domains)
    return FindingTrendsPage(trends, [], unread)


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/trends/findings{_FORMS}$", page)]
