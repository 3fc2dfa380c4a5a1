"""Save Page Now 2: what is asked of it, and what its answers mean (wayback.md section 5).

An answer is taken for what its JSON says, not for its HTTP status: errors come with 200 as well, and already as the answer to
the request for a capture. What is not of the form is a failure with its reason, never an exception.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import quote

from crawler.webarchive.credentials import ACCESS, SECRET
from db import times
from db.urlkey import is_web_address

_JOB = re.compile(r"[A-Za-z0-9_.-]{1,200}")  # "spn2-" and 40 hexadecimal digits; formerly a UUID
_LONGEST_ADDRESS = 4096
_SAID = 160  # characters of a message that are repeated


class Then(Enum):
    """What to do after a failure."""

    AGAIN = auto()  # the archive stumbled: ask for the page again soon
    LATER = auto()  # nothing of this run, but perhaps of one after it
    NEVER = auto()  # the page cannot be captured as it is
    WAIT = auto()  # all the account's sessions are taken: nothing was begun
    STOP = auto()  # the archive wants no more of this account or address today
    UNCLEAR = auto()  # the answer says nothing: a capture may be under way or not


@dataclass(frozen=True)
class Begun:
    """A capture is being made; `job` is the name to ask for."""

    job: str


@dataclass(frozen=True)
class Held:
    """No new capture is made, for there is one that is young enough; `said` is how the archive puts it."""

    said: str


@dataclass(frozen=True)
class Pending:
    """The capture is still being made."""


@dataclass(frozen=True)
class Saved:
    """A capture was made: of `original`, the address after redirects, at `timestamp` (14 digits)."""

    timestamp: str
    original: str
    status: int | None


@dataclass(frozen=True)
class Failure:
    """No capture, for a reason in one line. `wrong` means that no request of this run will ever be answered otherwise."""

    reason: str
    then: Then
    wrong: bool = False


@dataclass(frozen=True)
class Account:
    """What the account may still do: captures at once, now, and captures today; None where the archive does not say."""

    available: int | None
    left_today: int | None


# status_ext without "error:" -> what it means. The list in wayback.md is incomplete, and so is this one.
_AGAIN = {
    "bad-gateway": "the site's gateway had no answer (502)",
    "browsing-timeout": "the archive's browser took too long",
    "cannot-fetch": "the archive is overloaded",
    "capture-location-error": "the archive cannot find the capture that it made",
    "celery": "the archive could not start the capture",
    "gateway-timeout": "the site's gateway took too long (504)",
    "internal-server-error": "the archive, or the site, had an error of its own (500)",
    "invalid-server-response": "the site's answer was malformed",
    "job-failed": "the capture failed at the archive",
    "no-browsers-available": "the archive has no browser to spare",
    "no-captures": "the archive captured nothing",
    "protocol-error": "the site hung up",
    "proxy-error": "the archive's proxy failed",
    "read-timeout": "the site took too long",
    "service-unavailable": "the site does not serve now (503)",
    "soft-time-limit-exceeded": "the capture took longer than the archive allows",
}
_LATER = {
    "bandwidth-limit-exceeded": "the site has used up its traffic (509)",
    "max-daily-bandwidth-host": "the archive has taken as much from this host today as it may",
    "too-many-daily-captures": "the page was captured as often today as the archive allows",
    "too-many-requests": "the site asks the archive to slow down (429)",
}
_NEVER = {
    "bad-request": "the site does not understand the request (400)",
    "blocked": "the site blocks the archive (999)",
    "blocked-url": "the address is on the archive's block list",
    "filesize-limit": "it is larger than the archive takes",
    "invalid-host-resolution": "the host's name is unknown",
    "invalid-url-syntax": "the archive does not take it for an address",
    "method-not-allowed": "the site refuses the request (405)",
    "network-authentication-required": "the site asks for a login to its network (511)",
    "no-access": "the site refuses access (403)",
    "no-request": "the site's firewall lets no request through",
    "not-found": "the site does not have the page (404)",
    "not-implemented": "the site cannot answer such a request (501)",
    "too-many-redirects": "it redirects too often",
    "unauthorized": "the site asks for a login (401)",
}
_STOP = {
    "blocked-client-ip": "this machine's address is on a list of abused ones",
    "max-daily-bandwidth": "the account has captured as many bytes today as it may",
    "max-daily-bandwidth-from-ip": "as many bytes were captured from this address today as may be",
}
_SESSIONS = "user-session-limit"


def form(url: str, if_older_than: int) -> dict[str, str]:
    """What is posted to have a page captured, unless the archive has a capture younger than so many seconds (0: its rule)."""
    asked = {
        "url": url,
        "skip_first_archive": "1",
    }  # whether it is the page's first capture is nothing that we ask
    if if_older_than:
        asked["if_not_archived_within"] = str(if_older_than)
    return asked


def job_address(save: str, job: str) -> str:
    """Where to ask for a job."""
    return f"{save}/status/{quote(job, safe='')}"


def read_begun(status: int, body: bytes) -> Begun | Held | Failure:
    """What the archive says to the request for a capture."""
    said = _read(status, body)
    if isinstance(said, Failure):
        return said
    job, message = said.get("job_id"), _message(said)
    if isinstance(job, str) and _JOB.fullmatch(job):
        return Begun(job)
    if job is None and re.search("same snapshot|already captured|captured .* ago", message):
        return Held(message)
    return Failure(f"the archive named no job{': ' + message if message else ''}", Then.UNCLEAR)


def read_job(status: int, body: bytes) -> Pending | Saved | Failure:
    """What the archive says of a job."""
    said = _read(status, body)
    if isinstance(said, Failure):
        return said
    if said.get("status") == "pending":
        return Pending()
    if said.get("status") != "success":
        return Failure(f"the archive gave the job the status {_short(said.get('status'))}", Then.UNCLEAR)
    timestamp, original, shown = said.get("timestamp"), said.get("original_url"), said.get("http_status")
    if not (isinstance(timestamp, str) and times.moment(timestamp)):
        return Failure(f"the archive named {_short(timestamp)} as the capture's time", Then.LATER)
    if not (isinstance(original, str) and _is_captured_address(original)):
        return Failure(f"the archive named {_short(original)} as the captured address", Then.LATER)
    return Saved(timestamp, original, shown if isinstance(shown, int) and 100 <= shown <= 599 else None)


def read_account(status: int, body: bytes) -> Account | Failure:
    """What the archive says of the account."""
    if status == 404:
        return Failure("there is no Save Page Now (404)", Then.UNCLEAR, wrong=True)
    said = _read(status, body)
    if isinstance(said, Failure):
        return said
    available, done, most = (
        _count(said.get(n)) for n in ("available", "daily_captures", "daily_captures_limit")
    )
    return Account(available, None if done is None or most is None else max(0, most - done))


def _read(status: int, body: bytes) -> Mapping[str, Any] | Failure:
    """The JSON object of an answer that is no error."""
    if status in (401, 403):
        return Failure(
            f"the archive does not accept the keys in {ACCESS} and {SECRET} ({status})",
            Then.UNCLEAR,
            wrong=True,
        )
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict) and (said.get("status") == "error" or "status_ext" in said):
        return _failure(said.get("status_ext"), _message(said))
    if status != 200:
        return Failure(f"the archive answered with the status {status}", Then.UNCLEAR)
    if not isinstance(said, dict):
        return Failure("the archive answered with something else than a JSON object", Then.UNCLEAR)
    return said


def _failure(status_ext: object, message: str) -> Failure:
    code = status_ext.removeprefix("error:") if isinstance(status_ext, str) else ""
    if code == _SESSIONS:
        return Failure("all captures that the account may make at once are under way", Then.WAIT)
    if code == "too-many-daily-captures" and message and not re.search(r"\burl\b", message, re.I):
        return Failure(
            f"the account has made all its captures of today ({message})", Then.STOP
        )  # it counts pages, else
    for meanings, then in (
        (_AGAIN, Then.AGAIN),
        (_LATER, Then.LATER),
        (_NEVER, Then.NEVER),
        (_STOP, Then.STOP),
    ):
        if code in meanings:
            return Failure(f"{meanings[code]} [{code}]", then)
    # A new kind of error may be for good: asking again at once would push an archive that has just said no.
    return Failure(f"the archive says {_short(status_ext)}{': ' + message if message else ''}", Then.LATER)


def _message(said: Mapping[str, Any]) -> str:
    message = said.get("message")
    if not isinstance(message, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in message[:_LONGEST_ADDRESS]).split())[
        :_SAID
    ]


def _short(value: object) -> str:
    return f"{value!r:.80}"


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _is_captured_address(url: str) -> bool:
    return len(url) <= _LONGEST_ADDRESS and is_web_address(url)
