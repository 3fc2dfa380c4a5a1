"""Captures: the rows of an archive's index of a page, and their states.

listed -> fetched (its body is stored) | failed (with the reason; later runs try again, up to `MAX_ATTEMPTS`)
       -> skipped (not selected; another selection may take it) | excluded (the web archive does not show it)
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from db import times
from db.store.bodies import Bodies
from db.store.retry_dates import is_due

MAX_ATTEMPTS = (
    6  # requests for one capture over all runs, as in EDGI's client (https://pypi.org/project/wayback)
)
STATES = ("fetched", "excluded", "failed", "listed", "skipped")  # in a merge, the first of two stays
EMPTY_DIGEST = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # docs/wayback.md "Digests": it proves nothing
BLOCKED = "the index says that the archive does not show it"
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class IndexRow:
    """One row of a capture index. A value that the index does not know (`-`) is None.

    `blocked`: the index says that the archive does not show the capture.
    """

    urlkey: str
    timestamp: str
    original: str
    mimetype: str | None = None
    status: int | None = None
    digest: str | None = None
    length: int | None = None
    blocked: bool = False


@dataclass(frozen=True)
class Capture:
    """A row of table `captures`, with the columns that fetching it needs."""

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
    reason: str | None = None
    asked_at: str | None = None

    @property
    def comparable_digest(self) -> bool:
        """Whether an equal digest means an equal page.

        Not for redirects: they can have the same body and different targets.
        """
        return self.digest not in (None, EMPTY_DIGEST) and not (self.status and 300 <= self.status < 400)

    @property
    def wanted(self) -> bool:
        """Whether a run may still request the capture."""
        return self.state in ("listed", "skipped") or (
            self.state == "failed" and (self.attempts < MAX_ATTEMPTS or is_due(self.reason, self.asked_at))
        )


@dataclass(frozen=True)
class Replayed:
    """The content of a capture from an archive or a WARC file.

    `at` is the moment of the request; None for an import.
    """

    archive: str
    body: bytes
    headers: Headers
    status: int | None
    at: str | None = None


_COLUMNS = """id, page_id, archive, timestamp, original, mimetype, status, nullif(digest, '-'), state,
    attempts, length, reason, fetched_at"""


def record_rows(db: Database, page_id: int, archive: str, rows: Iterable[IndexRow]) -> int:
    """Store index rows of a page as captures; return how many are new. Known rows do not change.

    A known capture that is not fetched yet is assigned to `archive`, which lists it. A row with a timestamp
    that names no moment is stored as failed. A row is joined with a capture of the same address and second
    without a digest: no index listed that one, but a redirect led to it or Save Page Now made it. Call it
    inside a transaction.
    """
    new = 0
    for row in rows:
        if _is_joined(db, page_id, archive, row):
            continue
        if _insert(db, page_id, archive, row):
            new += 1
        else:
            db.execute(
                """update captures set archive = ?
                where page_id = ? and timestamp = ? and original = ? and digest = ?
                and state != 'fetched' and archive != ?""",
                [archive, page_id, row.timestamp, row.original, row.digest or "-", archive],
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


def _insert(db: Database, page_id: int, archive: str, row: IndexRow) -> bool:
    """Store an index row as a capture; return False if it is stored already."""
    moment = times.moment(row.timestamp)
    state = ("listed", None, 0) if moment else ("failed", "its timestamp names no moment", MAX_ATTEMPTS)
    values = [
        *(page_id, archive, row.timestamp, moment and times.iso(moment), row.original),
        *(row.mimetype, row.status, row.digest or "-", row.length, *state),
    ]
    inserted = db.execute(
        """insert into captures (page_id, archive, timestamp, captured_at, original, mimetype, status, digest,
               length, state, reason, attempts)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (page_id, timestamp, original, digest) do nothing""",
        values,
    )
    return bool(inserted.rowcount)


def _is_joined(db: Database, page_id: int, archive: str, row: IndexRow) -> bool:
    """Return whether a stored capture stands for a row, because one of the two has no digest."""
    key = [page_id, row.timestamp, row.original]
    same = "page_id = ? and timestamp = ? and original = ?"
    if row.digest is None:
        return bool(db.execute(f"select 1 from captures where {same} and digest != '-'", key).fetchone())
    if db.execute(f"select 1 from captures where {same} and digest = ?", [*key, row.digest]).fetchone():
        return False
    # A capture that failed before an index listed it gets all its attempts again.
    joined = db.execute(
        f"""update captures set digest = ?, mimetype = coalesce(mimetype, ?), status = coalesce(status, ?),
               length = coalesce(length, ?), archive = case state when 'fetched' then archive else ? end,
               reason = case state when 'failed' then null else reason end,
               attempts = case state when 'failed' then 0 else attempts end,
               state = case state when 'failed' then 'listed' else state end
        where {same} and digest = '-' and captured_at is not null""",
        [row.digest, row.mimetype, row.status, row.length, archive, *key],
    )
    return bool(joined.rowcount)


def of_page(db: Database, page_id: int) -> list[Capture]:
    """Return all captures of a page, by time."""
    rows = db.execute(f"select {_COLUMNS} from captures where page_id = ? order by timestamp, id", [page_id])
    return [Capture(*row) for row in rows]


def get(db: Database, capture_id: int) -> Capture:
    """Return the capture with this id."""
    return Capture(*db.execute(f"select {_COLUMNS} from captures where id = ?", [capture_id]).fetchone())


def find(db: Database, page_id: int, row: IndexRow) -> Capture | None:
    """Return the capture of an index row; for a row without a digest, any of that address and second.

    None: not stored.
    """
    found = db.execute(
        f"""select {_COLUMNS} from captures where page_id = ? and timestamp = ? and original = ?
            and digest = coalesce(?, digest) order by digest != '-', id""",
        [page_id, row.timestamp, row.original, row.digest],
    ).fetchone()
    return Capture(*found) if found else None


def text_of(db: Database, capture_id: int) -> str | None:
    """Return the SHA-256 of a capture's text: "" if its body has no words, None without body and text."""
    row = db.execute(
        """select coalesce(t.sha256, iif(c.body_id is null, null, ''))
        from captures c left join texts t on t.id = c.text_id where c.id = ?""",
        [capture_id],
    ).fetchone()
    return None if row[0] is None else str(row[0])


def select(db: Database, window: Iterable[Capture], skipped: Mapping[int, str]) -> None:
    """Store which captures of a window a selection skips (reasons by id), and mark the others as listed."""
    for capture in window:
        if capture.state in ("listed", "skipped"):
            reason = skipped.get(capture.id)
            state = "listed" if reason is None else "skipped"
            db.execute("update captures set state = ?, reason = ? where id = ?", [state, reason, capture.id])


def set_fetched(db: Database, bodies: Bodies, capture: Capture, replayed: Replayed) -> None:
    """Store the body and headers of a capture. Its verdict follows later; an imported text is removed.

    If the index does not know the status (a revisit), that of the replay is stored.
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
    """Return headers as the table stores them."""
    return json.dumps(headers, ensure_ascii=False, separators=(",", ":"))


def share_fetched(db: Database, capture: Capture) -> list[int]:
    """Copy the body of a fetched capture to the same-digest captures of its page; return their ids.

    Their bodies were not requested: `attempts` stays, and `fetched_at` is null.
    """
    (status,) = db.execute("select status from captures where id = ?", [capture.id]).fetchone()
    if not replace(capture, status=status).comparable_digest:  # a revisit's status is known only now
        return []
    same = db.execute(
        """update captures set state = 'fetched', reason = null, verdict = null, text_id = null,
               fetched_at = null, (body_id, headers) = (select body_id, headers from captures where id = :id),
               status = coalesce(status, (select status from captures where id = :id))
           where page_id = :page and digest = :digest and body_id is null and id != :id
               and coalesce(status, 200) / 100 != 3
           returning id""",
        {"id": capture.id, "page": capture.page_id, "digest": capture.digest},
    )
    return [int(row[0]) for row in same.fetchall()]


def set_failed(
    db: Database, capture_id: int, reason: str, *, state: str = "failed", final: bool = False
) -> None:
    """Record that a capture could not be fetched, why, and when; `state` may be excluded.

    A `final` failure is not tried again. After MAX_ATTEMPTS and a rest the attempts begin again.
    """
    db.execute(
        """update captures set state = :state, reason = :reason, fetched_at = iif(:final, null, :now),
               attempts = case when :final then :most when attempts >= :most then 1 else attempts + 1 end
        where id = :id""",
        {
            **{"state": state, "reason": reason, "final": final, "now": times.now()},
            **{"most": MAX_ATTEMPTS, "id": capture_id},
        },
    )


def set_not_yet(db: Database, capture_id: int, reason: str) -> None:
    """Record that the archive does not show a new capture yet; that does not count as an attempt."""
    db.execute("update captures set state = 'listed', reason = ? where id = ?", [reason, capture_id])


def exclude(db: Database, page_id: int, reason: str) -> None:
    """Record that the archive no longer shows a page: all captures that are not fetched become excluded."""
    db.execute(
        """update captures set state = 'excluded', reason = ?, fetched_at = ?
        where page_id = ? and state != 'fetched'""",
        [reason, times.now(), page_id],
    )


def shown_before(db: Database, archive: str, troubled: Iterable[int]) -> Capture | None:
    """Return a capture that the archive has shown, rather of a page that is not `troubled` (page ids); None for none."""
    pages = ",".join(str(int(page_id)) for page_id in troubled) or "null"
    found = db.execute(
        f"""select {_COLUMNS} from captures where archive = ? and state = 'fetched' and attempts > 0
        order by page_id in ({pages}), status is not 200, fetched_at desc, id limit 1""",
        [archive],
    ).fetchone()
    return Capture(*found) if found else None


def whereabouts(db: Database, capture_id: int) -> dict[str, str]:
    """Return retailer, archive, timestamp and original of a capture. Raises LookupError if there is none."""
    cursor = db.execute(
        """select p.retailer, c.archive, c.timestamp, c.original from captures c
        join pages g on g.id = c.page_id join policies p on p.id = g.policy_id where c.id = ?""",
        [capture_id],
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(capture_id)
    return dict(zip(("retailer", "archive", "timestamp", "original"), row, strict=True))
