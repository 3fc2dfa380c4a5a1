"""The results of a search: by retailer, with the times in which its policy has the words, or by version."""

from collections.abc import Iterator
from typing import NamedTuple, cast

from sqlite_utils import Database

from db.query.searching import mentions, search
from db.query.searching.mentions import Order, RetailerMentions
from db.query.searching.search import Facts, TextQuery
from db.web.common.views import Pages

VERSIONS = "versions"
# The ways to see results, with the words for them in the form.
VIEWS = {
    "retailers": "who has it, and when",
    "first": "who had it first",
    "removed": "who took it out",
    VERSIONS: "all versions, best first",
}
_MENTION = ("first_version", "last_version", "last_without", "first_with", "last_with", "first_without")
COLUMNS = {
    "retailers": ("domain", "name", *_MENTION, "certain", "title", "snippet"),
    "first": (
        *("domain", "name", "version", "last_without", "first_with", "still", "certain", "title"),
        "snippet",
    ),
    "removed": ("domain", "name", *_MENTION, "certain", "title", "snippet"),
    VERSIONS: ("domain", "version", "first_seen", "last_seen", "title", "snippet"),
}


class SearchResults(NamedTuple):
    """One page of results: of retailers, or of versions if the view is `versions`.

    `versions` and `retailers` say how many there are in total. `versions` is None for retailers.
    """

    found: list[RetailerMentions] | list[Facts]
    pages: Pages
    retailers: int
    versions: int | None = None


def read(
    db: Database, query: TextQuery, view: str, size: int, number: int, marks: tuple[str, str]
) -> SearchResults:
    """Return one page of results; page numbers begin at 1. Without words there are none.

    In a snippet, found words are between the two `marks`. Raises NoSuchPageError.
    """
    if not query.match:
        return SearchResults([], Pages(0, size, number), 0, 0)
    if view == VERSIONS:
        versions, retailers = search.count(db, query)
        pages = Pages(versions, size, number)
        rows = search.versions(db, query, marks=marks, limit=size, offset=pages.offset)
        return SearchResults(rows, pages, retailers, versions)
    total, found = mentions.search(
        db, query, cast(Order, view), marks=marks, limit=size, offset=(number - 1) * size
    )
    pages = Pages(total, size, number)
    if number > pages.last:
        raise pages.missing()
    return SearchResults(found, pages, total)


def rows(results: SearchResults, view: str) -> Iterator[Facts]:
    """Yield the results as rows with the columns of the view.

    The view `retailers` has a row for each time, the others one row for each result.
    """
    for result in results.found:
        if isinstance(result, dict):
            yield result
            continue
        shown = {"first": result.mentions[:1], "removed": result.mentions[-1:]}.get(view, result.mentions)
        for mention in shown:
            yield {
                **vars(result),
                **vars(mention),
                "first_version": mention.versions[0],
                "last_version": mention.versions[-1],
                "still": int(result.still),
                "certain": int(result.certain),
            }
