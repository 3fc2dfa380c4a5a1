"""Tell answers for one page from faults of a whole archive, by one answer alone.

A single fault can be that of a page too. Only a row of them means that the archive does not serve
(crawler/throttling/fault_row.py).
"""

from collections.abc import Sequence
from enum import Enum, auto

from crawler.errors import CutOffError, TooLargeError
from crawler.webarchive import content_encoding
from crawler.webarchive.memento import FORBIDDEN, Kind, classify, is_memento
from crawler.webarchive.sources import Source
from db.headers import values


class Sign(Enum):
    """What an answer says about the archive as a whole."""

    ANSWERED = auto()  # it serves
    DOWN = auto()  # an error of the server, a page of its own, no answer at all
    FORBIDDEN = auto()  # a refusal without a reason that is about the page
    NOTHING = auto()  # the answer is about the request: it says nothing about the archive


_BAD_REQUESTS = (400, 408, 410, 411, 413, 414, 421, 425, 429, 431)
_DOWN = (408, 413, 421, 425)


def of_replay(source: Source, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Sign:
    """Return what the answer to a replay request says about the archive."""
    if is_memento(headers):  # whatever its body is
        return Sign.ANSWERED
    kind = classify(source, "", "", status, headers, body).kind
    if kind in (Kind.NEAREST, Kind.NOT_ARCHIVED, Kind.EXCLUDED):
        return Sign.ANSWERED
    return _of_status(status) or Sign.DOWN


def of_index(status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Sign:
    """Return what the answer of an index says about the archive."""
    try:
        text = content_encoding.decode(body, ",".join(values(headers, "content-encoding"))).lstrip()
    except (CutOffError, TooLargeError):
        return Sign.DOWN
    if status == 451 or b"AccessControlException" in text[:4_000] or b"Blocked" in text[:4_000]:
        return Sign.ANSWERED
    if status == 200:
        return Sign.DOWN if text.startswith(b"<") else Sign.ANSWERED
    if status == 404:
        return Sign.ANSWERED if text.startswith(b"{") else Sign.NOTHING
    return _of_status(status) or Sign.DOWN


def _of_status(status: int) -> Sign | None:
    if status in FORBIDDEN:
        return Sign.FORBIDDEN
    if status in _BAD_REQUESTS and status not in _DOWN:
        return Sign.NOTHING
    return None
