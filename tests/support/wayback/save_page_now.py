"""Save Page Now 2 in the stand-in: accounts, jobs and their results.

Source: docs/wayback.md "Save Page Now".
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from db import times

ACCESS, SECRET = "AcCeSsKeY1234567", "sEcReTkEy7654321"  # in the form of the Internet Archive's keys
KEYS = {"IA_ACCESS_KEY": ACCESS, "IA_SECRET_KEY": SECRET}
PENDING: dict[str, Any] = {"status": "pending", "resources": []}
Reply = tuple[int, bytes]  # the HTTP status and the body


def success(timestamp: str, original: object, **more: object) -> dict[str, object]:
    """Return the status of a job that succeeded."""
    return {
        "status": "success",
        "timestamp": timestamp,
        "original_url": original,
        "http_status": 200,
        "duration_sec": 33.1,
        **more,
    }


def error(code: str, message: str = "") -> dict[str, object]:
    """Return the status of a job or request that failed.

    The HTTP status is 200, as that of the real service.
    """
    return {"status": "error", "status_ext": f"error:{code}", "message": message, "exception": "[Errno 1]"}


@dataclass
class Job:
    """A requested capture: the answers to queries of its status, the last one repeated."""

    url: str
    answers: list[Any]


@dataclass
class SavePageNow:
    """The service, with `then` to script the results of requests for an address.

    Results are used one after another, the last one repeatedly. A list has the answers to queries of the
    job's status; a dict or bytes are the answer to the request itself. An address without a script is
    captured at once, after one status "pending".
    """

    account: dict[str, object] = field(
        default_factory=lambda: {
            "processing": 0,
            "available": 3,
            "daily_captures": 12,
            "daily_captures_limit": 30000,
        }
    )
    script: dict[str, list[Any]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)  # the forms that were posted, in order

    def then(self, url: str, *outcomes: Any) -> None:
        self.script[url] = list(outcomes)

    def answer(self, method: str, path: str, headers: dict[str, str], body: str) -> Reply:
        if headers.get("authorization") != f"LOW {ACCESS}:{SECRET}":
            return 401, json.dumps({"message": "You need to be logged in to use Save Page Now."}).encode()
        assert headers["accept"] == "application/json"  # without it, the real one answers with a page
        if method == "POST" and path == "/save":
            assert headers["content-type"] == "application/x-www-form-urlencoded"
            return _json(self._begin({name: values[0] for name, values in parse_qs(body).items()}))
        name = urlsplit(path).path.removeprefix("/save/status/")
        if method == "GET" and name == "user":
            return _json(self.account)
        job = self.jobs.get(name)
        if job is None:
            return 404, json.dumps({"message": "no such job"}).encode()
        return _json(job.answers.pop(0) if len(job.answers) > 1 else job.answers[0])

    def _begin(self, form: dict[str, str]) -> Any:
        url = form["url"]
        self.asked.append(form)
        outcomes = self.script.get(url) or [[PENDING, success(times.key(times.after(0)), url)]]
        outcome = outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]
        if not isinstance(outcome, list):
            return outcome
        name = "spn2-" + hashlib.sha1(url.encode()).hexdigest()  # one address, one name: measured in 2026
        self.jobs[name] = Job(url, list(outcome))
        return {"url": url, "job_id": name}


def _json(value: Any) -> Reply:
    return 200, value if isinstance(value, bytes) else json.dumps(value).encode()
