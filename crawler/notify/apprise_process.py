"""Send messages with Apprise, in a process of its own: `python -P apprise_process.py`.

Apprise logs addresses, and a service can hang. Here nothing is logged, and the process can be ended. It reads
one object of JSON (`urls`, and `message`, or null to check the addresses only), and writes one line of JSON
for each address: `service`, and `problem`, null if there is none. No problem has words of an address.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

from apprise import Apprise

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+]{0,15})://")
_STATUS = re.compile(r"error=([1-5][0-9]{2})\b|\(([45][0-9]{2}), b['\"]")  # of HTTP, and of SMTP
_LATE = re.compile(r"timed? ?out", re.I)
_AWAY = re.compile(r"connection|resolution|refused|resolve|unreachable", re.I)


class _Heard(logging.Handler):
    """Keeps what Apprise logs, to find out why a message was not sent. It is never shown."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text of a record."""
        self.lines.append(record.getMessage())


def main() -> None:
    """Read an order from standard input, carry it out, and report on standard output."""
    order = json.load(sys.stdin)
    for answer in answers(order["urls"], order["message"]):
        print(json.dumps(answer), flush=True)


def answers(urls: list[str], message: dict[str, Any] | None) -> Iterator[dict[str, str | None]]:
    """Check or send to each address, and yield how it went."""
    logger, heard = logging.getLogger("apprise"), _Heard()
    logger.handlers, logger.propagate = [heard], False
    logger.setLevel(logging.DEBUG)
    for url in urls:
        service = Apprise.instantiate(url, suppress_exceptions=True)
        if service is None:
            yield {"service": "", "problem": _unknown(url)}
        elif message is None:
            yield {"service": str(service.service_name), "problem": None}
        else:
            heard.lines.clear()
            sent = _send(service, message)
            yield {"service": str(service.service_name), "problem": None if sent else _why(heard.lines)}


def _send(service: Any, message: dict[str, Any]) -> bool:
    form = service.resolve_format(None)
    if form == "markdown":  # chats have dialects of it: text is better, if the address does not ask for it
        form = service.resolve_format("text")
    title = message["title"]
    room = service.body_maxlen - (0 if service.title_maxlen > 0 else len(title) + 10)
    apprise = Apprise()
    apprise.add(service)
    body = fitted(message["formats"][form.value], room)
    return bool(apprise.notify(body, title=title, body_format=form.value))


def fitted(message: dict[str, Any], room: int) -> str:
    """Return the longest form of a message that has at most `room` characters.

    If even all titles are too long, only the first ones are in it.
    """
    for level in message["levels"]:
        if len(whole := _page(message, level, len(level))) <= room:
            return whole
    shortest = message["levels"][-1]
    for shown in reversed(range(len(shortest))):
        if len(whole := _page(message, shortest, shown)) <= room:
            return whole
    return _page(message, shortest, 0)


def _page(message: dict[str, Any], level: list[str], shown: int) -> str:
    return "\n".join((*level[:shown], message["more"][shown]))


def _unknown(url: str) -> str:
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "is no address such as mailtos://…"
    return f"is none that Apprise understands (it begins with {scheme[0]})"


def _why(lines: list[str]) -> str:
    """Return why a message was not sent, in words of our own: a line of Apprise can show an address."""
    logged = "\n".join(lines)
    if status := _STATUS.search(logged):
        return f"the service answered {status[1] or status[2]}"
    if _LATE.search(logged):
        return "the service did not answer in time"
    return "the service cannot be reached" if _AWAY.search(logged) else "the service did not take it"


if __name__ == "__main__":
    main()
