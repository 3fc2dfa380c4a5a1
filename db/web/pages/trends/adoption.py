"""Adoption on the web: since when policies have something, as a curve in a band, and its data."""

from collections.abc import Callable
from typing import Any

from db.errors import ReportError
from db.query.searching.search import MAX_LENGTH
from db.report.adoption import claims
from db.report.options import EVERY, ReportOptions
from db.report.tables.adoption import NAME
from db.report.texts import vocabulary
from db.web.common.errors import BadQueryError
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.report.page import computed, sent

MOST_PHRASES = 5
_TERMS = {table: vocabulary.names(table) for table in ("A3", "A4", "A5", "A6")}


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/trends/adoption?q=…&q=…&term=…&claim=…&every=…`, or send it (`.csv`, `.svg`).

    Each `q` is a phrase, `term` a term of the tables A3 to A6, and `claim` a kind of statement. Wrong
    values, more than can be shown, and a file without a question answer with status 400.
    """
    form, every = request.path_value("form"), request.query_value("every") or EVERY[0]
    phrases = _phrases(request)
    term, claim = (_only(request, name) for name in ("term", "claim"))
    asked = [("phrase", words) for words in phrases] + [("term", term), ("claim", claim)]
    questions = tuple(f"{kind}:{what}" for kind, what in asked if what)
    if form and not questions:
        raise BadQueryError("name a question: q=WORDS, term=NAME or claim=KIND")
    if every not in EVERY:
        raise BadQueryError(f"every must be one of {', '.join(EVERY)}")
    try:
        options = ReportOptions(every, adoptions=questions)
        table = await computed(request, NAME, options) if questions else None
    except ReportError as error:
        raise BadQueryError(str(error)) from error
    return await sent(
        request,
        table,
        form,
        "adoption.html",
        phrases=phrases,
        most_phrases=MOST_PHRASES,
        term=term,
        terms=_TERMS,
        claim=claim,
        kinds=await request.read_once("kinds of claims", claims.kinds),
        every=every,
        offered=EVERY,
    )


def _phrases(request: PageRequest) -> list[str]:
    """Return the phrases of a request, each once. Raises BadQueryError for more than MOST_PHRASES."""
    phrases = _written(request, "q")
    if len(phrases) > MOST_PHRASES:
        raise BadQueryError(f"at most {MOST_PHRASES} phrases can be shown at once")
    return phrases


def _only(request: PageRequest, name: str) -> str:
    """Return the value of a parameter, "" without one. Raises BadQueryError for several."""
    values = _written(request, name)
    if len(values) > 1:
        raise BadQueryError(f"only one {name} can be shown at once")
    return "".join(values)


def _written(request: PageRequest, name: str) -> list[str]:
    """Return the values of a parameter, each once, without empty ones."""
    written = (str(value).strip()[:MAX_LENGTH] for value in request.http.args.getlist(name))
    return list(dict.fromkeys(filter(None, written)))


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/(?P<db>[^/]+)/-/trends/adoption(?:\.(?P<form>csv|svg))?$", page)
]
