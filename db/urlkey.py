"""The urlkey: the form of an address by which a web archive's index is sorted (SURT).

Addresses with the same urlkey are one page: http and https, with and without `www.` or `:80`, in upper or
lower case. docs/wayback.md "Urlkey" has the rules. docs/decisions/0003-own-urlkey.md explains why they are
implemented here.
"""

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

from db.idn import to_ascii

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_WWW = re.compile(r"^www\d*\.(?=.*\.)")
_PATH_SESSION = re.compile(
    r";jsessionid=[0-9a-z]+(?:\.[0-9a-z]+)*$|/\((?:[a-z]\([0-9a-z]{24}\))+\)(?=/[^?]+\.aspx)", re.I
)
_QUERY_SESSION = re.compile(
    r"(?:^|&)(?:jsessionid=[0-9a-z$]{10,}|phpsessid=[0-9a-z]{32}|sid=[0-9a-z]{32}"
    r"|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+&cftoken=[^&]+)(?=&|$)",
    re.I,
)
# These characters are not percent-encoded: printable characters that do not change the meaning of an address.
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"


def urlkey(url: str) -> str:
    """Return the urlkey of an address. Never raises an exception.

    `http://www.Shop.example/a?b=2&a=1` becomes `example,shop)/a?a=1&b=2`. An address without a scheme counts
    as http. A text that is no web address (`mailto:…`, `data:…`, an invalid IPv6 host) is returned in lower
    case, as in the indexes of web archives.
    """
    url = re.sub(r"[\t\r\n]", "", url.strip())
    if url.startswith("//"):
        url = "http:" + url
    elif not re.match(r"[a-z][a-z0-9+.-]*:", url, re.I) or re.match(r"[^/:]+:\d+(?:/|$)", url):
        url = "http://" + url
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = str(parts.port or "")
    except ValueError:
        return url.lower()
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url.lower()
    host = _WWW.sub("", to_ascii(host))
    labels = host if ":" in host or re.fullmatch(r"[\d.]+", host) else ",".join(reversed(host.split(".")))
    shown_port = "" if port in ("", _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    query = _query(parts.query)
    return f"{labels}{shown_port}){_path(parts.path)}" + (f"?{query}" if query else "")


def is_web_address(text: str) -> bool:
    """Return whether a text is an http or https address with a host.

    A text with spaces or control characters is none.
    """
    if not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in _DEFAULT_PORTS and bool((parts.hostname or "").strip(".")) and parts.port != 0
    except ValueError:  # an unbalanced "[", or a port that is no number
        return False


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _recode(_PATH_SESSION.sub("", path)).split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments)


def _query(query: str) -> str:
    kept = _QUERY_SESSION.sub("", _recode(query)).strip("&")
    return "&".join(sorted(kept.split("&"))) if kept else ""


def _recode(text: str) -> str:
    """Return a text in lower case, with percent-encoding only where it is necessary.

    Encoding that was applied several times is undone completely.
    """
    before, plain = b"", text.lower().encode("utf-8", "replace")
    while plain != before:
        before, plain = plain, unquote_to_bytes(plain)
    return quote(plain, safe=_SAFE).lower()
