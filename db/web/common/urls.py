"""The addresses of captures: which page a request names, and how this server names a capture."""

import re
from typing import Any
from urllib.parse import quote, unquote, urljoin

# What may stand in a path, a header and a link as it is; everything else is percent-encoded. `%` stays: it is encoded
# already.
_SAFE = "!#$%&'()*+,-./:;=?@[]_~"


def requested_url(rest: str, query_string: str) -> str:
    """The page's address out of a request: the path after `/web/…/`, not decoded, and the request's query string.

    Clients may have encoded the whole address, which shows in `http%3A`; then it is decoded once (EDGI's
    `clean_memento_url_component`). A slash that a proxy took from `http://` is given back.
    """
    if re.match(r"https?%3a", rest, re.I):
        rest = unquote(rest)
    rest = re.sub(r"^(https?:)/*", r"\1//", rest, flags=re.I)
    return f"{rest}?{query_string}" if query_string else rest


def encoded(url: str) -> str:
    """An address in plain ASCII that can stand in a header or between `<` and `>`: unsafe characters percent-encoded.

    Text outside ASCII is taken for bytes that were decoded as Latin-1, as HTTP headers are, where it can be.
    """
    try:
        return quote(url.encode("latin-1"), safe=_SAFE)
    except UnicodeEncodeError:
        return quote(url, safe=_SAFE)


def memento_path(datasette: Any, timestamp: str, modifier: str, original: str) -> str:
    """The path of a capture on this server, Datasette's base_url before it."""
    return path(datasette, f"/web/{timestamp}{modifier}/{encoded(original)}")


def redirect_target(location: str, original: str) -> str:
    """Where an archived `Location` led from the page that sent it. One that is broken is taken as it is."""
    try:
        return urljoin(original, location.strip())
    except ValueError:
        return location


def path(datasette: Any, local: str) -> str:
    """A path of this plugin as a browser must ask for it."""
    return str(datasette.urls.path(local))


def absolute(request: Any, local: str) -> str:
    """The same with scheme and host of the request; `urljoin` would resolve the `//` and `..` of an original."""
    return f"{request.scheme}://{encoded(request.host)}{local}"
