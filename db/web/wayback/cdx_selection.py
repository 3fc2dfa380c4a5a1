"""Selection of the rows of a CDX response: offset, filter, collapse, limit and resume key."""

from collections.abc import Iterable

from db.web.common.holdings import IndexedCapture
from db.web.wayback.cdx_filters import RegexTimeLimit, make_compare
from db.web.wayback.cdx_query import MAX_ROWS, CdxQuery
from db.web.wayback.cdx_rows import CdxRow, DuplicateFilter, row_of
from db.web.wayback.resume_key import ResumeKey
from db.web.wayback.scan import Position


class RowSelector:
    """Takes captures in index order, and returns the rows of the response.

    `done` is True if no more captures are needed. `resume` is then the position after which the next response
    starts. To find out if there is a next response, captures are read until one belongs to it; if there is
    none, `resume` is None.
    """

    def __init__(self, query: CdxQuery, *, limit: int = 0, skip_rows: int = 0, cap: int = MAX_ROWS) -> None:
        """Prepare a response.

        `limit` is the most rows to return (0 means all). The first `skip_rows` rows are left out. At most
        `cap` captures are read.
        """
        self.done = False
        self.passed = 0
        self.capped = False
        self.resume: ResumeKey | None = None
        self._filters = query.filters
        self._time_limit = RegexTimeLimit()
        self._after = query.resume
        self._newest_first = query.sort == "reverse"
        self._last: list[str | None] = [None] * len(query.collapses)
        if query.resume:
            self._last[:] = query.resume.collapsed
        self._is_new_run = make_compare(query.collapses, self._last)
        self._duplicates = DuplicateFilter()
        self._offset = 0 if query.resume else query.offset
        self._limit, self._skip_rows, self._cap = limit, skip_rows, cap
        self._place: ResumeKey | None = query.resume

    def take(self, captures: Iterable[IndexedCapture]) -> list[CdxRow]:
        """Return those rows of the captures that belong to the response.

        Raises BadQueryError if the filters need too much time.
        """
        taken: list[CdxRow] = []
        for capture in captures:
            row = row_of(capture)
            if not self._duplicates.add(row) or self._is_behind(capture):
                continue
            if self._offset:
                self._offset -= 1
                continue
            if self._cap == 0:
                self.done = self.capped = True
                self.resume = self._place
                break
            self._cap -= 1
            full = bool(self._limit) and self.passed - self._skip_rows >= self._limit
            if all(one.passes(row, self._time_limit) for one in self._filters) and self._is_new_run(row):
                if full:
                    self.done = True
                    self.resume = self._place
                    break
                self.passed += 1
                if self.passed > self._skip_rows:
                    taken.append(row)
            self._place = ResumeKey(
                Position(capture.urlkey, capture.timestamp, capture.id), tuple(self._last)
            )
        return taken

    def _is_behind(self, capture: IndexedCapture) -> bool:
        """Return whether an earlier response contained this capture.

        After a resume key, reading starts again at the second of the key, so some captures are read twice.
        """
        if self._after is None:
            return False
        key = self._after.position
        if (capture.urlkey, capture.timestamp) != (key.urlkey, key.timestamp):
            self._after = None
            return False
        return capture.id >= key.id if self._newest_first else capture.id <= key.id
