"""What all our pages share: how an archive is found and read for them, how they are rendered, under which policy they run.

A page is a function of a `Visit`; `view` makes of it what Datasette calls. It reads through `Visit.read`, in one of
Datasette's threads, and ends with `Visit.show`. What does not exist is said with NoSuchPageError, what cannot be answered
with BadQuery: one line on a page of ours.
"""

import hashlib
import sqlite3
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from datasette.utils import sqlite_timelimit, tilde_decode
from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.web.common.archives import AttachedArchive, archives
from db.web.common.errors import BadQueryError
from db.web.common.page_urls import PageUrls
from db.web.common.responses import Response

T = TypeVar("T")

READ_MILLISECONDS = (
    5_000  # of one read: twenty times what the slowest page needs; one that takes longer is a fault, not news
)
_STATIC = Path(__file__).parents[1] / "static"
# No page of ours has a script. Datasette's own pages need theirs, and are not under this policy.
_CSP = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


class NoSuchPageError(Exception):
    """What is asked for is not there; the message is the sentence that says so."""


class PageRequest:
    """One request for a page of one archive."""

    def __init__(self, datasette: Any, request: Any, archive: AttachedArchive) -> None:
        self.datasette = datasette
        self.http = request
        self.archive = archive
        self.urls = PageUrls(datasette, archive.name)

    def path_value(self, name: str) -> str:
        """A part of the path, decoded. Empty where the address has none."""
        return unquote(self.http.url_vars.get(name) or "")

    def query_value(self, name: str) -> str:
        """A parameter of the query string; empty where it is not given."""
        return str(self.http.args.get(name) or "").strip()

    def query_number(self, name: str, default: int) -> int:
        """A parameter that is a positive whole number. Raises BadQuery for anything else."""
        text = self.query_value(name)
        if text and not (text.isascii() and text.isdigit() and 0 < len(text) <= 9 and int(text)):
            raise BadQueryError(f"{name} must be a number from 1 on")
        return int(text) if text else default

    async def read(self, function: Callable[[Database], T]) -> T:
        """Run a function on the archive, opened for reading, for a limited time."""

        def limited(connection: sqlite3.Connection) -> T:
            with sqlite_timelimit(connection, READ_MILLISECONDS):
                return function(Database(connection, recursive_triggers=False, execute_plugins=False))

        return await self.archive.read(limited)

    async def render(self, template: str, **context: Any) -> Response:
        """Render a template of ours, which finds the addresses of this archive in `to`."""
        return await render_template(self.datasette, self.http, template, to=self.urls, **context)


View = Callable[[PageRequest], Awaitable[Response]]


def view(page: View) -> Callable[..., Any]:
    """Make a Datasette view of a page; the database's name is the path's `db`."""

    async def answer(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return await _failed(
                datasette, request, 405, "A page can only be read.", [("allow", "GET, HEAD")]
            )
        name = tilde_decode(request.url_vars["db"])
        held = [archive for archive in await archives(datasette, request.actor) if archive.name == name]
        if not held:
            return await _failed(
                datasette, request, 404, f"No policytrail archive called {name} is served here."
            )
        return await answered(page, PageRequest(datasette, request, held[0]))

    # Not functools.wraps: Datasette would go by the signature of the page.
    answer.__name__, answer.__doc__ = page.__name__, page.__doc__
    return answer


async def answered(page: View, visit: PageRequest) -> Response:
    """Run a page, and say on a page of its own what went wrong."""
    to = visit.urls
    try:
        response = await page(visit)
    except (NoSuchPageError, UnknownRetailerError) as error:
        response = await _failed(visit.datasette, visit.http, 404, _sentence(error), to=to)
    except BadQueryError as error:
        response = await _failed(visit.datasette, visit.http, 400, _sentence(error), to=to)
    except sqlite3.OperationalError as error:
        sentence = _explained(error)
        if sentence is None:
            raise
        response = await _failed(visit.datasette, visit.http, 503, sentence, to=to)
    response.head_only = visit.http.method == "HEAD"
    return response


async def render_template(
    datasette: Any, request: Any, template: str, *, status: int = 200, **context: Any
) -> Response:
    """Render a template of ours below `templates/policytrail`, with `version_of` for links to static files."""
    page = await datasette.render_template(
        f"policytrail/{template}", {"version_of": _version_of, **context}, request
    )
    safety = [
        ("content-security-policy", _CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ]
    return Response(
        status, [("content-type", "text/html; charset=utf-8")], page.encode("utf-8", "replace"), safety
    )


async def _failed(
    datasette: Any,
    request: Any,
    status: int,
    sentence: str,
    headers: list[tuple[str, str]] | None = None,
    to: PageUrls | None = None,
) -> Response:
    answer = await render_template(datasette, request, "failed.html", status=status, sentence=sentence, to=to)
    answer.headers += headers or []
    return answer


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def _explained(error: sqlite3.OperationalError) -> str | None:
    if "interrupted" in str(error):
        return "The archive took too long to answer."
    if str(error).startswith("no such"):  # plain Datasette opens what an older policytrail wrote, as it is
        return "An older policytrail wrote this archive; any command of policytrail that opens it brings it up to date."
    return None


@cache
def _version_of(name: str) -> str:
    """What changes in the address of a static file when its content does."""
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:8]
