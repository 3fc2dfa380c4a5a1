"""Addresses of links, as the author of the captured page wrote them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin

KEPT_SCHEMES = {"http", "https", "ftp", "mailto", "tel"}
_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")
# Web archives write their own address before the captured address in the links of a page, as in
# /web/20100101000000id_/http://a.example/. It is recognised by its form, without a list of web archives.
_REPLAY = re.compile(
    r"^(?:https?:)?(?://[^/]+)?(?:/(?:web|wayback|noFrame/replay)/\d{4,14}"
    r"|(?:/[\w.-]{1,60}){1,3}/\d{14})(?:[a-z]{2}_)?/"
    r"(?=https?:/|mailto:)",
    re.I,
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>\"\\^`{|}\u00a0\u2028\u2029]")
_PROTECTED = "/cdn-cgi/l/email-protection"


def base_of(url: str, href: str | None) -> str:
    """Return the address against which the links of a page are resolved.

    ``href`` is the address in the page's ``<base>``. Without it, the result is ``url``, the page's own
    address.
    """
    return _joined(url, href) if href and href.strip() else url


def address(base: str, href: str | None, page: str = "") -> str:
    """Return the absolute address of a link, or "".

    "" means that only the text of the link is kept: the link has no address, or it has ``javascript:`` or
    another scheme that a reader cannot follow, or it leads to a place on the same page. ``page`` is the
    page's address.
    """
    href = _UNSAFE.sub(_encoded, "".join((href or "").strip().splitlines()).replace("\t", ""))
    if not href or href.startswith("#"):
        return ""
    if _PROTECTED in href:
        return _protected_address(href)
    absolute = _joined(base, href)
    scheme = _SCHEME.match(absolute)
    if not scheme or scheme[1].lower() not in KEPT_SCHEMES:
        return ""
    if "#" in absolute and page and absolute.partition("#")[0] == page.partition("#")[0]:
        return ""
    return _balanced(absolute)


def decoded_email(hexadecimal: str) -> str:
    """Return the e-mail address in Cloudflare's ``data-cfemail`` code.

    The code is hexadecimal. Its first byte is the XOR key of all other bytes. Returns "" if the code is not
    hexadecimal or empty.
    """
    try:
        key, *secret = bytes.fromhex(hexadecimal.strip())
    except ValueError:
        return ""
    return bytes(byte ^ key for byte in secret).decode("utf-8", "replace")


def _protected_address(href: str) -> str:
    email = decoded_email(unquote(href.partition("#")[2]))
    return f"mailto:{email}" if "@" in email else ""


def _joined(base: str, href: str) -> str:
    try:
        absolute = urljoin(base, href)
    except ValueError:  # an unbalanced "[" in the host
        return ""
    replay = _REPLAY.match(absolute)
    if replay:
        absolute = re.sub(r"^(https?):/+", r"\1://", absolute[replay.end() :])
    return absolute


def _encoded(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode("utf-8", "replace"))


def _balanced(absolute: str) -> str:
    """Return the address, with encoded parentheses if these are not in pairs.

    Markdown would end the link at a single closing parenthesis.
    """
    depth = 0
    for character in absolute:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
    return absolute if depth == 0 else absolute.replace("(", "%28").replace(")", "%29")
