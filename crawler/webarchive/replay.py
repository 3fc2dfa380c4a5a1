"""Make the request for one capture, and read the answer."""

from typing import Any

import scrapy
from scrapy.http import Response

from crawler.errors import CutOffError, TooLargeError
from crawler.webarchive import memento
from crawler.webarchive.memento import Answer, Kind, is_redirect
from crawler.webarchive.sources import Source
from db.store.captures import Capture


def request(
    source: Source, capture: Capture, *, meta: dict[str, Any] | None = None, **options: Any
) -> scrapy.Request:
    """Return the request for the original bytes of a capture.

    `options` are passed to scrapy.Request.
    """
    ours = {"kind": "replay", "download_slot": "replay", "handle_httpstatus_all": True}
    return scrapy.Request(
        source.memento(capture.archive_timestamp, capture.original), meta={**ours, **(meta or {})}, **options
    )


def read(source: Source, capture: Capture, response: Response) -> Answer:
    """Classify the answer to the request for a capture.

    A body that cannot be decompressed counts as an error of the web archive (Kind.FAULT).
    """
    headers = [(k.decode("latin-1"), _text(k, v)) for k, values in response.headers.items() for v in values]
    try:
        answer = memento.classify(
            source, capture.archive_timestamp, capture.original, response.status, headers, response.body
        )
    except (CutOffError, TooLargeError) as error:
        return Answer(Kind.FAULT, str(error))
    if answer.kind is Kind.MEMENTO and is_redirect(capture.status) and not is_redirect(answer.status):
        # An archive can show another capture of the same second (docs/wayback.md "Replay answers").
        return Answer(
            Kind.NEAREST, "the archive shows another capture of that second instead", capture.timestamp
        )
    return answer


def _text(name: bytes, value: bytes) -> str:
    """Return the value of a header. Browsers read the bytes of a Location as UTF-8."""
    if name.lower().endswith(b"location"):
        try:
            return value.decode()
        except UnicodeDecodeError:
            pass
    return value.decode("latin-1")
