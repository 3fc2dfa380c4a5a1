"""Checks of facts: the columns of a row match each other, and a capture's state matches its content."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlite_utils import Database

from db import times
from db.store.texts import is_sound
from db.urlkey import urlkey
from db.verify import damaged_reader
from db.verify.faults import Faults, Problem, captures_of_text, the_capture

# The reason that a repair stores for a capture, until it is fetched again.
AGAIN = "its body was damaged: it is to be fetched again"
_MOMENTS = {
    "pages": ("listed_at",),
    "captures": ("fetched_at",),
    "crawls": ("started_at", "finished_at"),
    "saves": ("asked_at",),
    "coverage": ("whole_at",),
    "clues": ("noted_at",),
    "conflicts": ("fetched_at",),
    "searches": ("asked_at",),
    "known_changes": ("last_old", "first_new", "known_at"),
    "retailer_attributes": ("noted_at",),
}
_CAPTURE = "timestamp, captured_at, state, verdict, headers, body_id, text_id, reason, replay_key"


def check(db: Database, faults: Faults) -> None:
    """Check all readable rows of facts, and add problems to `faults`."""
    for rowid, url, key in damaged_reader.rows(db, "pages", "url, urlkey"):
        faults.checked["pages"] += 1
        if key != urlkey(str(url)):
            faults.add(Problem("facts", "pages", rowid, f"its urlkey is not that of {str(url)[:200]}"))
    for row in damaged_reader.rows(db, "captures", _CAPTURE):
        faults.checked["captures"] += 1
        for what in _of_capture(*row[1:]):
            faults.bad_captures.add(row[0])
            faults.add(Problem("facts", "captures", row[0], what, the_capture(db, row[0])))
    for table, columns in _MOMENTS.items():
        for rowid, *moments in damaged_reader.rows(db, table, ", ".join(columns)):
            for column, moment in zip(columns, moments, strict=True):
                if not is_moment(moment):
                    faults.add(Problem("facts", table, rowid, f"{column} is no moment"))


def texts(db: Database, faults: Faults, only: Collection[int] | None = None) -> None:
    """Check that texts match their hashes. With `only` (ids), check only these texts."""
    for rowid, sha256, markdown, wording in damaged_reader.rows(db, "texts", "sha256, markdown, wording"):
        if only is not None and rowid not in only:
            faults.left_out["texts"] += 1
            continue
        faults.checked["texts"] += 1
        if not is_sound(rowid, sha256, markdown, wording):
            faults.bad_texts.add(rowid)
            captures = captures_of_text(db, rowid)
            faults.add(Problem("texts", "texts", rowid, "is not the text of its hash", captures))


def _of_capture(  # noqa: PLR0913, PLR0917 - one argument a column
    timestamp: Any,
    captured_at: Any,
    state: Any,
    verdict: Any,
    headers: Any,
    body_id: Any,
    text_id: Any,
    reason: Any,
    replay_key: Any,
) -> Iterator[str]:
    moment = times.moment(str(timestamp))
    if captured_at != (moment and times.iso(moment)):
        yield f"captured_at {captured_at} is not its timestamp {timestamp}"
    if replay_key is not None and not times.is_replay_key(str(replay_key), str(timestamp)):
        yield f"replay_key {replay_key} does not stand for its timestamp {timestamp}"
    if (state == "fetched") != (body_id is not None):
        yield f"it counts as {state}, but has {'no' if body_id is None else 'a'} body"
    elif body_id is None and (text_id is None) != (verdict is None):  # an imported text has both
        yield "it has no body, but a text without a verdict, or a verdict without a text"
    if state == "listed" and reason == AGAIN:
        yield AGAIN
    if body_id is not None and not are_headers(headers):
        yield "its headers are no list of names and values"


def are_headers(headers: Any) -> bool:
    """Return whether a value is the JSON of a capture's headers: a list of pairs of text."""
    try:
        found = json.loads(headers)
    except (TypeError, ValueError, RecursionError):
        return False
    return isinstance(found, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in found
    )


def is_moment(moment: Any) -> bool:
    """Return whether a value is None, or a moment as the tables store it (`2014-05-30T13:02:40Z`)."""
    if moment is None:
        return True
    try:
        return isinstance(moment, str) and moment.endswith("Z") and bool(times.seconds(moment))
    except (ValueError, OverflowError):
        return False
