"""HTTP responses: a status, headers, and a body that is sent at once or in pieces.

A header can occur several times. Datasette's own Response stores headers in a dictionary, so only one of
three `x-archive-orig-set-cookie` headers would be sent.
"""

import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

from db.web.common.errors import BadQueryError

# Archived pages contain foreign code and have the same origin as Datasette. Browsers must not run this code.
SAFETY = [
    ("content-security-policy", "sandbox; default-src 'none'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
]
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_WITHOUT_BODY = (204, 304)

BLOCKED = "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
BLOCKED_LIST = f"org.archive.util.io.RuntimeIOException: {BLOCKED}"


class Response:
    """A response that Datasette's views can return.

    It always has security headers: `SAFETY`, or others that the page needs. Headers with invalid names are
    left out, and control characters in values become spaces. So a header from a foreign server cannot add
    other headers or end the head of the response.
    """

    def __init__(
        self,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes | AsyncIterator[bytes] = b"",
        safety: Iterable[tuple[str, str]] = SAFETY,
    ) -> None:
        self.status = status
        self.headers = [*clean(headers), *safety]
        self.body = body
        self.head_only = False

    async def asgi_send(self, send: Any) -> None:
        """Send the response. For a HEAD request, only the head is sent."""
        headers = [(name.encode("ascii"), _bytes(value)) for name, value in self.headers]
        if isinstance(self.body, bytes) and self.status not in _WITHOUT_BODY:
            headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if isinstance(self.body, bytes) or self.head_only:
            body = (
                b""
                if self.head_only or not isinstance(self.body, bytes) or self.status in _WITHOUT_BODY
                else self.body
            )
            await send({"type": "http.response.body", "body": body})
            return
        try:
            async for piece in self.body:
                if piece:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except BadQueryError:
            return  # the server then closes the connection, so the client notices that rows are missing
        await send({"type": "http.response.body", "body": b""})

    def set_cookie(self, *_: Any, **__: Any) -> None:
        """Do nothing, because Datasette's flash messages are not sent with these responses."""


def plain(text: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Return a response of plain text."""
    return Response(status, [("content-type", "text/plain; charset=utf-8"), *headers], text.encode())


def html(sentence: str, status: int, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Return a response with one sentence for people. The sentence is HTML already."""
    page = f"<!DOCTYPE html>\n<html lang=en><title>Wayback Machine</title>\n<p>{sentence}</p>\n</html>\n"
    return Response(status, [("content-type", "text/html; charset=utf-8"), *headers], page.encode())


def never_archived() -> Response:
    """Return the response for a page without captures (docs/wayback.md, "Replay answers")."""
    return html("The Wayback Machine has not archived that URL.", 404)


def excluded() -> Response:
    """Return the replay response for an excluded page (docs/wayback.md, "Replay answers")."""
    return html(
        "This URL has been excluded from the Wayback Machine.",
        403,
        [("X-Archive-Wayback-Runtime-Error", BLOCKED)],
    )


def excluded_list() -> Response:
    """Return the CDX response for an excluded page (docs/wayback.md, "Index errors")."""
    return plain(f"{BLOCKED_LIST}\n", 403, [("X-Archive-Wayback-Runtime-Error", BLOCKED_LIST)])


def clean(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers without invalid names, and with each value as one line.

    Repeated headers stay, in order.
    """
    return [(name, _CONTROLS.sub(" ", value).strip()) for name, value in headers if _TOKEN.fullmatch(name)]


def _bytes(value: str) -> bytes:
    """Return the bytes of a header value: as captured if it was decoded as Latin-1, else UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")
