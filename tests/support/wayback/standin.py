"""A stand-in for the Wayback Machine on loopback, scripted by tests.

It can misbehave, and records all requests. Scripts: the index by address (`list_pages`), the replay by
timestamp and address (`replay`), captures on demand in `saving`. Answers are used one after another, the last
one repeatedly.
"""

import base64
import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from db import times
from db.store.sharing.same_digest import digest_of
from db.urlkey import urlkey
from tests.support.wayback.save_page_now import SavePageNow

EMPTY_DIGEST = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer.

    `cut` sends only so many bytes of the body and closes the connection; `reset` resets it at once.
    """

    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    cut: int | None = None
    reset: bool = False


@dataclass(eq=False)
class Seen:
    """A received request, and the status of its answer (None: the connection was closed)."""

    at: float
    path: str
    headers: dict[str, str]
    connection: int
    status: int | None = None
    method: str = "GET"
    body: str = ""

    @property
    def kind(self) -> str:
        first = self.path.split("?")[0].split("/")[1]
        return {"cdx": "cdx", "save": "save" if self.method == "POST" else "status"}.get(first, "replay")

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass
class Listing:
    """The index rows of one address, page by page; `first` are answers before any page."""

    pages: list[list[list[str | None]]]
    keys: list[str]
    first: list[Answer] = field(default_factory=list)


def row(
    timestamp: str, original: str, digest: str | None, status: str = "200", mimetype: str = "text/html"
) -> list[Any]:
    """Return a row of the index in the order of FIELDS."""
    return [urlkey(original), timestamp, original, mimetype, status, digest, "1234"]


def memento(
    timestamp: str, body: bytes, status: int = 200, *headers: tuple[str, str], content_type: str = "text/html"
) -> Answer:
    """Return a capture as the Wayback Machine replays it."""
    when = times.moment(timestamp)
    assert when is not None
    first = [("Memento-Datetime", format_datetime(when, usegmt=True)), ("Content-Type", content_type)]
    return Answer(status, (*first, ("x-archive-orig-server", "Apache/1.3"), *headers), body)


def html_page(text: str, status: int = 200, *headers: tuple[str, str]) -> Answer:
    """Return a page of the archive itself."""
    return Answer(
        status,
        (("Content-Type", "text/html"), *headers),
        f"<html><body><h1>{text}</h1></body></html>".encode(),
    )


class StandIn(ThreadingHTTPServer):
    """The stand-in, a context manager; `address` is the value for `--source`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.seen: list[Seen] = []
        self.listings: dict[str, Listing] = {}
        self.replays: dict[tuple[str, str], list[Answer]] = {}
        self.saving = SavePageNow()
        self.instead: Callable[[Seen], Answer | None] = lambda _: None  # asked first, for every request
        self.open: set[Any] = set()
        self.most_open = self.connections = 0
        self.lock = threading.Lock()
        self._stop_at: Callable[[Seen], bool] = lambda _: False
        self.reached, self._go_on = threading.Event(), threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on()
        self.down()

    def list_pages(self, url: str, *pages: list[list[str | None]], first: Sequence[Answer] = ()) -> None:
        """Set the index rows of an address.

        Resume keys have characters that must be percent-encoded once (docs/wayback.md "Resume key").
        """
        keys = [
            base64.b64encode(f"\xff{url}?{n}".encode("latin-1")).decode() + "+/%2B"
            for n in range(len(pages) - 1)
        ]
        self.listings[url] = Listing(list(pages), keys, list(first))

    def replay(self, timestamp: str, original: str, *answers: Answer) -> None:
        """Set the answers to requests for a capture."""
        self.replays[timestamp, original] = list(answers)

    def add_captures(self, url: str, *captures: tuple[str, bytes]) -> None:
        """List and replay plain captures of an address; equal bodies share a digest."""
        self.list_pages(url, [row(timestamp, url, digest_of(body)) for timestamp, body in captures])
        for timestamp, body in captures:
            self.replay(timestamp, url, memento(timestamp, body))

    def stop_at(self, which: Callable[[Seen], bool]) -> None:
        """Keep the requests that `which` chooses waiting until `go_on`; the first sets `reached`."""
        self.reached.clear()
        self._go_on.clear()
        self._stop_at = which

    def go_on(self) -> None:
        self._stop_at = lambda _: False
        self._go_on.set()

    def down(self) -> None:
        """Close open connections and refuse new ones."""
        self.shutdown()
        self.socket.close()
        with self.lock, contextlib.suppress(OSError):
            for connection in self.open:
                connection.shutdown(socket.SHUT_RDWR)

    def asked(self, kind: str, *, about: str = "") -> list[Seen]:
        """Return the requests of a kind ("cdx", "replay", "save", "status") with `about` in their path."""
        return [seen for seen in list(self.seen) if seen.kind == kind and about in unquote(seen.path)]

    def answer(self, seen: Seen) -> Answer:
        if self._stop_at(seen):
            self.reached.set()
            self._go_on.wait(60)
        answer = self.instead(seen)
        if answer:
            return answer
        if seen.kind in ("save", "status"):
            with self.lock:
                status, body = self.saving.answer(seen.method, seen.path, seen.headers, seen.body)
            return Answer(status, (("Content-Type", "application/json"),), body)
        return self._index(seen.query) if seen.kind == "cdx" else self._memento(seen.path)

    def _index(self, query: dict[str, str]) -> Answer:
        plain = (("Content-Type", "text/plain"),)
        listing = self.listings.get(query["url"])
        if listing is None:
            return Answer(200, plain, b"[]\n")
        with self.lock:
            if listing.first:
                return listing.first.pop(0) if len(listing.first) > 1 or listing.pages else listing.first[0]
        if "from" in query or "to" in query:
            first, last = query.get("from", ""), query.get("to", "")
            rows = [
                row
                for page in listing.pages
                for row in page
                if len(row) > 1 and first <= str(row[1]) and str(row[1])[: len(last)] <= last
            ]
            return Answer(200, plain, json.dumps([list(FIELDS), *rows] if rows else []).encode())
        key = query.get("resumeKey")
        if key is not None and key not in listing.keys:
            return Answer(400, plain, b"bad resume key")
        number = 0 if key is None else listing.keys.index(key) + 1
        table: list[list[str | None]] = (
            [list(FIELDS), *listing.pages[number]] if listing.pages[number] else []
        )
        if number < len(listing.keys):
            table += [[], [listing.keys[number]]]
        return Answer(200, plain, json.dumps(table).encode())

    def _memento(self, path: str) -> Answer:
        timestamp, _, original = path.removeprefix("/web/").partition("id_/")
        with self.lock:
            answers = self.replays.get((timestamp, original))
            if answers:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return html_page("The Wayback Machine has not archived that URL.", 404)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandIn

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.connections += 1
            self.number = self.server.connections
            self.server.open.add(self.connection)
            self.server.most_open = max(self.server.most_open, len(self.server.open))

    def finish(self) -> None:
        with self.server.lock:
            self.server.open.discard(self.connection)
        super().finish()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the other side is gone, as it is after a kill
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0))).decode()
        seen = Seen(time.monotonic(), self.path, headers, self.number, method=self.command, body=body)
        self.server.seen.append(seen)
        answer = self.server.answer(seen)
        if answer.reset:
            self.close_connection = True
            _reset(self.connection)
            return
        seen.status = answer.status
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut])
        if answer.cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing; `StandIn.seen` has all requests."""


def _reset(connection: socket.socket) -> None:
    """Close a connection with a reset, not with a regular end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
