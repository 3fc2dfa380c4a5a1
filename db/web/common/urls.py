"""The address in a request, and the addresses of captures on this server."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from db.ascii_urls import encoded

# The environment variable with the public address of the server; `policytrail serve --base-url` sets it.
BASE_URL = "POLICYTRAIL_BASE_URL"
_published: ContextVar[str | None] = ContextVar("published", default=None)


def requested_url(rest: str, query_string: str) -> str:
    """Return the address of the page that a request names.

    `rest` is the path after `/web/…/`, not decoded. Some clients encode the whole address (`http%3A`), which
    is then decoded once, as in `clean_memento_url_component` of EDGI's wayback. If a proxy removed a slash
    from `http://`, it is added again.
    """
    if re.match(r"https?%3a", rest, re.I):
        rest = unquote(rest)
    rest = re.sub(r"^(https?:)/*", r"\1//", rest, flags=re.I)
    return f"{rest}?{query_string}" if query_string else rest


def memento_path(datasette: Any, timestamp: str, modifier: str, original: str) -> str:
    """Return the path of a capture on this server, with Datasette's base_url."""
    return path(datasette, f"/web/{timestamp}{modifier}/{encoded(original)}")


def redirect_target(location: str, original: str) -> str:
    """Return the absolute address in an archived `Location` header.

    `original` is the address of the redirect. An invalid address is returned unchanged.
    """
    try:
        return urljoin(original, location.strip())
    except ValueError:
        return location


def path(datasette: Any, local: str) -> str:
    """Return a path of this plugin as a browser must request it, with Datasette's base_url."""
    return str(datasette.urls.path(local))


def absolute(request: Any, local: str) -> str:
    """Return a path with scheme and host before it: those of BASE_URL, else those of the request.

    `urljoin` is not used, because it would change `//` and `..` in a captured address.
    """
    return f"{_public_origin() or f'{request.scheme}://{encoded(request.host)}'}{local}"


def lasting(local: str) -> str:
    """Return a path with the public scheme and host before it, or "" if there is no public address."""
    origin = _public_origin()
    return f"{origin}{local}" if origin else ""


@contextmanager
def published(origin: str) -> Iterator[None]:
    """Make pages for files while the `with` block runs, as a static site has them.

    `origin` is the scheme and host of the files' addresses, or "" if they have no public address.
    """
    token = _published.set(origin)
    try:
        yield
    finally:
        _published.reset(token)


def is_published() -> bool:
    """Return whether pages are made for files, which people read on any later day."""
    return _published.get() is not None


def _public_origin() -> str:
    origin = _published.get()
    if origin is not None:
        return origin
    parts = urlsplit(os.environ.get(BASE_URL, ""))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
