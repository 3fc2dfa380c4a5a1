"""Trends: how many retailers' policies mention a phrase, year by year, as a chart and as data."""

from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from db.query import search
from db.query.search import Facts
from db.web.common.data_formats import FORMS, as_csv, as_json
from db.web.common.responses import Answer
from db.web.common.views import Visit, view
from db.web.pages.bar_chart import chart
from db.web.pages.search_params import Asked

_COLUMNS = ("year", "retailers", "base", "share")


@view
async def page(visit: Visit) -> Answer:
    """`/{database}/-/trends?q=…&retailer=…`, with `.json` or `.csv` as data.

    Without quotes, all of `q` is one phrase. A retailer counts in a year in which it has a good capture, if a version that held
    in that year has the phrase; `base` is how many have a good capture. Raises UnknownRetailerError.
    """
    asked, form = Asked.of(visit), visit.in_path("form")
    match = search.phrase(asked.words)
    rows = await visit.read(lambda db: read(db, asked, match))
    if form == "csv":
        return as_csv(visit, _COLUMNS, rows)
    if form == "json":
        question = {"q": asked.words, "retailer": asked.retailer}
        return as_json(visit, {"question": question, "match": match, "rows": rows})
    return await visit.show("trends.html", asked=asked, match=match, rows=rows, chart=chart(rows))


def read(db: Database, asked: Asked, match: str) -> list[Facts]:
    """Count the years; nothing for an empty `match`. Raises UnknownRetailerError."""
    question = asked.question(db, match)
    return search.years(db, question) if match else []


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/trends{FORMS}$", page)]
