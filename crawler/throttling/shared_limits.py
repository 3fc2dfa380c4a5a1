"""The budget: what one machine may ask of an archive, in a file that all policytrail processes share and that outlives them.

It holds when the next request may go out, until when the archive wants a pause, and until when it refuses us. All moments are
seconds since 1970, for no other clock is shared by processes and survives a restart. docs/decisions/0010 says why this is a
module of our own.
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

BLOCK_SECONDS = (
    3600.0  # the firewall shuts a client out for an hour, and doubles that each time (IA staff, edgi#137)
)
LONGEST_SECONDS = (
    7 * 24 * 3600.0
)  # no wait is longer: a Retry-After, or a moment in the file, beyond a week is a mistake
PAUSES = 5  # 429 again after so many pauses (31 minutes in all): the archive refuses us for now
# The archive counts over five minutes (edgi#153): after two of its windows without a 429 one doubling is taken back.
PAUSE_EASES = 600.0  # seconds
BLOCK_EASES = 24 * 3600.0  # seconds after the end of a block until one doubling is taken back
LOCKED_SECONDS = 10.0  # a turn takes a fraction of a millisecond: whoever holds the file for so long hangs

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
    """How we stand with an archive: `now`, until when it wants a pause and until when it refuses us (0: it does not)."""

    now: float
    paused_until: float = 0.0
    blocked_until: float = 0.0
    reason: str = ""


class Turn(NamedTuple):
    """The answer to who asks for a turn: seconds to `wait` before asking again; 0 where the turn is theirs."""

    wait: float
    standing: ThrottleState


@dataclass
class _Row:
    """What the file has about an archive."""

    seen: float  # the clock when it was written last; 0: it never was
    paused_until: float = 0.0
    pauses: int = 0
    blocked_until: float = 0.0
    blocks: int = 0
    reason: str = ""


def limits_file() -> Path:
    """Where the limits are kept: in the folder that POLICYTRAIL_STATE names, else in the user's state folder."""
    folder = os.environ.get("POLICYTRAIL_STATE")
    return (Path(folder) if folder else user_state_path("policytrail", appauthor=False)) / "limits.db"


class SharedLimits:
    """One archive's row in the file, which is made when there is something to write. `archive` is a host (`Source.host`).

    All methods raise LimitsError where the file cannot be used.
    """

    def __init__(
        self, archive: str, file: Path | None = None, clock: Callable[[], float] = times.clock
    ) -> None:
        self.archive = archive
        self._file = file or limits_file()
        self._clock = clock
        self._db: sqlite3.Connection | None = None

    def open(self) -> None:
        """Make the file where there is none, so that what is wrong with it shows before anything is asked."""
        with self._row():
            pass

    def take(self, kind: str, gap: float) -> Turn:
        """Take the turn of a request of this kind, if it is due; the next one is due `gap` seconds later, for all processes."""
        with self._row() as (db, now, row):
            found = db.execute(
                "select next from turns where archive = ? and kind = ?", (self.archive, kind)
            ).fetchone()
            due = max(_credible(found[0], now) if found else 0.0, row.paused_until, row.blocked_until)
            if due <= now:
                row.seen = now
                db.execute("insert or replace into turns values (?, ?, ?)", (self.archive, kind, now + gap))
            return Turn(max(0.0, due - now), _standing(now, row))

    def standing(self) -> ThrottleState:
        """Look at the pause and the block, and take no turn."""
        if not self._db and not self._file.exists():
            return ThrottleState(self._clock())
        with self._row() as (_, now, row):
            return _standing(now, row)

    def pause(self, retry_after: float | None, first: float) -> float | None:
        """Take note of a 429: everything pauses for `retry_after` seconds, or for `first` ones and twice as long each time.

        Gives the seconds that the pause lasts, None to give up. Of what the archive asks for, at least a second is kept, and
        more than BLOCK_SECONDS is no pause. Answers to requests that were under way when the pause began do not count again.
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

    def block(self, reason: str, seconds: float | None = None) -> float:
        """Take note that the archive refuses us, for so many `seconds`, or for an hour and twice as long each time.

        Gives the seconds until it may be asked again. What was under way when it began does not count again.
        """
        with self._row() as (_, now, row):
            if row.blocked_until <= now:
                blocks = _eased(row.blocks, now - row.blocked_until, BLOCK_EASES)
                row.blocked_until = now + min(LONGEST_SECONDS, max(BLOCK_SECONDS * 2**blocks, seconds or 0))
                row.blocks, row.reason, row.seen = blocks + 1, reason, now
            return row.blocked_until - now

    def close(self) -> None:
        """Close the file."""
        if self._db:
            self._db.close()
            self._db = None

    @contextmanager
    def _row(self) -> Iterator[tuple[sqlite3.Connection, float, _Row]]:
        """Give the connection, the clock and the archive's row, which nobody else reads meanwhile; then write what changed."""
        try:
            db = self._opened()
            with db:
                db.execute("begin immediate")
                now = (
                    self._clock()
                )  # read under the lock, so that it never is behind what another process has just written
                columns = "seen, paused_until, pauses, blocked_until, blocks, reason"
                found = db.execute(
                    f"select {columns} from archives where archive = ?", (self.archive,)
                ).fetchone()
                row = _Row(*(found or (0.0,)))
                before = _Row(**vars(row))
                if row.seen > now:
                    self._set_back(db, row, now)
                row.paused_until, row.blocked_until = (
                    _credible(row.paused_until, now),
                    _credible(row.blocked_until, now),
                )
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
            db.execute(
                "pragma synchronous = off"
            )  # it takes a tenth of a second else, in which the event loop stands still
            _no_wait_for_the_disk(db)
            db.executescript(_TABLES)
            db.execute("pragma synchronous = normal")
            self._db = db
        return self._db

    def _set_back(self, db: sqlite3.Connection, row: _Row, now: float) -> None:
        """The clock was set back, by as much as the row is ahead: so are all moments, so that no wait becomes longer."""
        back = row.seen - now
        db.execute("update turns set next = next - ? where archive = ?", (back, self.archive))
        row.seen, row.paused_until, row.blocked_until = now, row.paused_until - back, row.blocked_until - back


def _no_wait_for_the_disk(db: sqlite3.Connection) -> None:
    """Commit without fsync: after a power cut the last turns may be forgotten, but the file is whole.

    SQLite does not wait for a lock when it changes the mode of a new file, which several processes may do at once.
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


def _standing(now: float, row: _Row) -> ThrottleState:
    paused, blocked = (until if until > now else 0.0 for until in (row.paused_until, row.blocked_until))
    return ThrottleState(now, paused, blocked, row.reason)


def _credible(moment: float, now: float) -> float:
    """A moment of the file; the beginning of time in place of one that nothing here can have written."""
    return moment if moment <= now + LONGEST_SECONDS else 0.0


def _eased(count: int, seconds: float, every: float) -> int:
    """How many doublings are left after so many seconds of peace."""
    return max(0, count - int(seconds / every))
