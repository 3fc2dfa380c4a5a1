"""What worker processes do: read the archive, extract pages, derive histories, compare texts. They write nothing.

So the process that writes is not the one that everything waits for.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from sqlite_utils import Database

from db.database import read_archive
from db.errors import StoreError
from db.headers import by_name
from db.history import text_distance, versions
from db.history.text_distance import TextDistance
from db.history.versions import Rows
from db.store.bodies import Bodies
from db.store.extraction_queue import ExtractionInput
from db.store.texts import Text
from extract import extract_policy
from extract.html.source_text import source_text
from extract.links import Links, links_of


@dataclass(frozen=True)
class Job:
    """What the extractor needs of a capture. Equal jobs give equal texts."""

    body: bytes
    url: str
    content_type: str | None
    status: int | None
    headers: tuple[tuple[str, str], ...]


def extract_text(job: Job) -> Text:
    """Extract the document and hash what the archive will compare."""
    headers = by_name(job.headers)
    return Text.of(
        extract_policy(
            job.body, url=job.url, content_type=job.content_type, status=job.status, headers=headers
        )
    )


def texts_of(
    path: str, evidence: Sequence[ExtractionInput], extract: Callable[[Job], Text] = extract_text
) -> list[Text]:
    """Extract the texts of captures, whose bodies are read in this order. Raises StoreError."""
    with _reading(path) as (_, bodies):
        return [extract(_job(bodies, one)) for one in evidence]


def links_of_capture(path: str, evidence: ExtractionInput) -> Links:
    """The links of a capture's page. Raises StoreError."""
    with _reading(path) as (_, bodies):
        job = _job(bodies, evidence)
    headers = by_name(job.headers)
    return links_of(job.body, url=job.url, content_type=job.content_type, headers=headers)


def history_of(path: str, policy_id: int) -> Rows:
    """Derive the versions and changes of a policy, from one state of the archive. Raises StoreError."""
    with _reading(path) as (db, _), db.atomic():
        return versions.derived(db, policy_id, source_text)


def differences_of(path: str, pairs: Sequence[tuple[int | None, int | None]]) -> list[TextDistance]:
    """Compare pairs of texts by their ids. Raises StoreError."""
    with _reading(path) as (db, _):
        return [text_distance.text_distance(db, *pair) for pair in pairs]


def _job(bodies: Bodies, evidence: ExtractionInput) -> Job:
    body = bodies.get(evidence.body_id)
    return Job(body, evidence.original, evidence.content_type, evidence.status, evidence.headers)


@contextmanager
def _reading(path: str) -> Iterator[tuple[Database, Bodies]]:
    try:
        yield _archive(path)
    except KeyError as error:
        raise StoreError(f"body {error} is missing from the archive; see 'policytrail verify'") from None
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read: {error}; see 'policytrail verify'") from None


@cache
def _archive(path: str) -> tuple[Database, Bodies]:
    """The worker's own connection, and the bodies that it has read last."""
    db = read_archive(path)
    return db, Bodies(db)
