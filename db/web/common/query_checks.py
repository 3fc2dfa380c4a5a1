"""Checks of the parameters of Datasette's own pages, before Datasette reads them.

Datasette answers 500 to some invalid values, and computes any number of facets.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from db.web.common.errors import BadQueryError
from db.web.limits import time_limits
from db.web.limits.connections import ANSWER_BYTES

MOST_FACETS = 10
_MOST_VALUES = 1_000  # of a facet, as Datasette's setting max_returned_rows
_DEFAULT_VALUES = 30  # Datasette's setting default_facet_size
# Below these paths are our own pages, and captured addresses with parameters of their own.
_OURS = ("/web/", "/cdx/")

Asgi = Callable[[Any, Any, Any], Awaitable[None]]
Reject = Callable[[Any, BadQueryError], Awaitable[Any]]


def checked(app: Asgi, base_url: str, reject: Reject) -> Asgi:
    """Return an ASGI application that refuses invalid parameters of Datasette's pages.

    `reject` makes the response to a request with an error. All other requests go to `app`.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "").removeprefix(base_url.rstrip("/"))
        if scope["type"] == "http" and _is_datasettes(path):
            query_string = scope["query_string"].decode("latin-1")
            time_limits.begin(path, query_string)
            try:
                check(path, query_string)
            except BadQueryError as error:
                response = await reject(scope, error)
                await response.asgi_send(send)
                return
        await app(scope, receive, send)

    return answer


def check(path: str, query_string: str) -> None:
    """Check the parameters of a page of Datasette. Raises BadQueryError with one line."""
    parameters = parse_qsl(query_string, keep_blank_values=True)
    for name, value in parameters:
        if name == "_timelimit" and value and not _is_number(value):
            raise BadQueryError("_timelimit must be a number of milliseconds, from 1")
        if name == "_facet_size" and value != "max" and value.isdigit() and not value.isascii():
            raise BadQueryError("_facet_size must be a number, or max")
        if name == "_through" and not _is_through(value):
            raise BadQueryError("_through must be JSON with texts for table and column, and a value")
        if name.endswith(("__in", "__notin")) and value.startswith("[") and not _is_list(_json(value)):
            raise BadQueryError(f"{name[:80]} must be a JSON list of values, or values with commas")
    if path.endswith(".csv") and path.count("/") == 1 and not dict(parameters).get("sql", "").strip():
        raise BadQueryError("a CSV file of a database needs a query: ?sql=…")
    _check_facets(parameters, query_string)


def _check_facets(parameters: list[tuple[str, str]], query_string: str) -> None:
    """Refuse too many facets. Each of their values has a link that contains the whole query string."""
    facets = [
        value
        for name, value in parameters
        if name.startswith("_facet") and not name.startswith("_facet_size")
    ]
    if any(facet.startswith("{") and not _is_facet(_json(facet)) for facet in facets):
        raise BadQueryError("_facet must be the name of a column")
    if len(facets) > MOST_FACETS:
        raise BadQueryError(f"at most {MOST_FACETS} facets can be shown at once")
    size = dict(parameters).get("_facet_size", "")
    values = _MOST_VALUES if size == "max" else int(size[:9]) if size.isdigit() else _DEFAULT_VALUES
    if len(facets) * min(values, _MOST_VALUES) * len(query_string) > ANSWER_BYTES:
        raise BadQueryError("the facets have too many values for so long an address: ask for fewer")


def _is_datasettes(path: str) -> bool:
    return not path.startswith(_OURS) and "/-/" not in path


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_through(text: str) -> bool:
    data = _json(text)
    if not isinstance(data, dict) or not isinstance(data.get("value"), str | int | float):
        return False
    return all(isinstance(data.get(name), str) for name in ("table", "column"))


def _is_list(data: object) -> bool:
    return isinstance(data, list) and all(isinstance(value, str | int | float | None) for value in data)


def _is_facet(data: object) -> bool:
    return isinstance(data, dict) and any(isinstance(data.get(name), str) for name in ("simple", "column"))
