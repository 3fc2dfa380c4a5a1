"""The interface through which other modules send requests. The spiders implement it."""

from collections.abc import Callable
from typing import Protocol

import scrapy
from scrapy.http import Response

from crawler.webarchive import content_encoding

INDEX_PRIORITY = 100  # above all replay requests, because only the index says which captures to request


class Fetcher(Protocol):
    """Sends requests to one web archive, at its rates and within the run's request budget.

    `refused` and `problem` say in one line why the run was stopped early. They are None while nothing has
    stopped the run.
    """

    @property
    def refused(self) -> str | None:
        """Why the web archive refuses requests, or None."""

    @property
    def problem(self) -> str | None:
        """Which local problem stopped the run, or None."""

    async def fetch(self, request: scrapy.Request, on_sent: Callable[[], object] | None = None) -> Response:
        """Send a request and return the answer.

        `on_sent` is called each time that the request is sent. This can be several times, because of retries.
        Raises the exceptions in `failures.NO_ANSWER`. One of them is IgnoreRequest, which means that the run
        ends.
        """


def index_request(address: str, *, narrows: bool = False, page_id: int | None = None) -> scrapy.Request:
    """Return the request for the address of an index query, which can be about one page.

    `narrows` means that the caller makes the query smaller after a timeout. The same query is then not sent
    again.
    """
    meta = {
        "kind": "cdx",
        "page": page_id,
        "download_slot": "cdx",
        "handle_httpstatus_all": True,
        "narrows": narrows,
    }
    return scrapy.Request(address, meta=meta, priority=INDEX_PRIORITY)


def decoded_body(response: Response) -> bytes:
    """Return the decompressed body of an answer. Raises CutOffError, TooLargeError."""
    encodings = response.headers.getlist("Content-Encoding")
    return content_encoding.decode(response.body, ",".join(value.decode("latin-1") for value in encodings))
