"""Reading of captures in index order, in batches. Only one batch is in memory.

A scan remembers its position (urlkey, timestamp, id), and finds it again for the next batch. So the
connection is free between two batches, and other processes can write to the archive file meanwhile.
"""

import sqlite3
from collections import deque
from datetime import timedelta
from typing import NamedTuple

from db.web.common.holdings import CAPTURE_COLUMNS, REPLAYABLE, IndexedCapture, UrlkeyRange, page_ids
from db.web.wayback.mementos import instant

BATCH = 2_000  # rows in a batch; reading a batch takes about five milliseconds
# At most this many pages are read for one batch, because many pages can be without captures.
MAX_STEPS = 2_000
_LAST_ID = 2**63 - 1


class Position(NamedTuple):
    """A position in the index: the capture with these three values."""

    urlkey: str
    timestamp: str
    id: int


class Scan:
    """The captures of some urlkeys between two timestamps, ordered by (urlkey, timestamp, id)."""

    def __init__(
        self,
        urlkeys: UrlkeyRange,
        start: str,
        end: str,
        *,
        at: Position | None = None,
        newest_first: bool = False,
        batch: int = BATCH,
    ) -> None:
        """Prepare a scan from `start` to `end` (14 digits, both included).

        The scan begins with the position `at`, if it is given. `newest_first` reverses the whole order.
        """
        self.done = False
        self._span = urlkeys
        self._times = (start, end)
        self._reverse = newest_first
        self._batch = batch
        self._urlkey: str | None = None  # the page being read
        self._at = at
        self._edge = urlkeys.end if newest_first else urlkeys.start
        self._edge_included = not newest_first
        if at is not None and self._before(self._edge, at.urlkey):
            self._edge, self._edge_included = at.urlkey, True

    def read(self, connection: sqlite3.Connection) -> list[IndexedCapture]:
        """Return the next captures, at most one batch.

        A batch can be empty before the end. `done` is True after the last batch.
        """
        found: list[IndexedCapture] = []
        for _ in range(MAX_STEPS):
            if self._urlkey is None:
                self._urlkey = self._next_urlkey(connection)
                if self._urlkey is None:
                    self.done = True
                    break
                self._edge, self._edge_included = self._urlkey, False
            wanted = self._batch - len(found)
            captures = self._captures(connection, self._urlkey, wanted)
            found += captures
            if len(captures) == wanted:
                last = captures[-1]
                self._at = Position(last.urlkey, last.timestamp, last.id + (-1 if self._reverse else 1))
                break
            self._urlkey = None
        return found

    def _before(self, one: str, other: str) -> bool:
        return one > other if self._reverse else one < other

    def _next_urlkey(self, connection: sqlite3.Connection) -> str | None:
        pick, side = ("max", "<") if self._reverse else ("min", ">")
        equal = "=" if self._edge_included else ""
        (urlkey,) = connection.execute(
            f"select {pick}(urlkey) from pages where urlkey {side}{equal} ? and urlkey >= ? and urlkey < ?",
            [self._edge, *self._span],
        ).fetchone()
        return urlkey if urlkey is None else str(urlkey)

    def _captures(self, connection: sqlite3.Connection, urlkey: str, wanted: int) -> list[IndexedCapture]:
        start, end = self._times
        side, direction = ("<=", "desc") if self._reverse else (">=", "asc")
        at = self._at if self._at is not None and self._at.urlkey == urlkey else None
        if at is None:
            place = (end, _LAST_ID) if self._reverse else (start, 0)
        else:
            place = (at.timestamp, at.id)
            start, end = (start, min(end, at.timestamp)) if self._reverse else (max(start, at.timestamp), end)
        pages = page_ids(connection, urlkey)
        marks = ", ".join("?" * len(pages))
        rows = connection.execute(
            f"""select {CAPTURE_COLUMNS} from captures c join pages g on g.id = c.page_id
            where c.page_id in ({marks}) and c.timestamp between ? and ? and (c.timestamp, c.id) {side} (?, ?)
            and {REPLAYABLE} order by c.timestamp {direction}, c.id {direction} limit ?""",
            [*pages, start, end, *place, wanted],
        )
        return [IndexedCapture(*row) for row in rows]


class ClosestScan:
    """The captures of a page between two timestamps, the nearest to a moment first.

    If two captures are equally near, the earlier one is first.
    """

    def __init__(
        self, urlkeys: UrlkeyRange, start: str, end: str, closest: str, *, batch: int = BATCH
    ) -> None:
        """Prepare a scan. `closest` is the moment in 14 digits."""
        self.done = False
        self._aim = instant(closest)
        self._batch = batch
        earlier = Scan(urlkeys, start, min(end, closest), newest_first=True, batch=batch)
        later = Scan(urlkeys, max(start, str(int(closest) + 1).zfill(14)), end, batch=batch)
        self._sides: list[tuple[Scan, deque[IndexedCapture]]] = [(earlier, deque()), (later, deque())]

    def read(self, connection: sqlite3.Connection) -> list[IndexedCapture]:
        """Return the next captures, at most one batch. `done` is True after the last batch."""
        found: list[IndexedCapture] = []
        while len(found) < self._batch:
            side = self._nearest_side(connection)
            if side is None:
                self.done = True
                break
            found.append(side.popleft())
        return found

    def _nearest_side(self, connection: sqlite3.Connection) -> deque[IndexedCapture] | None:
        for scan, waiting in self._sides:
            while not waiting and not scan.done:
                waiting.extend(scan.read(connection))
        return min((waiting for _, waiting in self._sides if waiting), key=self._distance, default=None)

    def _distance(self, waiting: deque[IndexedCapture]) -> timedelta:
        return abs(instant(waiting[0].timestamp) - self._aim)
