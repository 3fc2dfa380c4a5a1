"""Merging of captures: what each archive file knows about them, and their bodies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from db import times
from db.merge.join_rules import UNKNOWN, KnownCapture, StoredContent, join_captures
from db.schema.ids import text_id
from db.store.bodies import Bodies, Read, find
from db.store.capture_states import write_merged
from db.store.sharing.same_digest import digest_of

_KNOWN = """c.digest, c.mimetype, c.status, c.length, c.state, c.archive, c.attempts, c.reason, c.fetched_at,
    c.headers, b.sha256, t.sha256, c.verdict, c.replay_key"""
_SELECT = f"""select c.id, c.timestamp, c.original, {_KNOWN} from captures c
    left join bodies b on b.id = c.body_id left join texts t on t.id = c.text_id where c.page_id = ?"""
_CONFLICTS = """select b.sha256, t.sha256, x.archive, x.headers, x.fetched_at from conflicts x
    left join bodies b on b.id = x.body_id left join texts t on t.id = x.text_id where x.capture_id = ?"""
_COLUMNS = [
    *("digest", "mimetype", "status", "length", "state", "archive", "attempts", "reason", "fetched_at"),
    *("headers", "verdict", "replay_key"),
]


@dataclass
class CaptureCounts:
    """How many captures of a merge are new, have a body now, got another conflict.

    `filled` counts those of `fetched` that were here without a body.
    """

    new: int = 0
    fetched: int = 0
    filled: int = 0
    conflicts: int = 0

    def add(self, other: "CaptureCounts") -> None:
        """Add the counts of another merge to this one."""
        self.new += other.new
        self.fetched += other.fetched
        self.filled += other.filled
        self.conflicts += other.conflicts


class Captures:
    """Merges the captures that `read` returns into an archive file.

    `read` runs SQL in the other file. Use it inside a transaction.
    """

    def __init__(self, db: Database, bodies: Bodies, read: Read) -> None:
        self._db, self._bodies, self._read = db, bodies, read
        self._here_conflicts, self._there_conflicts = _any_conflict(self._here), _any_conflict(read)
        self.counts = CaptureCounts()

    def take(self, there: int, here: int, done: Callable[[int], object]) -> bool:
        """Merge the captures of page `there` (in the other archive file) into page `here`.

        Both are page ids. Returns whether the history of the policy may change. `done` is called with the id
        of each capture. Raises ValueError if a body cannot be read.
        """
        touched = False
        # Captures with a digest come first, because a capture without a digest is joined with one of them.
        order = "order by c.timestamp, c.original, c.digest = '-', c.digest"
        for capture_id, timestamp, original, *values in self._read(f"{_SELECT} {order}", there):
            known = _known(values, self._conflicts(self._read, capture_id, self._there_conflicts))
            for content in (known.own, *known.others):
                if content.body:
                    self._bodies.take_over(self._read, content.body)
            touched |= self._put(here, timestamp, original, known)
            done(capture_id)
        return touched

    def find(self, page_id: int, timestamp: str, original: str, digest: str) -> int | None:
        """Return the id of a capture here, or None if it is not stored.

        The capture is also found if a merge changed its digest.
        """
        row = self._db.execute(
            """select id from captures where page_id = ? and timestamp = ? and original = ?
            order by digest != ?, digest = '-', digest limit 1""",
            [page_id, timestamp, original, digest],
        ).fetchone()
        return int(row[0]) if row else None

    def _here(self, query: str, *values: object) -> Iterable[tuple[Any, ...]]:
        return list(self._db.execute(query, values))

    def _conflicts(self, read: Read, capture_id: int, any_conflict: bool) -> frozenset[StoredContent]:
        rows = read(_CONFLICTS, capture_id) if any_conflict else ()
        return frozenset(StoredContent(*row) for row in rows)

    def _put(self, page_id: int, timestamp: str, original: str, there: KnownCapture) -> bool:
        """Insert a capture of the other archive file, or combine it with our row of the same capture.

        Returns whether the history of the policy may change.
        """
        found = self._match(page_id, timestamp, original, there)
        if found is None:
            self.counts.new += 1
            self.counts.fetched += there.body is not None
            self._write(page_id, timestamp, original, there, None)
            return bool(there.body or there.text)
        capture_id, here = found
        joined = join_captures(here, there, self._proves)
        if joined == here:
            return False
        is_filled = here.body is None and joined.body is not None
        self.counts.fetched += is_filled
        self.counts.filled += is_filled
        self.counts.conflicts += max(0, len(joined.others) - len(here.others))
        self._write(page_id, timestamp, original, joined, capture_id)
        return bool(joined.body or joined.text)

    def _match(
        self, page_id: int, timestamp: str, original: str, there: KnownCapture
    ) -> tuple[int, KnownCapture] | None:
        """Return id and facts of the same capture here, or None.

        Captures of the same address and second are the same if their digests are equal, or if one has no
        digest.
        """
        rows = list(
            self._here(f"{_SELECT} and c.timestamp = ? and c.original = ?", page_id, timestamp, original)
        )
        if not rows:
            return None
        every = [
            (int(capture_id), _known(values, self._conflicts(self._here, capture_id, self._here_conflicts)))
            for capture_id, _, _, *values in rows
        ]
        same = [(number, known) for number, known in every if known.digest == there.digest]
        if same or not times.moment(timestamp):
            return same[0] if same else None
        if there.digest != UNKNOWN:
            return next(((number, known) for number, known in every if known.digest == UNKNOWN), None)
        body = there.body
        return min(
            every,
            key=lambda found: (
                not (body and self._proves(found[1].digest, body)),
                not (body and found[1].body == body),
                found[1].digest,
            ),
        )

    def _write(
        self, page_id: int, timestamp: str, original: str, known: KnownCapture, capture_id: int | None
    ) -> None:
        """Store a capture with its conflicts. Without `capture_id`, a new row is inserted."""
        moment = times.moment(timestamp)
        columns = {name: getattr(known, name) for name in _COLUMNS}
        columns |= {"page_id": page_id, "timestamp": timestamp, "original": original}
        columns |= {"captured_at": moment and times.iso(moment)} | self._ids(known.body, known.text)
        if capture_id is not None and self._here_conflicts:
            self._db.execute("delete from conflicts where capture_id = ?", [capture_id])
        capture_id = write_merged(self._db, capture_id, columns)
        for content in sorted(known.others, key=lambda content: content.sha256 or ""):
            self._here_conflicts = True
            self._db.execute(
                """insert into conflicts (capture_id, body_id, text_id, archive, headers, fetched_at)
                values (:capture_id, :body_id, :text_id, :archive, :headers, :fetched_at)""",
                {
                    "capture_id": capture_id,
                    "archive": content.archive,
                    "headers": content.headers,
                    "fetched_at": content.fetched_at,
                    **self._ids(content.body, content.text),
                },
            )

    def _ids(self, body: str | None, text: str | None) -> dict[str, int | None]:
        return {"body_id": find(self._db, body) if body else None, "text_id": text_id(text) if text else None}

    def _proves(self, digest: str, sha256: str) -> bool:
        """Return whether a stored body has this digest (docs/wayback.md "Digests").

        `sha256` is the hash of the body. Returns False if the body is not stored here.
        """
        body_id = find(self._db, sha256)
        if body_id is None:
            return False
        return digest_of(self._bodies.get(body_id)) == digest


def _any_conflict(read: Read) -> bool:
    return bool(list(read("select 1 from conflicts limit 1")))


def _known(values: list[Any], others: frozenset[StoredContent]) -> KnownCapture:
    return replace(KnownCapture(*values), others=others) if others else KnownCapture(*values)
