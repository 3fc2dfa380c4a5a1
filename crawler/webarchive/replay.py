"""Make the request for one capture, and read the answer."""

from typing import Any

import scrapy
from scrapy.http import Response
from sqlite_utils import Database

from crawler.errors import CutOffError, TooLargeError
from crawler.webarchive import memento
from crawler.webarchive.failures import LongUrlError, in_words
from crawler.webarchive.memento import Answer, Kind
from crawler.webarchive.sources import Source
from db.store.captures import Capture
from db.store.sharing import same_digest


def request(
    source: Source, capture: Capture, *, meta: dict[str, Any] | None = None, **options: Any
) -> scrapy.Request:
    """Return the request for the original bytes of a capture.

    `options` are passed to scrapy.Request.
    """
    ours = {
        "kind": "replay",
        "page": capture.page_id,
        "download_slot": "replay",
        "handle_httpstatus_all": True,
    }
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
    return answer


def _text(name: bytes, value: bytes) -> str:
    """Return the value of a header. Browsers read the bytes of a Location as UTF-8."""
    if name.lower().endswith(b"location"):
        try:
            return value.decode()
        except UnicodeDecodeError:
            pass
    return value.decode("latin-1")


def checked(db: Database, capture: Capture, answer: Answer) -> Answer:
    """Return the answer, or NEAREST where it is another capture of the same second.

    An archive can show another one (docs/wayback.md "Replay answers"). It is another one if its status is of
    another class than the one in the index, for example 301 for 200. It is another one too if the SHA-1 of
    its body is the digest of another row of that second. A revisit has the status of its digest's other
    captures, unless the body is proven.
    """
    if answer.kind is not Kind.MEMENTO:
        return answer
    shown = None
    listed = same_digest.listed_status(db, capture.id)
    is_proven = capture.digest in answer.digests
    is_guess = capture.status is None or capture.mimetype == "warc/revisit"
    if not same_digest.statuses_agree(listed, answer.status) and not (is_guess and is_proven):
        shown = f"status {answer.status}"
    elif digest := same_digest.other_of_second(db, capture.id, answer.digests):
        shown = f"digest {digest}"
    if shown is None:
        return answer
    return Answer(Kind.NEAREST, f"{same_digest.OTHER_CAPTURE}: {shown}", capture.timestamp)


def no_answer(error: BaseException) -> Answer:
    """Return what stands for an answer where a request had none. `error` is one of `failures.NO_ANSWER`."""
    kind = Kind.LONG_URL if isinstance(error, LongUrlError) else Kind.FAULT
    return Answer(kind, f"no answer: {in_words(error)}")
