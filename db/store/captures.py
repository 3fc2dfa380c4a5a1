"""Captures: the rows of a web archive's index, and their states.

listed -> fetched (the body is stored) | failed (with a reason; later runs try again, up to `MAX_ATTEMPTS`)
       -> skipped (not selected; another selection can choose it) | excluded (the web archive does not show
       it)
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from sqlite_utils import Database

from db import times
from db.store.bodies import Bodies
from db.store.retry_dates import is_due

# At most, over all runs, for one capture, as in EDGI's client (https://pypi.org/project/wayback).
MAX_ATTEMPTS = 6
CLOCK_ERROR = timedelta(days=1)  # a later timestamp than this lies in the future
STATES = ("fetched", "excluded", "failed", "listed", "skipped")  # in a merge, the first of two stays
EMPTY_DIGEST = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # of an empty body: no evidence (docs/wayback.md "Digests")
BLOCKED = "the index says that the archive does not show it"
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class IndexRow:
    """One row of a web archive's index. Values that are unknown there (`-`) are None.

    `timestamp` has 14 digits, and `original` is the captured address. `replay_key` is the
    timestamp as the web archive writes it, if that has another number of digits; else None. `blocked`: the
    index says that the archive does not show the capture.
    """

    urlkey: str
    timestamp: str
    original: str
    mimetype: str | None = None
    status: int | None = None
    digest: str | None = None
    length: int | None = None
    replay_key: str | None = None
    blocked: bool = False

    @classmethod
    def at(cls, urlkey: str, written: str, original: str) -> Self:
        """Return the row of a capture that no index listed.

        `written` is the timestamp as the archive writes it.
        """
        timestamp = times.padded(written)
        return cls(urlkey, timestamp, original, replay_key=None if written == timestamp else written)

    @property
    def archive_timestamp(self) -> str:
        """The timestamp as the archive writes it."""
        return self.replay_key or self.timestamp


@dataclass(frozen=True)
class Capture:
    """A row of the table `captures`, with the columns that are needed to fetch it."""

    id: int
    page_id: int
    archive: str
    timestamp: str
    original: str
    mimetype: str | None
    status: int | None
    digest: str | None
    state: str
    attempts: int
    length: int | None = None
    replay_key: str | None = None
    body_id: int | None = None
    reason: str | None = None
    asked_at: str | None = None

    @property
    def archive_timestamp(self) -> str:
        """The timestamp as the archive writes it, with which it replays the capture."""
        return self.replay_key or self.timestamp

    @property
    def comparable_digest(self) -> bool:
        """True if captures with the same digest show the same page.

        It is False for redirects: they can have equal bodies and different targets.
        """
        return self.digest not in (None, EMPTY_DIGEST) and not (self.status and 300 <= self.status < 400)

    @property
    def wanted(self) -> bool:
        """True if a run may still request the capture."""
        return self.state in ("listed", "skipped") or (
            self.state == "failed" and (self.attempts < MAX_ATTEMPTS or is_due(self.reason, self.asked_at))
        )


@dataclass(frozen=True)
class Replayed:
    """The content of a capture, from a web archive or an imported file.

    `at` is the moment of the request in ISO 8601, or None for an import.
    """

    archive: str
    body: bytes
    headers: Headers
    status: int | None
    at: str | None = None


_COLUMNS = """id, page_id, archive, timestamp, original, mimetype, status, nullif(digest, '-'), state,
    attempts, length, replay_key, body_id, reason, fetched_at"""


def record_rows(db: Database, page_id: int, archive: str, rows: Iterable[IndexRow]) -> int:
    """Store index rows of a page as captures, and return how many are new.

    Known captures do not change, except that a capture that is not fetched yet is assigned to `archive`,
    which is then asked anew. A row with an impossible timestamp, or one in the future, is stored as failed,
    without `captured_at`, until its timestamp lies in the past. A redirect, or Save Page Now, can lead to a
    capture before it is in an index; it has no digest then. A row of the same address and second is joined
    with it.
    Call it inside a transaction.
    """
    new = 0
    for row in rows:
        captured_at, doubt = _captured_at(row.timestamp)
        if _is_joined(db, page_id, archive, row):
            continue
        if _insert(db, page_id, archive, row, captured_at, doubt):
            new += 1
        else:
            key = [page_id, row.timestamp, row.original, row.digest or "-"]
            if captured_at:
                db.execute(
                    """update captures
                    set captured_at = ?, state = 'listed', reason = null, attempts = 0, fetched_at = null
                    where page_id = ? and timestamp = ? and original = ? and digest = ? and body_id is null
                    and state in ('failed', 'excluded') and (captured_at is null or archive != ?)""",
                    [captured_at, *key, archive],
                )
            db.execute(
                """update captures set archive = ?, replay_key = ?
                where page_id = ? and timestamp = ? and original = ? and digest = ?
                and state != 'fetched' and (archive != ? or replay_key is not ?)""",
                [archive, row.replay_key, *key, archive, row.replay_key],
            )
        _set_access(db, page_id, row)
    return new


def _set_access(db: Database, page_id: int, row: IndexRow) -> None:
    """Exclude a capture whose row is blocked; list it again when its row no longer is."""
    state, reason, before = ("excluded", BLOCKED, None) if row.blocked else ("listed", None, BLOCKED)
    db.execute(
        """update captures set state = ?, reason = ?, fetched_at = ? where page_id = ? and timestamp = ?
        and original = ? and digest = ? and body_id is null and (? is null or reason = ?)""",
        [
            *(state, reason, times.now() if row.blocked else None, page_id, row.timestamp),
            *(row.original, row.digest or "-", before, before),
        ],
    )


def _captured_at(timestamp: str) -> tuple[str | None, str | None]:
    """Return the moment of a timestamp in ISO 8601, or None and the reason why it is not believed."""
    moment = times.moment(timestamp)
    if moment is None:
        return None, "its timestamp names no moment"
    if moment > datetime.now(UTC) + CLOCK_ERROR:
        return None, "its timestamp lies in the future"
    return times.iso(moment), None


def _insert(
    db: Database, page_id: int, archive: str, row: IndexRow, captured_at: str | None, doubt: str | None
) -> bool:
    """Store an index row as a capture. Return False if it is stored already."""
    state = ("failed", doubt, MAX_ATTEMPTS) if doubt else ("listed", None, 0)
    values = [
        *(page_id, archive, row.timestamp, captured_at, row.original),
        *(row.mimetype, row.status, row.digest or "-", row.length, row.replay_key, *state),
    ]
    inserted = db.execute(
        """insert into captures (page_id, archive, timestamp, captured_at, original, mimetype, status, digest,
               length, replay_key, state, reason, attempts)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (page_id, timestamp, original, digest) do nothing""",
        values,
    )
    return bool(inserted.rowcount)


def _is_joined(db: Database, page_id: int, archive: str, row: IndexRow) -> bool:
    """Return whether a row is the same as a stored capture.

    It is the same if address and second are equal and one of them has no digest. The stored capture then gets
    the values of the row.
    """
    key = [page_id, row.timestamp, row.original]
    same = "page_id = ? and timestamp = ? and original = ?"
    if row.digest is None:
        return bool(db.execute(f"select 1 from captures where {same} and digest != '-'", key).fetchone())
    if db.execute(f"select 1 from captures where {same} and digest = ?", [*key, row.digest]).fetchone():
        return False
    # If a capture failed before it was in an index, all its attempts start again.
    joined = db.execute(
        f"""update captures set digest = ?, mimetype = coalesce(mimetype, ?), status = coalesce(status, ?),
               length = coalesce(length, ?), archive = case state when 'fetched' then archive else ? end,
               replay_key = case state when 'fetched' then replay_key else ? end,
               reason = case state when 'failed' then null else reason end,
               attempts = case state when 'failed' then 0 else attempts end,
               state = case state when 'failed' then 'listed' else state end
        where {same} and digest = '-' and captured_at is not null""",
        [row.digest, row.mimetype, row.status, row.length, archive, row.replay_key, *key],
    )
    return bool(joined.rowcount)


def of_page(db: Database, page_id: int) -> list[Capture]:
    """Return all captures of a page by time."""
    rows = db.execute(f"select {_COLUMNS} from captures where page_id = ? order by timestamp, id", [page_id])
    return [Capture(*row) for row in rows]


def get(db: Database, capture_id: int) -> Capture:
    """Return the capture with this id."""
    return Capture(*db.execute(f"select {_COLUMNS} from captures where id = ?", [capture_id]).fetchone())


def find(db: Database, page_id: int, row: IndexRow) -> Capture | None:
    """Return the capture of an index row, or None if it is not stored.

    For a row without a digest, any capture of the same address and second is returned.
    """
    found = db.execute(
        f"""select {_COLUMNS} from captures where page_id = ? and timestamp = ? and original = ?
            and digest = coalesce(?, digest) order by digest != '-', id""",
        [page_id, row.timestamp, row.original, row.digest],
    ).fetchone()
    return Capture(*found) if found else None


def text_of(db: Database, capture_id: int) -> str | None:
    """Return the SHA-256 of a capture's text.

    Returns "" for a body without words, and None if the capture has neither body nor text.
    """
    row = db.execute(
        """select coalesce(t.sha256, iif(c.body_id is null, null, ''))
        from captures c left join texts t on t.id = c.text_id where c.id = ?""",
        [capture_id],
    ).fetchone()
    return None if row[0] is None else str(row[0])


def select(db: Database, window: Iterable[Capture], skipped: Mapping[int, str]) -> None:
    """Store which captures a selection skips, and mark the others as listed.

    `skipped` is capture id -> reason. Captures of the window that are not in it become listed. Only captures
    that are listed or skipped change.
    """
    for capture in window:
        if capture.state in ("listed", "skipped"):
            reason = skipped.get(capture.id)
            state = "listed" if reason is None else "skipped"
            db.execute("update captures set state = ?, reason = ? where id = ?", [state, reason, capture.id])


def set_fetched(db: Database, bodies: Bodies, capture: Capture, replayed: Replayed) -> None:
    """Store the body and headers of a capture.

    The verdict is stored later, and an imported text is removed. If the index does not know the status (as
    for a revisit), the status of the replay is stored.
    """
    body_id = bodies.put(replayed.body, page_id=capture.page_id, timestamp=capture.timestamp)
    headers = as_json(replayed.headers)
    db.execute(
        """update captures set state = 'fetched', archive = ?, body_id = ?, headers = ?,
               status = coalesce(status, ?), fetched_at = ?, attempts = attempts + ?,
               reason = null, verdict = null, text_id = null
        where id = ?""",
        [
            *(replayed.archive, body_id, headers, replayed.status, replayed.at),
            *(replayed.at is not None, capture.id),
        ],
    )


def as_json(headers: Headers) -> str:
    """Return headers as JSON, as the table stores them."""
    return json.dumps(headers, ensure_ascii=False, separators=(",", ":"))


def set_failed(
    db: Database, capture_id: int, reason: str, *, state: str = "failed", final: bool = False
) -> None:
    """Store that a capture could not be fetched, with the reason and the moment.

    A capture that has a body keeps it. `state` can also be excluded. After a `final` failure the capture is
    not tried again. After MAX_ATTEMPTS and a rest the attempts begin again.
    """
    db.execute(
        """update captures set state = :state, reason = :reason, fetched_at = iif(:final, null, :now),
               attempts = case when :final then :most when attempts >= :most then 1 else attempts + 1 end
        where id = :id and body_id is null""",
        {
            **{"state": state, "reason": reason, "final": final, "now": times.now()},
            **{"most": MAX_ATTEMPTS, "id": capture_id},
        },
    )


def set_not_yet(db: Database, capture_id: int, reason: str) -> None:
    """Store that the web archive does not show a new capture yet. It does not count as an attempt."""
    db.execute("update captures set state = 'listed', reason = ? where id = ?", [reason, capture_id])


def exclude(db: Database, page_id: int, archive: str, reason: str) -> None:
    """Store that a web archive no longer shows a page.

    All captures of the page in this archive that are not fetched become excluded.
    """
    db.execute(
        """update captures set state = 'excluded', reason = ?, fetched_at = ?
        where page_id = ? and archive = ? and state != 'fetched'""",
        [reason, times.now(), page_id, archive],
    )


def to_probe(db: Database, archive: str, troubled: Iterable[int]) -> Capture | None:
    """Return a capture whose answer says whether the archive serves; None if there is none.

    It is one that the archive has shown, of a page that is not `troubled` (page ids) if there is one. If the
    archive has shown none, it is one of any page that is not troubled, chosen by chance: a page that always
    fails is not chosen again and again.
    """
    pages = ",".join(str(int(page_id)) for page_id in troubled)
    shown = f"""select {_COLUMNS} from captures where archive = ? and state = 'fetched' and attempts > 0
        order by page_id in ({pages}), status is not 200, fetched_at desc, id limit 1"""
    listed = f"""select {_COLUMNS} from captures
        where archive = ? and state = 'listed' and page_id not in ({pages}) order by random() limit 1"""
    for query in (shown, listed):
        if found := db.execute(query, [archive]).fetchone():
            return Capture(*found)
    return None


def whereabouts(db: Database, capture_id: int) -> dict[str, str]:
    """Return retailer, archive, timestamp and original of a capture, as a dict.

    Raises LookupError if there is no capture with this id.
    """
    cursor = db.execute(
        """select p.retailer, c.archive, c.timestamp, c.original from captures c
        join pages g on g.id = c.page_id join policies p on p.id = g.policy_id where c.id = ?""",
        [capture_id],
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(capture_id)
    return dict(zip(("retailer", "archive", "timestamp", "original"), row, strict=True))
