"""The address in a request, and the addresses of captures on this server."""

import re
from typing import Any
from urllib.parse import unquote, urljoin

from db.ascii_urls import encoded


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
    """Return a path with the scheme and host of the request before it.

    `urljoin` is not used, because it would change `//` and `..` in a captured address.
    """
    return f"{request.scheme}://{encoded(request.host)}{local}"
