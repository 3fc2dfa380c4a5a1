"""What modules below the spiders need to send requests: one narrow protocol, and the request to an index."""

from collections.abc import Callable
from typing import Protocol

import scrapy
from scrapy.http import Response

from crawler.webarchive import content_encoding

INDEX_PRIORITY = 100  # above all replay requests, which depend on the captures that the index lists


class Fetcher(Protocol):
    """Sends requests to one archive, at its pace and within the budget of the run. The spiders implement it.

    `refused` and `problem` are one line each, and say what stopped the run early; None while nothing did.
    """

    @property
    def refused(self) -> str | None:
        """The archive refuses this client."""

    @property
    def problem(self) -> str | None:
        """Something on this side failed."""

    async def fetch(self, request: scrapy.Request, on_sent: Callable[[], object] | None = None) -> Response:
        """Send a request and return the answer.

        `on_sent` is called each time that the request goes out: retries are requests too. Raises what Scrapy
        would pass to an errback (see `failures.NO_ANSWER`), among it IgnoreRequest where the run ends.
        """


def index_request(address: str, *, narrows: bool = False) -> scrapy.Request:
    """Return the request for a page of the index.

    With `narrows`, a query that takes too long is not retried.
    """
    meta = {"kind": "cdx", "download_slot": "cdx", "handle_httpstatus_all": True, "narrows": narrows}
    return scrapy.Request(address, meta=meta, priority=INDEX_PRIORITY)


def decoded_body(response: Response) -> bytes:
    """Return the body of an answer without its content encoding. Raises CutOffError, TooLargeError."""
    encodings = response.headers.getlist("Content-Encoding")
    return content_encoding.decode(response.body, ",".join(value.decode("latin-1") for value in encodings))
