"""The headers of answers: one that is wrong costs that header, not the answer.

Archives send the headers of a captured page as `X-Archive-Orig-…`, and the names that a shop chose can be
anything. Twisted refuses an answer with a name that is no token (RFC 9110, section 5.6.2).
"""

from collections.abc import Callable
from typing import Any

from twisted.web.http_headers import InvalidHeaderName

# The most bytes of all headers of an answer. Browsers and servers allow 8 kB to 256 kB.
MOST_BYTES = 1024 * 1024
# These say how long the body is, so a wrong one costs the answer (RFC 9112, section 5.1).
_OF_THE_BODY = (b"content-length", b"transfer-encoding")

Factory = Callable[..., Any]


def tolerant(make_factory: Factory) -> Factory:
    """Return a maker of connections that leave out headers with a wrong name.

    `make_factory` is the factory class of a pool of Twisted's connections. An answer with more than
    MOST_BYTES bytes of headers fails.
    """

    def make(*arguments: Any) -> Any:
        factory = make_factory(*arguments)
        build = factory.buildProtocol
        factory.buildProtocol = lambda address: _connection(build(address))
        return factory

    return make


def _connection(protocol: Any) -> Any:
    """Let a connection use a tolerant parser for each answer, and return it."""
    send = protocol.request

    def request(sent: Any) -> Any:
        answer = send(sent)  # makes the parser of the answer
        _make_tolerant(protocol._parser)
        return answer

    protocol.request = request
    return protocol


def _make_tolerant(parser: Any) -> None:
    take_line, take_header, size = parser.lineReceived, parser.headerReceived, 0

    def line_received(line: bytes) -> None:
        nonlocal size
        size += len(line)
        if size > MOST_BYTES:
            raise ValueError(f"the headers of the answer are larger than {MOST_BYTES // 1024} kB")
        take_line(line)

    def header_received(name: bytes, value: bytes) -> None:
        try:
            take_header(name, value)
        except InvalidHeaderName:
            if name.strip().lower() in _OF_THE_BODY:
                raise

    parser.lineReceived, parser.headerReceived = line_received, header_received
