"""Save Page Now 2: make the requests, and read the answers (docs/wayback.md "Save Page Now").

The JSON of an answer decides, not its HTTP status, because errors can have the status 200. The first answer
to the request for a capture can already be an error. An answer in an unknown form is a failure with a reason,
and never raises an exception.
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

_JOB = re.compile(r"[A-Za-z0-9_.-]{1,200}")  # "spn2-" and 40 hexadecimal digits; earlier a UUID
_LONGEST_ADDRESS = 4096
_LONGEST_MESSAGE = 160  # the maximum number of characters of the web archive's message


class NextStep(Enum):
    """What to do after a failed request for a capture."""

    AGAIN = auto()  # a temporary error of the web archive: request the capture again soon
    LATER = auto()  # do not request it again in this run, but perhaps in a later run
    NEVER = auto()  # the page cannot be captured
    WAIT = auto()  # the account makes as many captures as it may at once, and this one was not started
    STOP = auto()  # the web archive accepts no more requests from this account or machine today
    UNCLEAR = auto()  # the answer does not say whether the web archive is making a capture


@dataclass(frozen=True)
class JobStarted:
    """The web archive is making a capture. `job` is the id of this job."""

    job: str


@dataclass(frozen=True)
class RecentCapture:
    """The web archive makes no capture, because it already has a recent one.

    `message` is the text of the web archive about it.
    """

    message: str


@dataclass(frozen=True)
class JobPending:
    """The web archive is still making the capture."""


@dataclass(frozen=True)
class SavedCapture:
    """A new capture.

    `timestamp` has 14 digits. `original` is the captured address, after redirects. `status` is the HTTP
    status of the page, or None if unknown.
    """

    timestamp: str
    original: str
    status: int | None


@dataclass(frozen=True)
class SaveFailure:
    """No capture was made. `reason` says why, in one line.

    If the failure is `permanent`, all other requests of this run would fail too.
    """

    reason: str
    next_step: NextStep
    permanent: bool = False


@dataclass(frozen=True)
class AccountState:
    """How many captures the account may still request: now at once, and today in all.

    None means unknown.
    """

    available: int | None
    left_today: int | None


# The error code in the field `status_ext`, without "error:", and its meaning. Save Page Now's documentation
# does not list all codes, so other codes are possible.
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


def form_data(url: str, if_older_than: int) -> dict[str, str]:
    """Return the form fields that request a capture of a page.

    The web archive makes no capture if it has one that is younger than `if_older_than` seconds. With 0, the
    web archive's own minimum age is used.
    """
    data = {"url": url, "skip_first_archive": "1"}  # skips the check whether it is the page's first capture
    if if_older_than:
        data["if_not_archived_within"] = str(if_older_than)
    return data


def job_address(save: str, job: str) -> str:
    """Return the address at which the status of a job can be read.

    `save` is the address of Save Page Now, and `job` the id of the job.
    """
    return f"{save}/status/{quote(job, safe='')}"


def read_start(status: int, body: bytes) -> JobStarted | RecentCapture | SaveFailure:
    """Read the answer to the request for a capture."""
    answer = _read(status, body)
    if isinstance(answer, SaveFailure):
        return answer
    job, message = answer.get("job_id"), _message(answer)
    if isinstance(job, str) and _JOB.fullmatch(job):
        return JobStarted(job)
    if job is None and re.search("same snapshot|already captured|captured .{0,99} ago", message):
        return RecentCapture(message)
    return SaveFailure(f"the archive named no job{': ' + message if message else ''}", NextStep.UNCLEAR)


def read_job(status: int, body: bytes) -> JobPending | SavedCapture | SaveFailure:
    """Read the answer to the request for the status of a job."""
    answer = _read(status, body)
    if isinstance(answer, SaveFailure):
        return answer
    if answer.get("status") == "pending":
        return JobPending()
    if answer.get("status") != "success":
        return SaveFailure(
            f"the archive gave the job the status {_short(answer.get('status'))}", NextStep.UNCLEAR
        )
    timestamp, original, shown = (
        answer.get("timestamp"),
        answer.get("original_url"),
        answer.get("http_status"),
    )
    if not (isinstance(timestamp, str) and times.moment(timestamp)):
        return SaveFailure(f"the archive named {_short(timestamp)} as the capture's time", NextStep.LATER)
    if not (isinstance(original, str) and _is_captured_address(original)):
        return SaveFailure(f"the archive named {_short(original)} as the captured address", NextStep.LATER)
    return SavedCapture(
        timestamp, original, shown if isinstance(shown, int) and 100 <= shown <= 599 else None
    )


def read_account(status: int, body: bytes) -> AccountState | SaveFailure:
    """Read the answer to the request for the status of the account."""
    if status == 404:
        return SaveFailure("there is no Save Page Now (404)", NextStep.UNCLEAR, permanent=True)
    answer = _read(status, body)
    if isinstance(answer, SaveFailure):
        return answer
    available, done, most = (
        _count(answer.get(n)) for n in ("available", "daily_captures", "daily_captures_limit")
    )
    return AccountState(available, None if done is None or most is None else max(0, most - done))


def _read(status: int, body: bytes) -> Mapping[str, Any] | SaveFailure:
    """Return the JSON object of an answer, or a failure for an error."""
    if status in (401, 403):
        return SaveFailure(
            f"the archive does not accept the keys in {ACCESS} and {SECRET} ({status})",
            NextStep.UNCLEAR,
            permanent=True,
        )
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict) and (answer.get("status") == "error" or "status_ext" in answer):
        return _failure(answer.get("status_ext"), _message(answer))
    if status != 200:
        return SaveFailure(f"the archive answered with the status {status}", NextStep.UNCLEAR)
    if not isinstance(answer, dict):
        return SaveFailure("the archive answered with something else than a JSON object", NextStep.UNCLEAR)
    return answer


def _failure(status_ext: object, message: str) -> SaveFailure:
    code = status_ext.removeprefix("error:") if isinstance(status_ext, str) else ""
    if code == _SESSIONS:
        return SaveFailure("all captures that the account may make at once are under way", NextStep.WAIT)
    if code == "too-many-daily-captures" and message and not re.search(r"\burl\b", message, re.I):
        return SaveFailure(
            f"the account has made all its captures of today ({message})", NextStep.STOP
        )  # without such a message, the code is about one page
    for meanings, then in (
        (_AGAIN, NextStep.AGAIN),
        (_LATER, NextStep.LATER),
        (_NEVER, NextStep.NEVER),
        (_STOP, NextStep.STOP),
    ):
        if code in meanings:
            return SaveFailure(f"{meanings[code]} [{code}]", then)
    # An unknown error may be permanent, so the request is not repeated at once.
    return SaveFailure(
        f"the archive says {_short(status_ext)}{': ' + message if message else ''}", NextStep.LATER
    )


def _message(answer: Mapping[str, Any]) -> str:
    message = answer.get("message")
    if not isinstance(message, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in message[:_LONGEST_ADDRESS]).split())[
        :_LONGEST_MESSAGE
    ]


def _short(value: object) -> str:
    return f"{value!r:.80}"


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _is_captured_address(url: str) -> bool:
    return len(url) <= _LONGEST_ADDRESS and is_web_address(url)
