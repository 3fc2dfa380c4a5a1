"""The captures that wait for extraction, and the input that the extractor needs.

Home pages are never extracted.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from db.headers import header
from db.schema.portable_views import UNJUDGED_PAGE


@dataclass(frozen=True)
class ExtractionInput:
    """All values of a fetched capture that its text and verdict depend on."""

    body_id: int
    original: str
    content_type: str | None
    status: int | None
    headers: tuple[tuple[str, str], ...]


def extraction_input(db: Database, capture_id: int) -> ExtractionInput:
    """Return the extractor's input for a fetched capture.

    If the headers have no media type, the media type of the index is used.
    """
    row = db.execute(
        "select body_id, original, mimetype, status, headers from captures where id = ?", [capture_id]
    ).fetchone()
    headers = tuple((name, value) for name, value in json.loads(row[4] or "[]"))
    return ExtractionInput(row[0], row[1], content_type(headers, row[2]), row[3], headers)


def content_type(headers: Iterable[tuple[str, str]], mimetype: str | None) -> str | None:
    """Return the media type that the headers of a capture name, or else that of the index; None without."""
    listed = mimetype if mimetype and "/" in mimetype and mimetype != "warc/revisit" else None
    return header(headers, "content-type") or listed


def inputs_with_body(db: Database, capture_ids: Iterable[int]) -> dict[int, ExtractionInput]:
    """Return what captures are judged by, by id; captures without a body are left out."""
    inputs = {capture_id: extraction_input(db, capture_id) for capture_id in capture_ids}
    return {capture_id: one for capture_id, one in inputs.items() if one.body_id is not None}


def unjudged(db: Database, policy_id: int) -> list[int]:
    """Return the ids of a policy's fetched captures without a verdict, by page and time.

    In this order, bodies that are compressed against each other are read one after the other. Returns [] for
    home pages.
    """
    return _fetched(db, policy_id, f"and {UNJUDGED_PAGE} = g.id and p.kind != 'home'")


def policies_to_judge(db: Database) -> dict[int, int]:
    """Return policy id -> number of its fetched captures without a verdict. Home pages are left out."""
    rows = db.execute(
        f"""select g.policy_id, count(*) from captures c
        join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
        where {UNJUDGED_PAGE} > 0 and c.body_id is not null and p.kind != 'home'
        group by g.policy_id"""
    )
    return dict(rows.fetchall())


def fetched(db: Database, policy_id: int) -> list[int]:
    """Return the ids of all fetched captures of a policy, by page and time."""
    return _fetched(db, policy_id, "")


Judgements = dict[int, tuple[str | None, int | None]]


def judgements(db: Database, policy_id: int) -> Judgements:
    """Return capture id -> (verdict, text id), for the fetched captures of a policy."""
    rows = db.execute(
        """select c.id, c.verdict, c.text_id from captures c join pages g on g.id = c.page_id
        where c.state = 'fetched' and c.body_id is not null and g.policy_id = ?""",
        [policy_id],
    )
    return {int(row[0]): (row[1], row[2]) for row in rows}


def _fetched(db: Database, policy_id: int, condition: str) -> list[int]:
    rows = db.execute(
        f"""select c.id from captures c join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
        where c.state = 'fetched' and c.body_id is not null and p.id = ? {condition}
        order by c.page_id, c.timestamp, c.id""",
        [policy_id],
    )
    return [int(row[0]) for row in rows.fetchall()]
