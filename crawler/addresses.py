"""Addresses as people and servers write them: unwrap those of web archives, and repair damaged ones."""

import re
from urllib.parse import unquote, urljoin, urlsplit

from db import lengths
from db.known_archives import KNOWN
from db.urlkey import is_web_address

_ESCAPED = re.compile(r"(?:https?%3a|%2f%2f)", re.I)
_ENTITY = re.compile(r"&(?:amp|#0*38|#x0*26);", re.I)
_SCHEME = re.compile(r"(https?):[/\\]*", re.I)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$))", re.I)
_HOST = re.compile(r"(?:[^\s/?#.:@]+\.)+(?![0-9]+(?:[:/?#]|$))[^\s/?#.:@]+(?::\d+)?(?=[/?#]|$)")
# A first segment with such an ending is a file: `http:/privacy.html` is a path.
_FILE = re.compile(r"[^/?#]+\.(?:html?|php\d?|aspx?|jspx?|cfm|cgi|do|pl|txt|pdf|xml|shtml)(?:[?#]|$)", re.I)
# The address of a capture in any archive of the Wayback layout; a "*" asks for a list of captures.
_WRAPPED = re.compile(r"/(?:[0-9]{1,20}\*?|[0-9]{4}\.[0-9.]{5,9}-?[0-9]*|\*)(?:[a-z]{2}_)?(?=/.)", re.S)
_WITHOUT_TIME = re.compile(r"/(?:web/|save/)?(?=https?:)", re.I)
_IN_ARCHIVE = re.compile(r"https?(?::|%3a)[/\\%]", re.I)
_MAX_WRAPPED = 5  # an archive of an archive of …
_ARCHIVE_HOSTS = {
    *("web.archive.org", "wayback.archive.org", "archive.org", "wayback.archive-it.org"),
    *(
        urlsplit(address).hostname or ""
        for a in KNOWN.values()
        for address in (a.replay, a.read_at)
        if address
    ),
}


def unwrapped(text: str) -> str:
    """Return the captured address in the address of a capture; any other text is returned unchanged.

    Read are the addresses of every archive of the Wayback layout, with timestamps of any length, modifiers
    (`id_`) and lists (`*`). A missing scheme becomes http.
    """
    for _ in range(_MAX_WRAPPED):
        inner = _inner(text.strip())
        if inner is None:
            break
        text = inner
    return text


def _inner(text: str) -> str | None:
    absolute = _absolute(text)
    try:
        host = (urlsplit(absolute).hostname or "").lower()
    except ValueError:
        return None
    after = absolute.partition("://")[2].partition("/")[2]
    is_archive = host.removeprefix("www.") in {known.removeprefix("www.") for known in _ARCHIVE_HOSTS}
    path = f"/{after}"
    starts = [found.end() + 1 for found in _WRAPPED.finditer(path.partition("?")[0])]
    starts += [found.end() for found in [_WITHOUT_TIME.match(path)] if found]
    for start in starts:
        original = path[start:]
        if _IN_ARCHIVE.match(original) or (is_archive and _HOST.match(original) and not original.isdigit()):
            return repaired(original.removesuffix("*") if "*" in path[:start] else original)
    return None


def _absolute(text: str) -> str:
    return text if "://" in text.partition("?")[0][:10] else f"http://{text.lstrip('/')}"


def repaired(text: str, base: str = "") -> str:
    """Return an address without usual damage: escapes (`http%3A%2F%2F`), `&amp;`, too few or many slashes.

    Without a scheme it becomes http (that of `base`) where it begins like a host; a path is joined to
    `base`. An address that is not valid is returned as far as it was repaired. Never raises.
    """
    text = re.sub(r"[\t\r\n]", "", text.strip())
    if _ESCAPED.match(text):
        text = unquote(text)
    text = _ENTITY.sub("&", text)
    scheme = base.partition("://")[0] if "://" in base else "http"
    found = _SCHEME.match(text)
    if found:
        slashes, rest = found[0].partition(":")[2], text[found.end() :]
        if slashes == "//" or not base or (_HOST.match(rest) and not _FILE.match(rest)):
            return f"{found[1].lower()}://{rest}"
        text = f"/{rest}" if slashes else rest
    elif text.startswith(("//", "\\\\")):
        rest = text.lstrip("/\\")
        if re.match(r"[/\\]{2}[^/\\]", text) or (_HOST.match(rest) and not _FILE.match(rest)):
            return f"{scheme}://{rest}"
    elif _begins_like(text, base):
        return f"{scheme}://{text}"
    if not base:
        return text if _OTHER_SCHEME.match(text) or not text else f"http://{text}"
    try:
        return urljoin(base, text)
    except ValueError:
        return text


def web_address(text: str) -> str | None:
    """Return the web address that a person wrote, or None if it is none.

    The address of a capture stands for the captured one. `http://` is added where a host begins the text.
    """
    address = unwrapped(text)
    is_host = address.startswith("//") or (_HOST.match(address) and not _FILE.match(address))
    if is_host and not _SCHEME.match(address):
        address = repaired(address)
    return address if is_web_address(address) and lengths.is_address(address) else None


def _begins_like(text: str, base: str) -> bool:
    """Return whether an address without a scheme begins with a host: with `www.`, or with that of `base`."""
    found = _HOST.match(text)
    if not found:
        return False
    try:
        own = (urlsplit(base).hostname or "").removeprefix("www.")
    except ValueError:
        own = ""
    host = found[0].rpartition("@")[2].partition(":")[0].lower()
    return host.startswith("www.") or host == own
