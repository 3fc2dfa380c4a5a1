"""Send news to the notifiers of a user, each in a process with a time limit."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import NotifierError
from crawler.notify.definitions import VARIABLE, Notifier
from db.errors import MissingExtraError

SECONDS = 60.0  # for all addresses of a notifier
_PROGRAM = Path(__file__).with_name("apprise_process.py")
_NO_ANSWER = "the service did not answer in time"


@dataclass(frozen=True)
class Sent:
    """How the news went to one receiver. `problem` is None if they arrived; it has no words of an address.

    `to` is the name of a notifier, or `on-change`. `changes` is the number of changes.
    """

    to: str
    changes: int
    problem: str | None = None

    @property
    def is_sent(self) -> bool:
        """Whether the receiver has the news. Without changes, nothing is sent."""
        return self.problem is None and self.changes > 0


def check(notifiers: Iterable[Notifier]) -> None:
    """Check that Apprise is installed and understands all addresses. Nothing is sent.

    Raises MissingExtraError, NotifierError.
    """
    for notifier in notifiers:
        if importlib.util.find_spec("apprise") is None:
            raise MissingExtraError("--notify needs Apprise", "notify")
        for number, problem in _problems(notifier, None):
            raise NotifierError(f"[notify.{notifier.name}]: address {number} {problem}")


def send(notifier: Notifier, message: dict[str, Any], changes: int) -> Sent:
    """Send a message (`messages.message`) about a number of changes to all addresses of a notifier."""
    problems = list(_problems(notifier, message))
    if not problems:
        return Sent(notifier.name, changes)
    number, problem = problems[0]
    where = f"address {number}: " if len(notifier.urls) > 1 else ""
    return Sent(notifier.name, changes, f"{where}{problem}")


def _problems(notifier: Notifier, message: dict[str, Any] | None) -> list[tuple[int, str]]:
    """Return the number of each address with a problem, and the problem."""
    order = json.dumps({"urls": notifier.urls, "message": message})
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    try:
        out = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-P", str(_PROGRAM)],
            input=order.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback can show an address
            env=environment,
            timeout=SECONDS,
            check=False,
        ).stdout
        missing = "Apprise failed"
    except subprocess.TimeoutExpired as error:
        out, missing = error.stdout or b"", _NO_ANSWER
    answers = [json.loads(line) for line in out.splitlines()]
    found = [(number, answer["problem"]) for number, answer in enumerate(answers, 1) if answer["problem"]]
    found += [(number, missing) for number in range(len(answers) + 1, len(notifier.urls) + 1)]
    return [
        (number, f"({answers[number - 1]['service']}) {problem}")
        if number <= len(answers) and answers[number - 1]["service"]
        else (number, problem)
        for number, problem in found
    ]
