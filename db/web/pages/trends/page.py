"""The trends page: which share of the retailers' policies has each phrase, by year, and its data."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.query.searching import search
from db.query.searching.search import MAX_LENGTH, Facts, TextQuery
from db.web.common.data_formats import as_csv, as_json
from db.web.common.errors import BadQueryError
from db.web.common.form_values import offered_retailers
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.search.form import SearchForm
from db.web.pages.trends.chart import FEW, chart
from db.web.pages.trends.svg_file import as_svg

MOST_PHRASES = 5  # as many as colours and forms can be told apart
_COLUMNS = ("year", "retailers", "base", "share")
_FORMS = r"(?:\.(?P<form>json|csv|svg))?"


class Trend(NamedTuple):
    """A phrase as it was written, its FTS5 expression, and its rows of year, retailers, base and share."""

    phrase: str
    match: str
    rows: list[Facts]


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/trends?q=…&q=…&retailer=…`, or send it with `.json`, `.csv` or `.svg`.

    Each `q` is one phrase, if it has no quotes. A retailer is counted in a year if it has a good capture in
    that year, and a version of that year contains the phrase. `base` is the number of retailers with a good
    capture, and the share refers to it. A form with a wrong value is shown again with status 400. For data,
    raises BadQueryError, UnknownRetailerError.
    """
    form, data = SearchForm.of(request), request.path_value("form")
    phrases = _phrases(request)
    if len(phrases) > MOST_PHRASES:
        form = form.refused("q", f"At most {MOST_PHRASES} phrases can be shown at once.")
    if data and form.errors:
        raise BadQueryError(" ".join(form.errors.values()))
    trends: list[Trend] = []
    try:
        if not form.errors:
            everybody = None
            if phrases and not form.domains:
                everybody = await request.read_once("years of all", _years_of_all)
            trends = await request.read(lambda db: read_trends(db, form, phrases, everybody))
    except UnknownRetailerError as error:
        if data:
            raise
        form = form.without_retailer(error)
    if data == "csv":
        return as_csv(request, _columns(trends), _rows(trends))
    if data == "json":
        return as_json(request, _as_data(form, trends))
    drawing = chart([(trend.phrase, trend.rows) for trend in trends])
    if data == "svg":
        return await as_svg(request, "trends.svg", chart=drawing, params=form, few=FEW)
    return await request.render(
        "trends.html",
        status=400 if form.errors else 200,
        params=form,
        phrases=phrases[:MOST_PHRASES],
        most_phrases=MOST_PHRASES,
        trends=trends,
        chart=drawing,
        few=FEW,
        offered=await request.read_once("offered retailers", offered_retailers),
    )


def read_trends(
    db: Database, form: SearchForm, phrases: list[str], base: Mapping[int, frozenset[int]] | None = None
) -> list[Trend]:
    """Return the trend of each phrase that has words. Raises UnknownRetailerError.

    `base` is the years in which each policy was captured (`search.captured_years`); None if it is not known.
    """
    trends = []
    for words in phrases:
        if match := search.phrase(words):
            query = form.question(db, match)
            base = search.captured_years(db, query) if base is None else base
            trends.append(Trend(words, match, search.years(db, query, base)))
    return trends


def _years_of_all(db: Database) -> dict[int, frozenset[int]]:
    return search.captured_years(db, TextQuery(""))


def _phrases(request: PageRequest) -> list[str]:
    written = (str(words).strip()[:MAX_LENGTH] for words in request.http.args.getlist("q"))
    return list(dict.fromkeys(words for words in written if words))


def _columns(trends: list[Trend]) -> tuple[str, ...]:
    return ("phrase", *_COLUMNS) if len(trends) > 1 else _COLUMNS


def _rows(trends: list[Trend]) -> list[Facts]:
    """Return the rows of all phrases; of several phrases with a column `phrase`."""
    if len(trends) == 1:
        return trends[0].rows
    return [{"phrase": trend.phrase, **row} for trend in trends for row in trend.rows]


def _as_data(form: SearchForm, trends: list[Trend]) -> dict[str, Any]:
    """Return the JSON data. For several phrases, `q` and `match` are lists."""
    words: Any = [trend.phrase for trend in trends]
    matches: Any = [trend.match for trend in trends]
    if len(trends) < 2:
        words, matches = form.words, "".join(matches)
    return {"question": {"q": words, "retailer": form.retailer}, "match": matches, "rows": _rows(trends)}


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/trends{_FORMS}$", page)]
