"""Index queries for an overview: all addresses of a host, or the months with captures.

Such a survey does not list every capture. This module makes the queries and reads the answers, but sends
nothing. If the index times out, the query is split into shorter time ranges. If it times out for a single
year, the subdomains are left out. docs/wayback.md "Index parameters" describes the parameters.
"""

import json
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, Self
from urllib.parse import urlencode

from crawler.errors import CdxError
from crawler.webarchive.cdx import PYWB_FIELDS, CdxPage, RowCount
from crawler.webarchive.cdx_rows import FIELDS
from crawler.webarchive.cdx_snapshots import check_query
from crawler.webarchive.sources import Source
from db import times
from db.store.captures import IndexRow

Match = Literal["exact", "host", "domain"]
NO_ERRORS = "!statuscode:[45].."  # a filter that leaves out captures of errors
ROWS = 5_000  # the maximum number of rows in one answer
MAX_REQUESTS = 12  # requests of one survey in one run; `missing` describes what remains
MAX_TIMEOUTS = 6  # after this many timeouts in a row, give up: further queries would time out too
PARTS = 4  # a window is split into four parts, because halves of it would often time out too
FIRST_YEAR = 1996  # the year of the Wayback Machine's oldest captures


@dataclass(frozen=True)
class SurveyWindow:
    """One part of a survey: the years from `first` to `last`, both included.

    None means that this end is open. `match` says for what: one address, one host, or a host with its
    subdomains ("domain").
    """

    first: str | None
    last: str | None
    match: Match

    def __str__(self) -> str:
        has_limit = self.first or self.last
        years = f"{self.first or 'the first'} to {self.last or 'the last'}" if has_limit else "all years"
        return years + (" of its subdomains" if self.match == "domain" else "")


@dataclass
class Survey:
    """An overview of the index rows that match a query: one row for each value of a field.

    `collapse` names the field: `urlkey`, or `timestamp:6` for one row a month. Request `address` and pass the
    answer to `take`. If the index timed out, call `narrow` instead. Repeat until `address` is None.

    - `filters`: in the syntax of the Wayback Machine, such as `!statuscode:[45]..`.
    - `windows`: the parts that still need an answer.
    - `failed`: the parts that timed out and could not be split.
    - `key`: the resume key for the first window, or None.
    - `requests`: how many queries this run has sent.
    - `timeouts`: how many of the last queries in a row timed out.
    - `limit`: the maximum number of rows in one answer.
    - `count`: the rows of this run.
    """

    source: Source
    url: str
    collapse: str
    filters: tuple[str, ...] = ()
    windows: list[SurveyWindow] = field(default_factory=list)
    failed: list[SurveyWindow] = field(default_factory=list)
    key: str | None = None
    requests: int = 0
    timeouts: int = 0
    limit: int = ROWS
    count: RowCount = field(default_factory=RowCount)
    _keys: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        source: Source,
        url: str,
        match: Match,
        collapse: str,
        filters: tuple[str, ...] = (),
        *,
        limit: int = ROWS,
    ) -> Self:
        """Return a survey of all years. `limit` is the maximum number of rows in one answer."""
        return cls(source, url, collapse, filters, [SurveyWindow(None, None, match)], limit=limit)

    @property
    def address(self) -> str | None:
        """The address of the next query, or None if the survey is over.

        It is over in this run if all parts have an answer, or MAX_REQUESTS queries were sent.
        """
        if not self.windows or self.requests >= MAX_REQUESTS:
            return None
        window = self.windows[0]
        query: list[tuple[str, Any]] = [
            ("url", self.url),
            ("matchType", window.match),
            ("output", "json"),
            ("limit", self.limit),
        ]
        query += [("from", window.first)] if window.first else []
        query += [("to", window.last)] if window.last else []
        if self.source.dialect == "wayback":
            query += [("filter", expression) for expression in self.filters]
            query += [("collapse", self.collapse), ("showResumeKey", "true"), ("fl", ",".join(FIELDS))]
            query += [("resumeKey", self.key)] if self.key else []
            check_query(query)
        else:
            query += [("filter", _pywb(expression)) for expression in self.filters]
        return f"{self.source.cdx}?{urlencode(query)}"

    def take(self, status: int, body: bytes) -> list[IndexRow]:
        """Read the answer to the query of `address`, and return the rows with new values.

        Raises ExcludedError, CdxError.
        """
        page = self.count.parse(status, body)
        self.requests, self.timeouts = self.requests + 1, 0
        if self.source.dialect == "wayback":
            self._next_page(page)
        elif page.size < self.limit:
            self.windows.pop(0)
        else:
            self._split()  # pywb has no resume key
        return self._new(page.rows)

    def narrow(self) -> None:
        """Split the present window into smaller parts, because the index timed out.

        After MAX_TIMEOUTS timeouts in a row, give up all remaining windows.
        """
        self.requests, self.timeouts = self.requests + 1, self.timeouts + 1
        if self.timeouts < MAX_TIMEOUTS:
            self._split()
        else:
            self.failed, self.windows, self.key = [*self.failed, *self.windows], [], None

    @property
    def missing(self) -> str:
        """A description of the parts without an answer, such as `2001 to 2004`; empty if none."""
        return "; ".join(map(str, [*self.failed, *self.windows]))

    @property
    def cursor(self) -> str | None:
        """The remaining windows as JSON, with which a later run continues; None if none remain.

        Failed windows are not among them, because they would fail again.
        """
        if not self.windows:
            return None
        return json.dumps({"windows": [[w.first, w.last, w.match] for w in self.windows], "key": self.key})

    def resume(self, cursor: str | None) -> None:
        """Continue with the remaining windows of an earlier run, given as its `cursor`.

        None starts from the beginning.
        """
        if cursor:
            stored = json.loads(cursor)
            self.windows = [SurveyWindow(*window) for window in stored["windows"]]
            self.key = stored["key"]

    def _next_page(self, page: CdxPage) -> None:
        if page.resume_key is None:
            self.windows.pop(0)
            self.key, self._keys = None, set()
            return
        if page.resume_key in self._keys:
            twice = f"the index gives the same resume key twice ({page.resume_key})"
            raise CdxError(f"{twice}; its list is not to be trusted")
        self._keys.add(page.resume_key)
        self.key = page.resume_key

    def _split(self) -> None:
        """Replace the first window by shorter ones. A window that cannot be split has failed."""
        window = self.windows.pop(0)
        self.key, self._keys = None, set()
        first, last = int(window.first or FIRST_YEAR), int(window.last or times.now()[:4])
        if last > first:
            starts = [first + (last + 1 - first) * part // PARTS for part in range(PARTS + 1)]
            parts = [SurveyWindow(str(a), str(b - 1), window.match) for a, b in pairwise(starts) if b > a]
            # A window without a limit also has older captures, and captures of the future.
            parts[0] = replace(parts[0], first=window.first)
            parts[-1] = replace(parts[-1], last=window.last)
            self.windows = parts + self.windows
        else:
            self.failed.append(window)
            if window.match == "domain":
                self.windows.insert(0, replace(window, match="host"))

    def _new(self, rows: list[IndexRow]) -> list[IndexRow]:
        name, _, length = self.collapse.partition(":")
        found = []
        for row in rows:
            value = str(getattr(row, name))[: int(length) if length else None]
            if value not in self._seen:
                self._seen.add(value)
                found.append(row)
        return found


def _pywb(expression: str) -> str:
    """Convert a filter from the syntax of the Wayback Machine to the syntax of pywb."""
    mark = "!" if expression.startswith("!") else ""
    name, _, pattern = expression.removeprefix("!").partition(":")
    return f"{mark}~{PYWB_FIELDS.get(name, name)}:{pattern}"
