"""A header with a wrong name costs that header; endless headers cost the answer."""

from typing import Any

import pytest
from twisted.internet.testing import StringTransport
from twisted.web._newclient import HTTP11ClientProtocol, Request
from twisted.web.client import _HTTP11ClientFactory
from twisted.web.http_headers import Headers

from crawler.webarchive.response_headers import MOST_BYTES, tolerant

WRONG = [b"x<script>", b"with blank", b"", b"\xff\xfe", b"a\x00b", b"a(b)", b"x-orig-caf\xc3\xa9", b"a@b"]
HINTS = b"\r\nHTTP/1.1 103 Hints\r\nLink: </x>\r\n"


def answer(raw: bytes) -> tuple[dict[bytes, list[bytes]], list[object]]:
    """Return the headers of an answer, and the failures, as a connection of the pool reads them."""
    protocol = tolerant(_HTTP11ClientFactory)(lambda _: None, "")
    connection: HTTP11ClientProtocol = protocol.buildProtocol(None)
    connection.makeConnection(StringTransport())
    headers: dict[bytes, list[bytes]] = {}
    failures: list[object] = []

    def on_answer(response: Any) -> None:
        headers.update({name.lower(): values for name, values in response.headers.getAllRawHeaders()})

    sent = connection.request(Request(b"GET", b"/", Headers({b"host": [b"x"]}), None))
    sent.addCallbacks(on_answer, failures.append)
    connection.dataReceived(raw)
    return headers, failures


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_name_costs_its_header(name: bytes) -> None:
    raw = (
        b"HTTP/1.1 200 OK\r\nMemento-Datetime: x\r\n"
        + name
        + b": 1\r\nServer: a\r\nContent-Length: 0\r\n\r\n"
    )
    assert answer(raw) == ({b"memento-datetime": [b"x"], b"server": [b"a"]}, [])


@pytest.mark.parametrize("name", [b"Content-Length ", b"Content-Length\x0b", b"Transfer-Encoding\t"])
def test_a_wrong_name_that_may_be_the_length_costs_the_answer(name: bytes) -> None:
    headers, failures = answer(b"HTTP/1.1 200 OK\r\nServer: a\r\n" + name + b": 1\r\n\r\n")
    assert (headers, len(failures)) == ({}, 1)


@pytest.mark.parametrize(
    "endless",
    [b"a: %s\r\n" % (b"b" * 1_000), b" continued" * 100 + b"\r\n", HINTS],
    ids=["long", "continued", "hints"],
)
def test_endless_headers_cost_the_answer(endless: bytes) -> None:
    raw = b"HTTP/1.1 200 OK\r\nServer: a\r\n" + endless * (2 * MOST_BYTES // len(endless)) + b"\r\n"
    headers, failures = answer(raw.replace(b"200 OK", b"103 Hints") if b"103" in endless else raw)
    assert (headers, len(failures)) == ({}, 1)


def test_many_headers_below_the_limit_are_kept() -> None:
    cookies = b"".join(b"Set-Cookie: a%d=b\r\n" % number for number in range(10_000))
    headers, failures = answer(b"HTTP/1.1 200 OK\r\n" + cookies + b"Content-Length: 0\r\n\r\n")
    assert (len(headers[b"set-cookie"]), failures) == (10_000, [])
