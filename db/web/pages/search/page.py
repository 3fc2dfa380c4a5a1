"""The search page: which retailers' policies have some words, since when and until when, and its data."""

from collections.abc import Callable
from typing import Any

from db.errors import UnknownRetailerError
from db.query.searching import search
from db.query.searching.search import MAX_LENGTH
from db.web.common.data_formats import FORMS, as_csv, as_json
from db.web.common.errors import BadQueryError
from db.web.common.form_values import offered_retailers
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.search import results
from db.web.pages.search.form import SearchForm
from db.web.pages.search.results import COLUMNS, VERSIONS, VIEWS, SearchResults
from db.web.pages.search.snippets import MARKS, pieces

ON_A_PAGE = 25
IN_DATA = 200  # rows or retailers in one response of JSON or CSV
_PLAIN_MARKS = ("«", "»")


@view
async def page(request: PageRequest) -> Response:
    """Show or send the results of a search.

    The address is `/{database}/-/search?q=…&retailer=…&from=…&to=…&certain=yes&view=first&page=…`, with
    `.json` or `.csv` for data. `view` is a key of VIEWS; without it, the page shows retailers, and data has
    versions. All words are valid, and without words nothing is found. A form with a wrong value is shown
    again with status 400. For data, raises BadQueryError, UnknownRetailerError. Raises NoSuchPageError.
    """
    form, data = SearchForm.of(request), request.path_value("form")
    by = request.query_value("view") or (VERSIONS if data else "retailers")
    number = request.query_number("page", 1)
    if by not in VIEWS:
        form = form.refused("view", f"“view” must be one of: {', '.join(VIEWS)}.")
    if data and form.errors:
        raise BadQueryError(" ".join(form.errors.values()))
    match, size, marks = (
        search.match(form.words),
        IN_DATA if data else ON_A_PAGE,
        _PLAIN_MARKS if data else MARKS,
    )
    found = None
    try:
        if not form.errors:
            found = await request.read(
                lambda db: results.read(db, form.question(db, match), by, size, number, marks)
            )
    except UnknownRetailerError as error:
        if data:
            raise
        form = form.without_retailer(error)
    if found and data == "csv":
        return as_csv(request, COLUMNS[by], results.rows(found, by), _next(request, data, form, by, found))
    if found and data == "json":
        return as_json(request, _as_data(request, form, match, by, found))
    offered = await request.read_once("offered retailers", offered_retailers)
    return await request.render(
        "search.html",
        status=400 if form.errors else 200,
        params=form,
        by=by,
        views=VIEWS,
        found=found,
        match=match if len(match) <= MAX_LENGTH else "",
        offered=offered,
        in_data=IN_DATA,
        pieces=pieces,
        several_words='"' not in form.words and len(form.words.split()) > 1,
    )


def _as_data(
    request: PageRequest, form: SearchForm, match: str, by: str, found: SearchResults
) -> dict[str, Any]:
    """Return the JSON data: the query as it was understood, the rows, and the address of the next rows."""
    versions = {} if found.versions is None else {"versions": found.versions}
    return {
        "question": {**form.query, "view": by},
        "match": match,
        **versions,
        "retailers": found.retailers,
        "rows": [{column: row[column] for column in COLUMNS[by]} for row in results.rows(found, by)],
        "next": _next(request, "json", form, by, found),
    }


def _next(request: PageRequest, data: str, form: SearchForm, by: str, found: SearchResults) -> str | None:
    """Return the address of the next rows as `data` (json or csv); None if there are no more."""
    query: dict[str, str | int] = {**form.query, "view": by, "page": found.pages.number + 1}
    return request.urls.search(data, **query) if found.pages.number < found.pages.last else None


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/search{FORMS}$", page)]
