"""The limits that all policytrail processes of a machine share, in a file that outlives them.

The file says when the next request may go out, until when the archive wants a pause, and until when it
refuses this machine. All moments are seconds since 1970, because no other clock is shared by processes and
survives a restart. docs/decisions/0010-shared-limits.md explains why this is not a library.
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

BLOCK_SECONDS = 3600.0  # the first block; the archive doubles it each time (docs/wayback.md "Rate limits")
LONGEST_SECONDS = 7 * 24 * 3600.0  # a Retry-After, or a moment in the file, beyond a week is a mistake
PAUSES = 5  # a 429 after so many pauses (31 minutes in all) means that the archive refuses for now
# The archive counts over five minutes. After two such periods without a 429, one doubling is taken back.
PAUSE_EASES = 600.0  # seconds
BLOCK_EASES = 24 * 3600.0  # seconds after the end of a block until one doubling is taken back
LOCKED_SECONDS = (
    10.0  # a normal access takes less than a millisecond; after this wait the other process must hang
)

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
    """What an archive currently asks of this machine: until when it wants a pause, until when it refuses.

    All are seconds since 1970; 0 for no pause or block.
    """

    now: float
    paused_until: float = 0.0
    blocked_until: float = 0.0
    reason: str = ""


class Turn(NamedTuple):
    """The answer to a request for a turn: seconds to `wait` before the next try, 0 if it is granted."""

    wait: float
    state: ThrottleState


@dataclass
class _Row:
    """The row of an archive."""

    seen: float  # the clock when the row was last written; 0 for never
    paused_until: float = 0.0
    pauses: int = 0
    blocked_until: float = 0.0
    blocks: int = 0
    reason: str = ""


def limits_file() -> Path:
    """Return the file of the limits, in the folder POLICYTRAIL_STATE or else in the user's state folder."""
    folder = os.environ.get("POLICYTRAIL_STATE")
    return (Path(folder) if folder else user_state_path("policytrail", appauthor=False)) / "limits.db"


class SharedLimits:
    """The limits of one archive, which is named by its host (`Source.host`).

    The file is created at the first write. All methods raise LimitsError where it cannot be used.
    """

    def __init__(
        self, archive: str, file: Path | None = None, clock: Callable[[], float] = times.clock
    ) -> None:
        self.archive = archive
        self._file = file or limits_file()
        self._clock = clock
        self._db: sqlite3.Connection | None = None

    def open(self) -> None:
        """Create the file, so that any problem with it shows before the first request."""
        with self._row():
            pass

    def take(self, kind: str, gap: float) -> Turn:
        """Take the turn of a request of this kind if one is due. The next is due `gap` seconds later."""
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
        """Return the current pause and block; take no turn."""
        if not self._db and not self._file.exists():
            return ThrottleState(self._clock())
        with self._row() as (_, now, row):
            return _state(now, row)

    def pause(self, retry_after: float | None, first: float) -> float | None:
        """Record a 429: all pauses for `retry_after` seconds, or for `first` seconds, doubled each time.

        Return the seconds of the pause, or None to give up. A `retry_after` below a second counts as one, and
        one above BLOCK_SECONDS is no pause. Requests that were under way when the pause began do not double
        it.
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
        """Forget the pauses so far, because the archive answered after the last one. Return False during it."""
        with self._row() as (_, now, row):
            if row.paused_until > now:
                return False
            row.pauses = 0
            return True

    def block(self, reason: str, seconds: float | None = None) -> float:
        """Record that the archive refuses this machine, for an hour, doubled each time.

        If the archive asked for more than an hour (`seconds`), that is the time. Return the seconds until the next request. Requests that were under way when the block began do not
        double it.
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
        """Lock the file; yield the connection, the clock and the archive's row; then write what changed."""
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
        """Move all moments back after the clock was set back, so that no wait becomes longer."""
        back = row.seen - now
        db.execute("update turns set next = next - ? where archive = ?", (back, self.archive))
        row.seen, row.paused_until, row.blocked_until = now, row.paused_until - back, row.blocked_until - back


def _no_wait_for_the_disk(db: sqlite3.Connection) -> None:
    """Commit without fsync: a power cut may lose the last turns, but the file stays intact.

    SQLite does not wait for a lock when it changes the mode of a file, and several processes may do that at
    once.
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
    """Return a moment of the file; 0 for one so far ahead that it must be a mistake."""
    return moment if moment <= now + LONGEST_SECONDS else 0.0


def _eased(count: int, seconds: float, every: float) -> int:
    """Return how many doublings are left after so many seconds without a pause or block."""
    return max(0, count - int(seconds / every))
