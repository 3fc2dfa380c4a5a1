"""Code for all pages: the request, rendering, error pages, and the security policy.

A page is a function of a `PageRequest`, and `view` makes a Datasette view from it. It reads with
`PageRequest.read`, in one of our threads, and ends with `PageRequest.render`. NoSuchPageError and
BadQueryError become pages with one sentence.
"""

import hashlib
import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import ExitStack
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from datasette.utils import sqlite_timelimit, tilde_decode
from markupsafe import Markup
from sqlite_utils import Database

from db import processor_time
from db.errors import OverTimeError, UnknownRetailerError
from db.idn import to_ascii
from db.web.common.archives import AttachedArchive, archives
from db.web.common.errors import BadQueryError, NoSuchPageError
from db.web.common.form_values import unknown_retailer
from db.web.common.page_urls import PageUrls
from db.web.common.responses import Response
from db.web.common.urls import is_published

T = TypeVar("T")

# A read is stopped after this time. The slowest page needs a twentieth of it.
READ_MILLISECONDS = 5_000
# Of processor time, for the comparison of two texts. The slowest texts that were found need half of it.
READ_SECONDS = 10.0
_STATIC = Path(__file__).parents[1] / "static"
# Our pages have no scripts. Datasette's own pages have scripts and do not get this policy.
_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


class Pages(NamedTuple):
    """The part of a long list that one page shows. `number` is the page number, from 1.

    `total` is the number of all rows, and `size` the rows on a page.
    """

    total: int
    size: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page. It is 1 for an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """The number of rows before this page. Raises NoSuchPageError after the last page."""
        if self.number > self.last:
            raise self.missing()
        return (self.number - 1) * self.size

    def missing(self) -> NoSuchPageError:
        """Return the error for a page after the last one."""
        return NoSuchPageError(f"there is no page {self.number}; the last is {self.last}")


class PageRequest:
    """A request for a page about one archive file."""

    def __init__(self, datasette: Any, request: Any, archive: AttachedArchive) -> None:
        self.datasette = datasette
        self.http = request
        self.archive = archive
        self.urls = PageUrls(datasette, archive.name)

    def path_value(self, name: str) -> str:
        """Return a part of the path, decoded, or "" if it is missing."""
        return unquote(self.http.url_vars.get(name) or "")

    def domain(self) -> str:
        """Return the domain in the path as the archive file stores it. A Unicode domain becomes `xn--…`."""
        text = self.path_value("domain")
        return text if text.isascii() else to_ascii(text)

    def query_value(self, name: str) -> str:
        """Return a parameter of the query string, or "" if it is missing."""
        return str(self.http.args.get(name) or "").strip()

    def query_number(self, name: str, default: int) -> int:
        """Return a parameter as a positive whole number, or `default` if it is missing.

        Raises BadQueryError for other values.
        """
        text = self.query_value(name)
        if text and not (text.isascii() and text.isdigit() and 0 < len(text) <= 9 and int(text)):
            raise BadQueryError(f"{name} must be a number from 1")
        return int(text) if text else default

    async def read(self, function: Callable[[Database], T], milliseconds: int = READ_MILLISECONDS) -> T:
        """Run a function on the archive file, opened for reading only.

        It is stopped with sqlite3.OperationalError after some milliseconds, and a comparison with
        OverTimeError after READ_SECONDS, but not for a page of a static site, for which no visitor waits.
        """

        def limited(connection: sqlite3.Connection) -> T:
            with ExitStack() as limits:
                if not is_published():
                    limits.enter_context(sqlite_timelimit(connection, milliseconds))
                    limits.enter_context(processor_time.limited(READ_SECONDS))
                return function(Database(connection, recursive_triggers=False, execute_plugins=False))

        return await self.archive.read(limited)

    async def read_once(
        self,
        name: Hashable,
        function: Callable[[Database], T],
        milliseconds: int = READ_MILLISECONDS,
        size: Callable[[T], int] | None = None,
    ) -> T:
        """Run a function as `read`, once for each state of the file. `name` is the name of what it returns.

        The result is kept in memory, so it must be small, or `size` returns its size. Nobody changes it.
        """
        return await self.archive.kept(name, lambda: self.read(function, milliseconds), size)

    def part(self, template: str, **context: Any) -> Markup:
        """Return a rendered template of a part of a page that takes long.

        Call it in a function that `read` runs: there it delays no other visitor.
        """
        environment = _without_await(self.datasette.jinja_env)
        text = environment.get_template(f"policytrail/{template}").render(context)
        return Markup(text)  # noqa: S704 - the template has escaped it

    async def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Return a rendered template. In the template, `to` has the addresses of the pages."""
        to = self.urls
        return await render_template(self.datasette, self.http, template, status=status, to=to, **context)


@lru_cache(maxsize=8)
def _without_await(environment: Any) -> Any:
    """Return Datasette's environment of Jinja for templates that are rendered in a thread."""
    return environment.overlay(enable_async=False)


View = Callable[[PageRequest], Awaitable[Response]]


def view(page: View) -> Callable[..., Any]:
    """Return a Datasette view for a page. The name of the database is `db` in the path."""

    async def answer(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return await _failed(
                datasette, request, 405, "Pages can only be read (GET, HEAD).", [("allow", "GET, HEAD")]
            )
        name = tilde_decode(request.url_vars["db"])
        found = [archive for archive in await archives(datasette, request.actor) if archive.name == name]
        if not found:
            return await _failed(
                datasette, request, 404, f"There is no policytrail archive called {name} here."
            )
        return await answered(page, PageRequest(datasette, request, found[0]))

    # functools.wraps is not used, because Datasette must see the parameters of `answer`.
    answer.__name__, answer.__doc__ = page.__name__, page.__doc__
    return answer


async def answered(page: View, visit: PageRequest) -> Response:
    """Run a page and return its response. If it raises an error, return an error page."""
    to = visit.urls
    try:
        response = await page(visit)
    except NoSuchPageError as error:
        response = await _failed(visit.datasette, visit.http, 404, _sentence(error), to=to)
    except UnknownRetailerError as error:
        response = await render_template(
            visit.datasette,
            visit.http,
            "failed.html",
            status=404,
            sentence=unknown_retailer(error),
            near=error.near,
            to=to,
        )
    except BadQueryError as error:
        response = await _failed(visit.datasette, visit.http, 400, _sentence(error), to=to)
    except OverTimeError:
        over = (
            f"The texts of this page take over {READ_SECONDS:g} s of processor time to compare: "
            "run 'policytrail diff' or 'policytrail report' with the archive file."
        )
        response = await _failed(visit.datasette, visit.http, 503, over, to=to)
    except sqlite3.OperationalError as error:
        sentence = _explained(error)
        if sentence is None:
            raise
        response = await _failed(visit.datasette, visit.http, 503, sentence, to=to)
    except MemoryError:  # other queries use all memory that SQLite may take
        response = await _failed(
            visit.datasette, visit.http, 503, "The server has no memory left now.", to=to
        )
    response.head_only = visit.http.method == "HEAD"
    return response


async def render_template(
    datasette: Any, request: Any, template: str, *, status: int = 200, **context: Any
) -> Response:
    """Return a response with a template from `templates/policytrail`.

    In the template, `version_of` is a hash for the addresses of static files.
    """
    page = await datasette.render_template(
        f"policytrail/{template}", {"version_of": version_of, **context}, request
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
    if str(error).startswith("no such"):  # plain Datasette does not migrate the file
        return "An older policytrail wrote this archive; open it with a policytrail command to update it."
    return None


@cache
def version_of(name: str) -> str:
    """Return a hash of a static file's content.

    It is part of the file's address, so the address changes with the content.
    """
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:8]
