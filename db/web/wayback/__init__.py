"""The addresses of the Wayback Machine, answered from a policytrail archive file.

They are `/cdx/search/cdx`, `/web/timemap/cdx|json|link`, `/web/*/{url}` (list of captures), `/web/{url}`
(TimeGate) and `/web/{timestamp}{modifier}/{url}` (replay), after Datasette's `base_url`.
`db.web.common.file_names` refuses archive files whose pages these addresses would hide.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import wraps
from typing import Any
from urllib.parse import parse_qs

from db import times
from db.urlkey import urlkey
from db.web.common.archives import AttachedArchive, archive_of
from db.web.common.errors import BadQueryError
from db.web.common.holdings import Availability, one_urlkey
from db.web.common.responses import Response, excluded, excluded_list, never_archived, plain
from db.web.common.urls import memento_path, requested_url
from db.web.wayback import capture_list, cdx, cdx_query
from db.web.wayback.mementos import nearest, neighbours
from db.web.wayback.replay import replay
from db.web.wayback.timemap import Links, timemap

View = Callable[[Any, Any], Awaitable[Response]]


def _view(answer: View) -> View:
    """Return a Datasette view. Only GET and HEAD are allowed, and BadQueryError becomes status 400."""

    @wraps(answer)
    async def view(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return plain("only GET and HEAD\n", 405, [("allow", "GET, HEAD")])
        try:
            response = await answer(datasette, request)
        except BadQueryError as error:
            response = plain(f"{error}\n", 400)
        response.head_only = request.method == "HEAD"
        return response

    return view


@_view
async def search(datasette: Any, request: Any) -> Response:
    """Answer a query of the index.

    The query is `/cdx/search/cdx?url=…`, `/web/timemap/cdx?url=…`, or `/web/timemap/json/…` with the address
    in the path.
    """
    try:
        parameters = parse_qs(request.query_string, keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise BadQueryError("too many parameters") from error
    rest = request.url_vars.get("url")
    if rest:
        parameters = {"url": [requested_url(rest, request.query_string)], "matchType": ["exact"]}
    query = cdx_query.parse(parameters, json=request.url_vars.get("form") == "json")
    archive, state = await archive_of(datasette, request.actor, query.urlkeys)
    if state is Availability.EXCLUDED:
        return excluded_list()
    return await cdx.answer(archive, query)


@_view
async def timemap_link(datasette: Any, request: Any) -> Response:
    """Answer `/web/timemap/link/{url}` with the list of all captures.

    The status is 404 for a page without captures, and 403 for an excluded page.
    """
    url, archive, state = await _find_archive(datasette, request)
    if archive is None:
        return excluded() if state is Availability.EXCLUDED else never_archived()
    return await timemap(archive, urlkey(url), url, Links(datasette, request))


@_view
async def timegate(datasette: Any, request: Any) -> Response:
    """Answer `/web/{url}` with a redirect to a capture (RFC 7089).

    It is the capture nearest to the header `Accept-Datetime`, or the latest capture without that header.
    """
    aim = _accept_datetime(request.headers.get("accept-datetime"))
    url, archive, state = await _find_archive(datasette, request)
    key = urlkey(url)
    if archive is None:
        return excluded() if state is Availability.EXCLUDED else never_archived()
    capture = await archive.read(lambda connection: nearest(connection, key, aim, url))
    if capture is None:
        return never_archived()
    around = await archive.read(lambda connection: neighbours(connection, key, capture.timestamp))
    headers = [
        ("location", memento_path(datasette, capture.timestamp, "", capture.original)),
        ("vary", "accept-datetime"),
        (
            "link",
            Links(datasette, request).header(
                capture.original, around._replace(previous=None, next=None), None
            ),
        ),
        ("content-type", "text/plain; charset=utf-8"),
    ]
    return Response(302, headers)


@_view
async def captures(datasette: Any, request: Any) -> Response:
    """Answer `/web/*/{url}` and `/web/2018*/{url}` with a page of the stored captures."""
    url, archive, state = await _find_archive(datasette, request)
    if archive is None:
        return excluded() if state is Availability.EXCLUDED else never_archived()
    return await capture_list.page(datasette, request, archive, urlkey(url), url)


@_view
async def memento(datasette: Any, request: Any) -> Response:
    """Answer `/web/{timestamp}{modifier}/{url}` with the capture, or a redirect to the nearest one."""
    url, archive, state = await _find_archive(datasette, request)
    if archive is None:
        return excluded() if state is Availability.EXCLUDED else never_archived()
    return await replay(
        archive,
        Links(datasette, request),
        urlkey=urlkey(url),
        url=url,
        timestamp=request.url_vars["timestamp"],
        modifier=request.url_vars["modifier"] or "",
    )


async def _find_archive(datasette: Any, request: Any) -> tuple[str, AttachedArchive | None, Availability]:
    """Return the requested address, the archive file with captures of it, and the availability.

    The archive file is None if no file has captures. Clients send the `#` of a fragment as `%23`. If there is
    no page for the whole address, the part before `%23` is used.
    """
    url = requested_url(request.url_vars["url"], request.query_string)
    archive, state = await archive_of(datasette, request.actor, one_urlkey(urlkey(url)))
    if archive is None and "%23" in url:
        url = url.partition("%23")[0]
        archive, state = await archive_of(datasette, request.actor, one_urlkey(urlkey(url)))
    return url, archive, state


def _accept_datetime(value: str | None) -> str:
    """Return the header `Accept-Datetime` as 14 digits, or fourteen nines without the header.

    Raises BadQueryError.
    """
    if value is None:
        return "9" * 14
    try:
        when = parsedate_to_datetime(value)
        return times.key(when if when.tzinfo else when.replace(tzinfo=UTC)).zfill(14)
    except (ValueError, OverflowError) as error:
        raise BadQueryError("Accept-Datetime must be a date like Fri, 30 May 2014 13:02:40 GMT") from error


# Routes are compared with the path before decoding, so `http%3A//`, `//` and `%2F` in an address stay.
ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/cdx/search/cdx/?$", search),
    (r"/web/timemap/(?P<form>cdx|json)(?:/(?P<url>.*))?$", search),
    (r"/web/timemap/link/(?P<url>.+)$", timemap_link),
    (r"/web/(?P<timestamp>[0-9]{1,14})(?P<modifier>[a-z]{2}_)?/(?P<url>.+)$", memento),
    (r"/web/(?P<digits>[0-9]{0,14})(?:\*|%2[Aa])/(?P<url>.+)$", captures),
    (r"/web/(?P<url>.+)$", timegate),
]
