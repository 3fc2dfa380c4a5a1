"""Adoption on the web: since when policies have something, as a curve in a band, and its data."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlite_utils import Database

from db.errors import ReportError
from db.query.searching.search import MAX_LENGTH
from db.report import compute
from db.report.adoption import claims
from db.report.options import EVERY, ReportOptions
from db.report.table import ReportTable
from db.report.tables.adoption import NAME
from db.web.common.errors import BadQueryError
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.report.page import MILLISECONDS, as_file, shown

MOST_PHRASES = 5


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/trends/adoption?q=…&q=…&claim=…&every=…`, or send it with `.csv` or `.svg`.

    Each `q` is a phrase, and `claim` a kind of statement. A wrong value answers with status 400.
    """
    form, every = request.path_value("form"), request.query_value("every") or EVERY[0]
    phrases = _phrases(request)
    claim = request.query_value("claim")[:MAX_LENGTH]
    questions = tuple([f"phrase:{words}" for words in phrases] + ([f"claim:{claim}"] if claim else []))
    if every not in EVERY:
        raise BadQueryError(f"every must be one of {', '.join(EVERY)}")
    try:
        table = await request.read(partial(_computed, questions, every), MILLISECONDS) if questions else None
    except ReportError as error:
        raise BadQueryError(str(error)) from error
    return (table and as_file(table, form)) or await request.render(
        "adoption.html",
        phrases=phrases,
        most_phrases=MOST_PHRASES,
        claim=claim,
        kinds=await request.read_once("kinds of claims", claims.kinds),
        every=every,
        offered=EVERY,
        **(shown(table) if table else {}),
    )


def _phrases(request: PageRequest) -> list[str]:
    """Return the phrases of a request, each once, at most MOST_PHRASES."""
    written = (str(words).strip()[:MAX_LENGTH] for words in request.http.args.getlist("q"))
    return list(dict.fromkeys(words for words in written if words))[:MOST_PHRASES]


def _computed(questions: tuple[str, ...], every: str, db: Database) -> ReportTable:
    return compute.report(db, [NAME], ReportOptions(every, adoptions=questions))[0]


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/(?P<db>[^/]+)/-/trends/adoption(?:\.(?P<form>csv|svg))?$", page)
]
