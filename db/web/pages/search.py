"""The search page: versions that contain some words, or the first such version of each retailer."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.query import mentions, search
from db.query.mentions import RetailerMentions
from db.query.search import Facts
from db.web.common.data_formats import FORMS, as_csv, as_json
from db.web.common.errors import BadQueryError
from db.web.common.responses import Response
from db.web.common.views import PageRequest, Pages, view
from db.web.pages.search_params import SearchParams

ON_A_PAGE = {"versions": 20, "first": 50}
IN_DATA = 200  # rows in one response of JSON or CSV
# These characters mark found words in a snippet. Texts never contain them, so no other word is marked.
_MARKS = ("\x02", "\x03")
_PLAIN_MARKS = ("«", "»")
_COLUMNS = {
    "versions": ("domain", "version", "first_seen", "last_seen", "title", "snippet"),
    "first": ("domain", "name", "version", "last_without", "first_with", "still", "title", "snippet"),
}
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\)|$)")
_BLOCK_MARK = re.compile(r"(?m)^[ \t]*(?:#{1,6}|\*|[0-9]{1,9}\.)[ \t]+|\|")


class SearchResults(NamedTuple):
    """One page of results, and how many versions and retailers match in total."""

    rows: list[Facts]
    pages: Pages
    versions: int
    retailers: int


class SnippetRun(NamedTuple):
    """Some words of a snippet. `found` is True if they match the search."""

    text: str
    found: bool


@view
async def page(request: PageRequest) -> Response:
    """Show or send the results of a search.

    The address is `/{database}/-/search?q=…&retailer=…&from=…&to=…&view=first&page=…`, with `.json` or `.csv`
    for data. With `view=first`, each retailer has one row: its first version that contains the words, and the
    two captures between which it appeared. All words are valid, and without words nothing is found. Raises
    BadQueryError, UnknownRetailerError, NoSuchPageError.
    """
    params, form, by, number = (
        SearchParams.of(request),
        request.path_value("form"),
        request.query_value("view") or "versions",
        request.query_number("page", 1),
    )
    if by not in _COLUMNS:
        raise BadQueryError("view must be versions or first")
    match, size = search.match(params.words), IN_DATA if form else ON_A_PAGE[by]
    found = await request.read(
        lambda db: read_results(db, params, match, by, size, number, _PLAIN_MARKS if form else _MARKS)
    )
    if form == "csv":
        return as_csv(request, _COLUMNS[by], found.rows)
    if form == "json":
        return as_json(request, _as_data(request, params, match, by, found))
    runs = {id(row): pieces(row["snippet"]) for row in found.rows}
    several_words = '"' not in params.words and len(params.words.split()) > 1
    return await request.render(
        "search.html",
        params=params,
        by=by,
        found=found,
        pieces=lambda row: runs[id(row)],
        several_words=several_words,
    )


def read_results(
    db: Database, params: SearchParams, match: str, by: str, size: int, number: int, marks: tuple[str, str]
) -> SearchResults:
    """Return one page of results. If `match` is "", there are none.

    Raises UnknownRetailerError, NoSuchPageError.
    """
    question = params.question(db, match)
    if not match:
        return SearchResults([], Pages(0, size, number), 0, 0)
    if by == "versions":
        versions, retailers = search.count(db, question)
        pages = Pages(versions, size, number)
        rows = search.versions(db, question, marks=marks, limit=size, offset=pages.offset)
        return SearchResults(rows, pages, versions, retailers)
    total, found = mentions.search(db, question, "first", marks=marks, limit=size, offset=(number - 1) * size)
    pages = Pages(total, size, number)
    if number > pages.last:
        raise pages.missing()
    return SearchResults([_first(retailer) for retailer in found], pages, total, total)


def _first(found: RetailerMentions) -> Facts:
    mention = found.mentions[0]
    return {
        "domain": found.domain,
        "name": found.name,
        "version": found.version,
        "last_without": mention.last_without,
        "first_with": mention.first_with,
        "still": int(found.still),
        "title": found.title,
        "snippet": found.snippet,
    }


def pieces(snippet: str) -> list[SnippetRun]:
    """Divide a snippet into found words and other words, and remove its Markdown."""
    plain = _BLOCK_MARK.sub("", snippet)
    while plain != (plainer := _LINK.sub(r"\1", plain)):
        plain = plainer
    parts = re.split("([\x02\x03])", " ".join(plain.split()))
    runs, found = [], False
    for part in parts:
        if part in _MARKS:
            found = part == _MARKS[0]
        elif part:
            runs.append(SnippetRun(part, found))
    return runs


def _as_data(
    request: PageRequest, params: SearchParams, match: str, by: str, found: SearchResults
) -> dict[str, Any]:
    """Return the JSON data: the query as it was understood, the rows, and the address of the next rows."""
    number = found.pages.number
    query: dict[str, str | int] = {**params.query, "view": by, "page": number + 1}
    return {
        "question": {**params.query, "view": by},
        "match": match,
        "versions": found.versions,
        "retailers": found.retailers,
        "rows": [{column: row[column] for column in _COLUMNS[by]} for row in found.rows],
        "next": request.urls.search("json", **query) if number < found.pages.last else None,
    }


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/search{FORMS}$", page)]
