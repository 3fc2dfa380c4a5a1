"""The search over every version: which have the words, with the words in their place, or which came first at each retailer."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.query import search
from db.query.search import Facts
from db.web.common.data_formats import FORMS, as_csv, as_json
from db.web.common.errors import BadQuery
from db.web.common.paging import Pages
from db.web.common.responses import Answer
from db.web.common.views import Visit, view
from db.web.pages.search_params import Asked

ON_A_PAGE = {"versions": 20, "first": 50}
IN_DATA = 200  # rows of JSON or CSV at once
_MARKS = (
    "\x02",
    "\x03",
)  # of words in a snippet; no text has them, and if one had, a wrong word would be marked
_PLAIN_MARKS = ("«", "»")
_COLUMNS = {
    "versions": ("domain", "version", "first_seen", "last_seen", "title", "snippet"),
    "first": ("domain", "name", "version", "last_without", "first_with", "still", "title", "snippet"),
}
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\)|$)")
_BLOCK_MARK = re.compile(r"(?m)^[ \t]*(?:#{1,6}|\*|[0-9]{1,9}\.)[ \t]+|\|")


class Found(NamedTuple):
    """What was found: `rows` of one page, of so many versions of so many retailers."""

    rows: list[Facts]
    pages: Pages
    versions: int
    retailers: int


class Run(NamedTuple):
    """Some words of a snippet; `found`: they are what was looked for."""

    text: str
    found: bool


@view
async def page(visit: Visit) -> Answer:
    """`/{database}/-/search?q=…&retailer=…&from=…&to=…&view=first&page=…`, with `.json` or `.csv` as data.

    With `view=first`: the first version of each retailer that has the words, and between which captures it came. No words find
    nothing, and no words are wrong. Raises BadQuery, UnknownRetailerError, NoSuchPageError.
    """
    asked, form, by, number = (
        Asked.of(visit),
        visit.in_path("form"),
        visit.asked("view") or "versions",
        visit.number("page", 1),
    )
    if by not in _COLUMNS:
        raise BadQuery("view must be versions or first")
    match, size = search.match(asked.words), IN_DATA if form else ON_A_PAGE[by]
    found = await visit.read(
        lambda db: read(db, asked, match, by, size, number, _PLAIN_MARKS if form else _MARKS)
    )
    if form == "csv":
        return as_csv(visit, _COLUMNS[by], found.rows)
    if form == "json":
        return as_json(visit, _told(visit, asked, match, by, found))
    runs = {id(row): pieces(row["snippet"]) for row in found.rows}
    several_words = '"' not in asked.words and len(asked.words.split()) > 1
    return await visit.show(
        "search.html",
        asked=asked,
        by=by,
        found=found,
        pieces=lambda row: runs[id(row)],
        several_words=several_words,
    )


def read(
    db: Database, asked: Asked, match: str, by: str, size: int, number: int, marks: tuple[str, str]
) -> Found:
    """Read one page of what was found; nothing for an empty `match`. Raises UnknownRetailerError, NoSuchPageError."""
    question = asked.question(db, match)
    if not match:
        return Found([], Pages(0, size, number), 0, 0)
    if by == "versions":
        versions, retailers = search.count(db, question)
        pages = Pages(versions, size, number)
        rows = search.versions(db, question, marks=marks, limit=size, offset=pages.offset)
        return Found(rows, pages, versions, retailers)
    every = search.firsts(db, question)
    pages = Pages(len(every), size, number)
    rows = every[pages.offset : pages.offset + size]
    snippets = search.snippets(db, question, [row["version_id"] for row in rows], marks=marks)
    return Found(
        [{**row, "snippet": snippets[row["version_id"]]} for row in rows], pages, len(every), len(every)
    )


def pieces(snippet: str) -> list[Run]:
    """The words of a snippet without their Markdown: links, marks of headings and items, the edges of tables."""
    plain = _BLOCK_MARK.sub("", snippet)
    while plain != (plainer := _LINK.sub(r"\1", plain)):
        plain = plainer
    parts = re.split("([\x02\x03])", " ".join(plain.split()))
    runs, found = [], False
    for part in parts:
        if part in _MARKS:
            found = part == _MARKS[0]
        elif part:
            runs.append(Run(part, found))
    return runs


def _told(visit: Visit, asked: Asked, match: str, by: str, found: Found) -> dict[str, Any]:
    """What the JSON says: the question as it was understood, the rows, and where there are more."""
    number = found.pages.number
    query: dict[str, str | int] = {**asked.query, "view": by, "page": number + 1}
    return {
        "question": {**asked.query, "view": by},
        "match": match,
        "versions": found.versions,
        "retailers": found.retailers,
        "rows": [{column: row[column] for column in _COLUMNS[by]} for row in found.rows],
        "next": visit.addresses.search("json", **query) if number < found.pages.last else None,
    }


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/search{FORMS}$", page)]
