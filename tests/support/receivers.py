"""Receivers of news on loopback: a webhook, and a real SMTP server with a login."""

import asyncio
import email
import email.policy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

TOKEN = "q8Zt0kenS3cret"  # part of every address, and of nothing that anybody reads


@dataclass
class Webhook:
    """A webhook that answers with `status`; with `hangs`, it answers when it is closed."""

    port: int = 0
    status: int = 200
    hangs: bool = False
    received: list[dict[str, Any]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{TOKEN}"


@contextmanager
def webhook(*, status: int = 200, hangs: bool = False) -> Iterator[Webhook]:
    hook = Webhook(status=status, hangs=hangs)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if hook.hangs:
                hook.closing.wait()
                return
            hook.received.append(json.loads(body))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield hook
        finally:
            hook.closing.set()
            server.shutdown()
            thread.join()


@dataclass
class Mailbox:
    """The mails that an SMTP server took; it wants the password `TOKEN`."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.url_with(TOKEN)

    def url_with(self, password: str) -> str:
        return f"mailto://me:{password}@127.0.0.1:{self.port}?from=me@news.example&to=you@news.example"

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box, loop, ready = Mailbox(), asyncio.new_event_loop(), threading.Event()

    def login(*data: Any) -> AuthResult:
        given = data[-1]
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password == TOKEN.encode(), handled=False)

    def serve() -> None:
        asyncio.set_event_loop(loop)
        new = lambda: SMTP(box, authenticator=login, auth_require_tls=False, loop=loop)  # noqa: E731
        server = loop.run_until_complete(loop.create_server(new, "127.0.0.1", 0))
        box.port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        server.close()
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
