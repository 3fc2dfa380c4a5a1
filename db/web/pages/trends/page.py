"""The trends page: how many retailers' policies contain a phrase, by year, as chart and data."""

from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from db.query import search
from db.query.search import Facts
from db.web.common.data_formats import FORMS, as_csv, as_json
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.search.form import SearchForm
from db.web.pages.trends.bar_chart import chart

_COLUMNS = ("year", "retailers", "base", "share")


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/trends?q=…&retailer=…`, or send it as data with `.json` or `.csv`.

    Without quotes, all of `q` is one phrase. A retailer is counted in a year if it has a good capture in that
    year, and a version of that year contains the phrase. `base` is the number of retailers with a good
    capture. Raises UnknownRetailerError.
    """
    params, form = SearchForm.of(request), request.path_value("form")
    match = search.phrase(params.words)
    rows = await request.read(lambda db: count_years(db, params, match))
    if form == "csv":
        return as_csv(request, _COLUMNS, rows)
    if form == "json":
        question = {"q": params.words, "retailer": params.retailer}
        return as_json(request, {"question": question, "match": match, "rows": rows})
    return await request.render("trends.html", params=params, match=match, rows=rows, chart=chart(rows))


def count_years(db: Database, params: SearchForm, match: str) -> list[Facts]:
    """Return the number of retailers by year. If `match` is "", returns [].

    Raises UnknownRetailerError.
    """
    question = params.question(db, match)
    return search.years(db, question) if match else []


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/trends{FORMS}$", page)]
