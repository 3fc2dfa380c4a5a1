"""Addresses of captures: which page a request names, and the address of a capture on this server."""

import re
from typing import Any
from urllib.parse import quote, unquote, urljoin

# Characters that stay in a path, header or link; all others are percent-encoded. `%` stays: it is an escape.
_SAFE = "!#$%&'()*+,-./:;=?@[]_~"


def requested_url(rest: str, query_string: str) -> str:
    """Return the address of the page that a request names.

    `rest` is the path after `/web/…/`, not decoded. Some clients encode the whole address, visible by
    `http%3A`; then it is decoded once (as by `clean_memento_url_component` of EDGI's wayback). A slash that a
    proxy removed from `http://` is put back.
    """
    if re.match(r"https?%3a", rest, re.I):
        rest = unquote(rest)
    rest = re.sub(r"^(https?:)/*", r"\1//", rest, flags=re.I)
    return f"{rest}?{query_string}" if query_string else rest


def encoded(url: str) -> str:
    """Return an address in ASCII that may stand in a header or between `<` and `>`.

    Unsafe characters are percent-encoded. Text outside ASCII is taken as bytes decoded as Latin-1, as in HTTP
    headers, if that is possible.
    """
    try:
        return quote(url.encode("latin-1"), safe=_SAFE)
    except UnicodeEncodeError:
        return quote(url, safe=_SAFE)


def memento_path(datasette: Any, timestamp: str, modifier: str, original: str) -> str:
    """Return the path of a capture on this server, with Datasette's base_url."""
    return path(datasette, f"/web/{timestamp}{modifier}/{encoded(original)}")


def redirect_target(location: str, original: str) -> str:
    """Return the address to which an archived `Location` led. An invalid one is returned unchanged."""
    try:
        return urljoin(original, location.strip())
    except ValueError:
        return location


def path(datasette: Any, local: str) -> str:
    """Return a path of this plugin as a browser must request it."""
    return str(datasette.urls.path(local))


def absolute(request: Any, local: str) -> str:
    """Return a path with scheme and host of the request.

    `urljoin` would resolve `//` and `..` in an original.
    """
    return f"{request.scheme}://{encoded(request.host)}{local}"
