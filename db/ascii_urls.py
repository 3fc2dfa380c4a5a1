"""Addresses in ASCII, for headers, links and files."""

from urllib.parse import quote

# Characters that are not percent-encoded in a path, header or link. `%` is one: it begins an encoded
# character.
_SAFE = "!#$%&'()*+,-./:;=?@[]_~"


def encoded(url: str) -> str:
    """Return an address in ASCII for a header or between `<` and `>`.

    Other characters are percent-encoded. Characters outside of ASCII are read as Latin-1 bytes, as in HTTP
    headers, else as UTF-8.
    """
    try:
        return quote(url.encode("latin-1"), safe=_SAFE)
    except UnicodeEncodeError:
        return quote(url, safe=_SAFE)
