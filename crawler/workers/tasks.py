"""The functions that run in worker processes: extract pages, compute histories, compare texts.

They only read the archive file. The main process writes.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

import extract
from crawler.workers import limits
from db.claims.reading import PlacedClaim, read_text
from db.claims.statement import Paragraph as StatedParagraph
from db.database import read_archive
from db.errors import StoreError
from db.findings.reading import ChangeTexts, Reading, read_change
from db.headers import by_name
from db.history import judgement, text_distance, versions
from db.history.page_changes import PageChanges, StatedFacts
from db.history.text_distance import TextDistance
from db.history.trace import text_reader
from db.history.versions import Rows
from db.store.bodies import Bodies
from db.store.extraction_queue import ExtractionInput
from db.store.texts import Text, language_of, markdown_of
from extract.claims import Paragraph, Sentence, sentences
from extract.html.source_text import source_text
from extract.links import Links, links_of


def extract_text(captured: ExtractionInput, body: bytes) -> Text:
    """Extract the document of a captured page. Return it as a text with its hashes."""
    document = extract.extract_policy(
        body,
        url=captured.original,
        content_type=captured.content_type,
        status=captured.status,
        headers=by_name(captured.headers),
    )
    return Text.of(document)


class CapturedBody(NamedTuple):
    """A body that no archive file has, with what else its text depends on. The id of the body is unused."""

    captured: ExtractionInput
    body: bytes


# Capture id -> whether its wording differs from the one before; capture id -> what its text states.
ChangesOfPage = tuple[dict[int, bool], dict[int, StatedFacts]]
Extract = Callable[[ExtractionInput, bytes], Text]


_PAGE = (
    b"<html><body><h1>Privacy Policy</h1><p>We collect your name when you place an order.</p></body></html>"
)


def nothing_much() -> None:
    """Extract the smallest page. A worker that cannot do this is no evidence about any page."""
    extract.extract_policy(_PAGE, url="http://shop.example/privacy", content_type="text/html", status=200)


def texts_of(
    path: str, inputs: Sequence[ExtractionInput], seconds: float, to_text: Extract = extract_text
) -> list[Text]:
    """Return the texts of captures, in the given order. Raises StoreError.

    Each capture has `seconds` of processor time of its own.
    """
    return list(_texts_of(path, inputs, seconds, to_text))


def _texts_of(
    path: str, inputs: Sequence[ExtractionInput], seconds: float, to_text: Extract
) -> Iterator[Text]:
    with _reading(path) as (_, bodies):
        for one in inputs:
            limits.restart(seconds)
            yield to_text(one, bodies.get(one.body_id))


def texts_of_bodies(inputs: Sequence[CapturedBody], seconds: float) -> list[Text]:
    """Return the texts of bodies that no archive file has, in the given order.

    Each has `seconds` of processor time of its own.
    """
    return list(_texts_of_bodies(inputs, seconds))


def _texts_of_bodies(inputs: Sequence[CapturedBody], seconds: float) -> Iterator[Text]:
    for one in inputs:
        limits.restart(seconds)
        yield extract_text(one.captured, one.body)


def links_of_capture(path: str, captured: ExtractionInput) -> Links:
    """Return the links of a captured page. Raises StoreError."""
    with _reading(path) as (_, bodies):
        body = bodies.get(captured.body_id)
    headers = by_name(captured.headers)
    return links_of(body, url=captured.original, content_type=captured.content_type, headers=headers)


def history_of(path: str, policy_id: int) -> Rows:
    """Return the rows of a policy's history. Raises StoreError.

    All data are read from one state of the archive file.
    """
    with _reading(path) as (db, _), db.atomic():
        return versions.derived(db, policy_id, source_text)


def meanings_of(
    path: str, wanted: Sequence[ChangeTexts | int], seconds: float
) -> list[Reading | tuple[PlacedClaim, ...]]:
    """Return what changes mean, and the claims of texts, given by their ids, in the given order.

    Each has `seconds` of processor time of its own. Raises StoreError.
    """
    return list(_meanings_of(path, wanted, seconds))


def _meanings_of(
    path: str, wanted: Sequence[ChangeTexts | int], seconds: float
) -> Iterator[Reading | tuple[PlacedClaim, ...]]:
    with _reading(path) as (db, _):
        words = judgement.words_reader(text_reader(db))
        for one in wanted:
            limits.restart(seconds)
            if isinstance(one, int):
                yield read_text(markdown_of(db, one), language_of(db, one), read_claims)
            else:
                yield read_change(one, words, lambda text: language_of(db, text), read_claims)


def read_claims(paragraphs: Sequence[StatedParagraph], language: str) -> Sequence[Sentence]:
    """Return the sentences of a text with their claims.

    The last texts are kept: the new text of a change is the old one of the next.
    """
    return _claims(tuple(paragraphs), language)


@lru_cache(maxsize=4)
def _claims(paragraphs: tuple[StatedParagraph, ...], language: str) -> Sequence[Sentence]:
    return sentences([Paragraph(*one) for one in paragraphs], language)


def page_changes_of(path: str, page_id: int) -> ChangesOfPage:
    """Return which captures of a page show another wording, and what their texts state."""
    with _reading(path):
        changes = _page_changes(path)
        return changes.of_page(page_id), changes.texts(page_id)


def distances_of(
    path: str, pairs: Sequence[tuple[int | None, int | None]], seconds: float
) -> list[TextDistance]:
    """Compare pairs of texts, given by their ids; None for no text. Raises StoreError.

    Each pair has `seconds` of processor time of its own.
    """
    return list(_distances_of(path, pairs, seconds))


def _distances_of(
    path: str, pairs: Sequence[tuple[int | None, int | None]], seconds: float
) -> Iterator[TextDistance]:
    with _reading(path) as (db, _):
        for pair in pairs:
            limits.restart(seconds)
            yield text_distance.text_distance(db, *pair)


@contextmanager
def _reading(path: str) -> Iterator[tuple[Database, Bodies]]:
    try:
        yield _archive(path)
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read: {error}; see 'policytrail verify'") from None


@lru_cache(maxsize=1)
def _page_changes(path: str) -> PageChanges:
    """Return the worker's own comparisons: the next round of a crawl needs most of them again."""
    return PageChanges(_archive(path)[0], source_text)


@lru_cache(maxsize=1)
def _archive(path: str) -> tuple[Database, Bodies]:
    """Return the worker's own connection to the archive file, and its reader for bodies.

    Only that of the last file stays open: a worker of a bulk run reads many.
    """
    db = read_archive(path)
    return db, Bodies(db)
