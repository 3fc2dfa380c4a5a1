"""The Save Page Now 2 of the stand-in: accounts, jobs, and what becomes of them (wayback.md section 5)."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from db import times

ACCESS, SECRET = "AcCeSsKeY1234567", "sEcReTkEy7654321"  # in the form that the Internet Archive gives
KEYS = {"IA_ACCESS_KEY": ACCESS, "IA_SECRET_KEY": SECRET}
PENDING: dict[str, Any] = {"status": "pending", "resources": []}
Said = tuple[int, bytes]


def success(timestamp: str, original: object, **more: object) -> dict[str, object]:
    """How a job ends well."""
    return {
        "status": "success",
        "timestamp": timestamp,
        "original_url": original,
        "http_status": 200,
        "duration_sec": 33.1,
        **more,
    }


def error(code: str, message: str = "") -> dict[str, object]:
    """How a job, or a request for a capture, ends badly; with HTTP 200, as the real one."""
    return {"status": "error", "status_ext": f"error:{code}", "message": message, "exception": "[Errno 1]"}


@dataclass
class Job:
    """A capture that was asked for: the answers to the looks at it, the last one again and again."""

    url: str
    answers: list[Any]


@dataclass
class SavePageNow:
    """`then` says what becomes of the requests for an address, one after the other and the last one again and again.

    Each is the list of what looks at the job see, or a dict or bytes that the request itself is answered with. An address of
    which nothing is said is captured at once, after one look that sees it pending.
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

    def answer(self, method: str, path: str, headers: dict[str, str], body: str) -> Said:
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


def _json(said: Any) -> Said:
    return 200, said if isinstance(said, bytes) else json.dumps(said).encode()
