"""The request limits that all policytrail processes of a user share, in one file.

For each web archive the file stores three moments: when the next request may be sent, when the present pause
ends, and when the present block ends. Moments are seconds since 1970, because only this clock is the same for
all processes and continues after a restart. docs/decisions/0010-shared-limits.md explains why no library does
this.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_state_path

from crawler.errors import LimitsError
from db import times

# The first block; the web archive doubles the time with each further block (docs/wayback.md "Rate limits").
BLOCK_SECONDS = 3600.0
LONGEST_SECONDS = 7 * 24 * 3600.0  # a block, or a moment in the file, further ahead than a week is a mistake
PAUSES = 5  # after this many pauses (31 minutes in all), a further 429 counts as a refusal
# Each pause is twice as long as the one before. The web archive counts requests over five minutes. After each
# PAUSE_EASES seconds without a 429, the next pause is half as long again.
PAUSE_EASES = 600.0
BLOCK_EASES = 24 * 3600.0  # the same for blocks: seconds after the end of a block
# How long to wait for the file's lock. A normal access takes less than a millisecond, so after this time
# the process with the lock must hang.
LOCKED_SECONDS = 10.0

_TABLES = """
create table if not exists archives (
    archive text primary key,
    seen real not null,  -- the clock when this row was written last
    paused_until real not null default 0, pauses integer not null default 0,
    blocked_until real not null default 0, blocks integer not null default 0, reason text not null default ''
);
create table if not exists turns (archive text, kind text, next real not null, primary key (archive, kind));
"""


class ThrottleState(NamedTuple):
    """The present pause and block of a web archive.

    All moments are seconds since 1970. `now` is the present moment. `paused_until` and `blocked_until` are 0
    without a pause or block. `reason` says why the last block began.
    """

    now: float
    paused_until: float = 0.0
    blocked_until: float = 0.0
    reason: str = ""


class Turn(NamedTuple):
    """Whether a request may be sent now: `wait` is 0, or the seconds until the next try."""

    wait: float
    state: ThrottleState


@dataclass
class _Row:
    """The row of one web archive in the file. Moments are seconds since 1970."""

    seen: float  # the clock when the row was last written; 0 for never
    paused_until: float = 0.0
    pauses: int = 0
    blocked_until: float = 0.0
    blocks: int = 0
    reason: str = ""


def limits_file() -> Path:
    """Return the path of the file with the shared limits.

    The file `limits.db` is in the folder that the environment variable POLICYTRAIL_STATE names, or else in
    the user's state folder.
    """
    folder = os.environ.get("POLICYTRAIL_STATE")
    return (Path(folder) if folder else user_state_path("policytrail", appauthor=False)) / "limits.db"


class SharedLimits:
    """The shared limits of one web archive.

    `archive` is the host name of the web archive's index (`Source.host`). The first write creates the file.
    All methods raise LimitsError if the file cannot be read or written.
    """

    def __init__(
        self, archive: str, file: Path | None = None, clock: Callable[[], float] = times.clock
    ) -> None:
        self.archive = archive
        self._file = file or limits_file()
        self._clock = clock
        self._db: sqlite3.Connection | None = None

    def open(self) -> None:
        """Create the file, so that a problem with the file shows before the first request."""
        with self._row():
            pass

    def take(self, kind: str, gap: float) -> Turn:
        """Reserve the next request of this kind, if one may be sent now.

        Then the next request of this kind may be sent `gap` seconds later. If none may be sent now, nothing
        is reserved, and `Turn.wait` is the time until the next try.
        """
        with self._row() as (db, now, row):
            found = db.execute(
                "select next from turns where archive = ? and kind = ?", (self.archive, kind)
            ).fetchone()
            due = max(_credible(found[0], now) if found else 0.0, row.paused_until, row.blocked_until)
            if due <= now:
                row.seen = now
                db.execute("insert or replace into turns values (?, ?, ?)", (self.archive, kind, now + gap))
            return Turn(max(0.0, due - now), _state(now, row))

    def state(self) -> ThrottleState:
        """Return the present pause and block, without a reservation of a request."""
        if not self._db and not self._file.exists():
            return ThrottleState(self._clock())
        with self._row() as (_, now, row):
            return _state(now, row)

    def pause(self, retry_after: float | None, first: float) -> float | None:
        """Record a 429: no process sends a request for some time. Return this time in seconds.

        The time is `retry_after` seconds, at least 1. If `retry_after` is None, it is `first` seconds, and
        twice as long for each further pause. Return None if the run should give up: after PAUSES pauses, or
        if `retry_after` is above BLOCK_SECONDS. A 429 during a pause does not count as a further pause,
        because its request was sent before the pause.
        """
        with self._row() as (_, now, row):
            asked = None if retry_after is None else max(1.0, retry_after)
            if (asked or 0) > BLOCK_SECONDS:
                return None
            if row.paused_until > now:
                row.paused_until = max(row.paused_until, now + (asked or 0))
            else:
                pauses = _eased(row.pauses, now - row.paused_until, PAUSE_EASES)
                if pauses >= PAUSES:
                    return None
                row.paused_until = now + (first * 2**pauses if asked is None else asked)
                row.pauses = pauses + 1
            row.seen = now
            return row.paused_until - now

    def answered(self) -> bool:
        """Forget the pauses so far, because the archive answered after the last one.

        Return False during it.
        """
        with self._row() as (_, now, row):
            if row.paused_until > now:
                return False
            row.pauses = 0
            return True

    def block(self, reason: str, seconds: float | None = None) -> float:
        """Record that the web archive refuses this machine. Return the seconds until the block ends.

        A block lasts BLOCK_SECONDS, twice as long for each further block, and at least `seconds` (but never
        more than LONGEST_SECONDS). A refusal during a block does not count as a further block.
        """
        with self._row() as (_, now, row):
            if row.blocked_until <= now:
                blocks = _eased(row.blocks, now - row.blocked_until, BLOCK_EASES)
                asked = seconds if seconds and seconds > BLOCK_SECONDS else None
                row.blocked_until = now + min(LONGEST_SECONDS, asked or BLOCK_SECONDS * 2**blocks)
                row.blocks, row.reason, row.seen = blocks + 1, reason, now
            return row.blocked_until - now

    def close(self) -> None:
        """Close the file."""
        if self._db:
            self._db.close()
            self._db = None

    @contextmanager
    def _row(self) -> Iterator[tuple[sqlite3.Connection, float, _Row]]:
        """Lock the file, and yield the connection, the present moment and the web archive's row.

        Afterwards write the row, if the caller changed the row, and release the lock.
        """
        try:
            db = self._opened()
            with db:
                db.execute("begin immediate")
                now = self._clock()  # read under the lock: never earlier than what another process just wrote
                columns = "seen, paused_until, pauses, blocked_until, blocks, reason"
                found = db.execute(
                    f"select {columns} from archives where archive = ?", (self.archive,)
                ).fetchone()
                row = _Row(*(found or (0.0,)))
                before = _Row(**vars(row))
                if row.seen > now:
                    self._set_back(db, row, now)
                row.paused_until = _credible(row.paused_until, now)
                row.blocked_until = _credible(row.blocked_until, now)
                yield db, now, row
                if row != before:
                    values = (self.archive, *vars(row).values())
                    db.execute(
                        f"insert or replace into archives (archive, {columns}) values (?, ?, ?, ?, ?, ?, ?)",
                        values,
                    )
        except (sqlite3.Error, OSError) as error:
            raise LimitsError(
                f"the limits that all crawls share cannot be kept in {self._file} ({error}): "
                "delete that file if it is damaged, or name another folder in POLICYTRAIL_STATE"
            ) from error

    def _opened(self) -> sqlite3.Connection:
        if not self._db:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._file, timeout=LOCKED_SECONDS, isolation_level=None)
            # Otherwise this takes a tenth of a second, which blocks the event loop.
            db.execute("pragma synchronous = off")
            _no_wait_for_the_disk(db)
            db.executescript(_TABLES)
            db.execute("pragma synchronous = normal")
            self._db = db
        return self._db

    def _set_back(self, db: sqlite3.Connection, row: _Row, now: float) -> None:
        """Move all stored moments back after somebody set the clock back.

        Otherwise the waits would become longer by the same time.
        """
        back = row.seen - now
        db.execute("update turns set next = next - ? where archive = ?", (back, self.archive))
        row.seen, row.paused_until, row.blocked_until = now, row.paused_until - back, row.blocked_until - back


def _no_wait_for_the_disk(db: sqlite3.Connection) -> None:
    """Make commits fast: SQLite no longer waits until the data is on the disk.

    A power cut may lose the last reservations, but the file stays intact. Several processes may do this at
    once, and SQLite's own waiting for locks does not work here, so this function tries again itself.
    """
    deadline = time.monotonic() + LOCKED_SECONDS
    while True:
        try:
            db.execute("pragma journal_mode = wal")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def _state(now: float, row: _Row) -> ThrottleState:
    paused, blocked = (until if until > now else 0.0 for until in (row.paused_until, row.blocked_until))
    return ThrottleState(now, paused, blocked, row.reason)


def _credible(moment: float, now: float) -> float:
    """Return a moment from the file, or 0 for an impossible one.

    A moment is impossible if it is more than LONGEST_SECONDS after `now`.
    """
    return moment if moment <= now + LONGEST_SECONDS else 0.0


def _eased(count: int, seconds: float, every: float) -> int:
    """Return how many doublings remain after some seconds without a pause or block.

    `count` is the number of doublings at the end of the last pause or block. One doubling ends after each
    `every` seconds.
    """
    return max(0, count - int(seconds / every))
