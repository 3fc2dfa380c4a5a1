"""Classify the answer to a replay request: a capture, a hint at another one, a refusal, or an error.

Only an answer with `Memento-Datetime` is a capture, whatever its status: an archived 404 or 429 is content
(docs/wayback.md "Replay headers"). This is checked before any rule about statuses.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from urllib.parse import urljoin

from crawler.errors import CutOffError, TooLargeError
from crawler.webarchive import content_encoding
from crawler.webarchive.sources import Source
from db import times
from db.headers import header, values

_ORIG = "x-archive-orig-"
# Not stored: encodings are undone, others are about the transfer; Content-Type and Location have their plain
# names.
_NOT_STORED = {
    "content-encoding",
    "transfer-encoding",
    "connection",
    "content-type",
    "location",
    "content-length",
    "keep-alive",
}
_EXCLUDED = re.compile(
    rb"has been excluded from the Wayback Machine|AdministrativeAccessControlException|Blocked Site Error"
    rb"|Unavailable For Legal Reasons|Access Blocked",
    re.I,
)
_NOT_ARCHIVED = re.compile(rb"has not archived that URL|No Captures? found|not (?:been )?archived", re.I)
# A refusal of a firewall, or of this page alone: only the answers for other pages tell them apart.
FORBIDDEN = frozenset((401, 402, 403, 405, 406, 407, 409, 418))


class Kind(Enum):
    """What an answer to a replay request is."""

    MEMENTO = auto()  # the requested capture
    NEAREST = auto()  # another capture, or a redirect to it, at `timestamp`
    NOT_ARCHIVED = auto()
    EXCLUDED = auto()
    FORBIDDEN = auto()  # an exclusion if the archive answers for other pages, otherwise a wall
    THROTTLED = auto()  # the archive's own 429: all requests have to pause
    FAULT = auto()  # an error of the archive, perhaps a temporary one


@dataclass(frozen=True)
class Answer:
    """A classified answer to a replay request.

    `reason` says in a few words why it is no capture; "" for a memento.

    For a memento, `status`, `headers` (pairs of name and value, in their order) and `body` (decoded) are the
    captured ones. `location` is the absolute web address to which a captured redirect leads.
    """

    kind: Kind
    reason: str = ""
    timestamp: str | None = None
    status: int | None = None
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    location: str | None = None


def is_memento(headers: Iterable[tuple[str, str]]) -> bool:
    """Return whether an answer with these headers is a capture."""
    return header(headers, "memento-datetime") is not None


def classify(
    source: Source,
    timestamp: str,
    original: str,
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
) -> Answer:
    """Classify the answer to the request for a capture.

    Raises CutOffError, TooLargeError where the body of a capture cannot be decoded.
    """
    redirect = header(headers, "location")
    location = _archived_address(source, redirect)
    if (moment := header(headers, "memento-datetime")) is not None:
        shown = _shown_timestamp(moment)
        if shown is None or shown not in (timestamp, _repaired(timestamp)):
            return Answer(Kind.NEAREST, f"the archive shows the capture at {shown} instead", shown)
        decoded = content_encoding.decode(body, ",".join(values(headers, "content-encoding")))
        target = _target(original, redirect, location) if 300 <= status < 400 else None
        return Answer(Kind.MEMENTO, "", timestamp, status, captured_headers(headers, target), decoded, target)
    encodings = ",".join(values(headers, "content-encoding"))
    runtime_error = header(headers, "x-archive-wayback-runtime-error") or ""
    return _no_memento(status, location, runtime_error, _own_page(body, encodings))


def _own_page(body: bytes, encodings: str) -> bytes:
    """Return the start of a page of the archive's own, decoded where that is possible."""
    try:
        return content_encoding.decode(body, encodings)[:20_000]
    except (CutOffError, TooLargeError):
        return body[:20_000]


def _no_memento(status: int, location: tuple[str, str] | None, runtime_error: str, start: bytes) -> Answer:
    if status == 451 or _EXCLUDED.search(start) or _EXCLUDED.search(runtime_error.encode()):
        return Answer(Kind.EXCLUDED, "excluded from the archive")
    if status == 429:
        return Answer(Kind.THROTTLED, "the archive asks us to slow down (429)")
    if 300 <= status < 400 and location:
        return Answer(
            Kind.NEAREST, f"the archive has no such capture and points to {location[0]}", location[0]
        )
    if status == 404 and not runtime_error:
        found = "has not archived it" if _NOT_ARCHIVED.search(start) else "does not find it"
        return Answer(Kind.NOT_ARCHIVED, f"the archive {found} (404)")
    if status in FORBIDDEN:
        return Answer(Kind.FORBIDDEN, f"the archive forbids it (status {status})")
    details = f"status {status}{', ' + runtime_error[:80] if runtime_error else ''}"
    reason = f"the archive could not replay it ({details})"
    if status == 200:
        reason = "the archive answered with a page of its own instead of the capture"
    return Answer(Kind.FAULT, reason)


def captured_headers(headers: Sequence[tuple[str, str]], target: str | None) -> list[tuple[str, str]]:
    """Return the headers of a capture, given those of its replay; `target` is its Location."""
    kept = [("Content-Type", value) for value in values(headers, "content-type")[:1]]
    kept += [("Location", target)] if target else []
    for name, value in headers:
        if name.lower().startswith(_ORIG) and name.lower()[len(_ORIG) :] not in _NOT_STORED:
            kept.append((name[len(_ORIG) :], value))
    return kept


def retry_after(value: str | None) -> float | None:
    """Read a Retry-After header, in seconds from now; None where it is missing or unreadable."""
    if value is None:
        return None
    if re.fullmatch(r"\s*\d{1,6}\s*", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - times.clock())
    except (ValueError, OverflowError):
        return None


def _shown_timestamp(memento_datetime: str) -> str | None:
    try:
        return times.key(parsedate_to_datetime(memento_datetime))
    except (ValueError, OverflowError):
        return None


def _repaired(timestamp: str) -> str | None:
    moment = times.moment(timestamp)
    return times.key(moment) if moment else None


def _archived_address(source: Source, location: str | None) -> tuple[str, str] | None:
    """Split the address of a capture into timestamp and original; None for any other address."""
    if not location:
        return None
    absolute = _joined(source.replay + "/", location)
    match = re.match(rf"{re.escape(source.replay)}/(\d{{1,14}})(?:[a-z]{{2}}_)?/(.+)", absolute, re.S)
    return (match[1], match[2]) if match else None


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:  # no valid address
        return ""


def _target(original: str, location: str | None, archived: tuple[str, str] | None) -> str | None:
    """Return the web address to which a captured redirect leads; None where it is no http(s) address."""
    target = archived[1] if archived else _joined(original, location or "")
    return target if re.match(r"https?://[^/]", target, re.I) else None


def is_redirect(status: int | None) -> bool:
    """Return whether a captured status is that of a redirect. Such a capture shows no page."""
    return status is not None and 300 <= status < 400
