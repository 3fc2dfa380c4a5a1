"""Classification of answers to replay requests: a capture, another capture, a refusal or an error.

An answer is a capture only if it has the header `Memento-Datetime`, whatever its status is: an archived page
can have the status 404 or 429 (docs/wayback.md "Replay headers"). This header is therefore checked before the
status.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from urllib.parse import urljoin, urlsplit

from crawler.addresses import repaired
from crawler.errors import CutOffError, TooLargeError
from crawler.webarchive import content_encoding
from crawler.webarchive.sources import Source
from db import times
from db.headers import header, values
from db.store.sharing.same_digest import digest_of

_ORIG = "x-archive-orig-"
# Captured headers that are not stored: encodings are already undone, and some headers are only about the
# transfer. Content-Type and Location are stored from the plain headers of the answer.
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
    """The kinds of answers to a replay request."""

    MEMENTO = auto()  # the requested capture
    NEAREST = auto()  # another capture, or a redirect to another capture
    NOT_ARCHIVED = auto()  # the web archive has no capture of the address
    EXCLUDED = auto()  # the web archive does not show the page
    FORBIDDEN = auto()  # an exclusion if the archive answers for other pages, otherwise a wall
    THROTTLED = auto()  # a 429 from the web archive itself: all requests must pause
    LONG_URL = auto()  # not requested: the address is too long
    FAULT = auto()  # an error of the web archive, perhaps a temporary one


@dataclass(frozen=True)
class Answer:
    """An answer to a replay request, with its kind.

    `reason` says in a few words why the answer is not the requested capture; it is empty for a memento.
    `timestamp` is the timestamp of the capture in the answer, if there is one.

    For a memento, `status`, `headers` (pairs of name and value, in order) and `body` (decompressed bytes) are
    those of the captured page. If the captured page is a redirect, `location` is the address to which it
    leads.
    `digests` has the SHA-1 of the body as it was sent and as it is stored, as indexes write it.
    """

    kind: Kind
    reason: str = ""
    timestamp: str | None = None
    status: int | None = None
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    location: str | None = None
    digests: frozenset[str] = field(default=frozenset(), compare=False)


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
    """Classify the answer to the request for a capture, with the timestamp that the archive lists.

    To a timestamp of less than 14 digits, any moment that begins with it is the capture.

    `timestamp` and `original` identify the requested capture. The other arguments are the answer. Raises
    CutOffError or TooLargeError if the body of a capture cannot be decompressed.
    """
    redirect = header(headers, "location")
    location = _archived_address(source, redirect)
    if (moment := header(headers, "memento-datetime")) is not None:
        shown = _shown_timestamp(moment)
        if shown is None or not (shown.startswith(timestamp) or shown == _repaired(timestamp)):
            return Answer(Kind.NEAREST, f"the archive shows the capture at {shown} instead", shown)
        decoded = content_encoding.decode(body, ",".join(values(headers, "content-encoding")))
        target = _target(original, redirect, location) if 300 <= status < 400 else None
        kept = captured_headers(headers, target)
        digests = frozenset(map(digest_of, [body] if decoded is body else [body, decoded]))
        return Answer(Kind.MEMENTO, "", timestamp, status, kept, decoded, target, digests)
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
    """Return the headers of a captured page, from the headers of the replay answer.

    `target` is the value for the header Location, or None.
    """
    kept = [("Content-Type", value) for value in values(headers, "content-type")[:1]]
    kept += [("Location", target)] if target else []
    for name, value in headers:
        if name.lower().startswith(_ORIG) and name.lower()[len(_ORIG) :] not in _NOT_STORED:
            kept.append((name[len(_ORIG) :], value))
    return kept


def retry_after(value: str | None) -> float | None:
    """Return the seconds from now that a Retry-After header names.

    Return None if the header is missing or unreadable.
    """
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
    moment = times.moment(times.padded(timestamp))
    return times.key(moment) if moment else None


def _archived_address(source: Source, location: str | None) -> tuple[str, str] | None:
    """Split the replay address of a capture into its timestamp and its original address.

    Return None for any other address.
    """
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
    target = repaired((archived[1] if archived else location) or "", original)
    try:
        return target if re.match(r"https?://[^/]", target, re.I) and urlsplit(target).hostname else None
    except ValueError:  # no valid address
        return None


def is_redirect(status: int | None) -> bool:
    """Return whether the status of a capture is a redirect (300 to 399).

    Return False for None. A redirect shows no page.
    """
    return status is not None and 300 <= status < 400
