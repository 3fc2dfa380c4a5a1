"""Surveying an index: which addresses of a host it has, or at which moments it has one, without listing every capture.

The rules are those of wayback.md sections 1.1 to 1.6 and 7.1. No network here: `Survey` says what to ask and takes the answers.
A question that is too much for the index is asked again in parts: years, and at last the host alone without its subdomains.
"""

import json
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, Self
from urllib.parse import urlencode

from crawler.errors import CdxError
from crawler.webarchive.cdx import FIELDS, PYWB_FIELDS, CdxPage, parse
from crawler.webarchive.cdx_snapshots import check_query
from crawler.webarchive.sources import Source
from db import times
from db.store.captures import IndexRow

Match = Literal["exact", "host", "domain"]
ROWS = 5_000  # of one answer
ASKS = 12  # requests of one survey in one run; what they do not suffice for is said
IN_VAIN = 6  # requests in a row for which the index ran out of time: the others would as well
PARTS = 4  # into which a window is cut: halves of what the index could not do would fail as well
FIRST_YEAR = 1996  # of the Wayback Machine's oldest captures


@dataclass(frozen=True)
class Window:
    """A part of the question: the captures of these years (both included; None is open), of so much of the domain."""

    first: str | None
    last: str | None
    match: Match

    def __str__(self) -> str:
        years = (
            f"{self.first or 'the first'} to {self.last or 'the last'}"
            if self.first or self.last
            else "all years"
        )
        return years + (" of its subdomains" if self.match == "domain" else "")


@dataclass
class Survey:
    """The rows of an index that match, one for each value of `collapse` (`urlkey`, or `timestamp:6` for a month).

    Ask `address`, hand the answer to `take`, or call `narrow` when the index ran out of time, until `address` is None.
    `filters` are in the Wayback Machine's form, right for both readings of an expression: the whole field, or its beginning.
    `left` are the windows that had no answer; `asked` counts the requests of this run.
    """

    source: Source
    url: str
    collapse: str
    filters: tuple[str, ...] = ()
    windows: list[Window] = field(default_factory=list)
    left: list[Window] = field(default_factory=list)
    key: str | None = None
    asked: int = 0
    in_vain: int = 0
    limit: int = ROWS
    _keys: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, source: Source, url: str, match: Match, collapse: str, filters: tuple[str, ...] = ()) -> Self:
        """Begin a survey of all times."""
        return cls(source, url, collapse, filters, [Window(None, None, match)])

    @property
    def address(self) -> str | None:
        """The next address to ask; None when all is known, or as many requests were made as are sensible."""
        if not self.windows or self.asked >= ASKS:
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
        """Read the answer to `address` and give the rows that are new, one for each value of `collapse`.

        Raises ExcludedError, CdxError.
        """
        page = parse(status, body)
        self.asked, self.in_vain = self.asked + 1, 0
        if self.source.dialect == "wayback":
            self._turn(page)
        elif len(page.rows) + page.passed_over < self.limit:
            self.windows.pop(0)
        else:
            self._cut()  # there is no key to go on with
        return self._new(page.rows)

    def narrow(self) -> None:
        """Ask in parts, after the index ran out of time."""
        self.asked, self.in_vain = self.asked + 1, self.in_vain + 1
        if self.in_vain < IN_VAIN:
            self._cut()
        else:
            self.left, self.windows, self.key = [*self.left, *self.windows], [], None

    @property
    def unasked(self) -> str:
        """What had no answer, in words; "" for nothing."""
        return "; ".join(map(str, [*self.left, *self.windows]))

    @property
    def cursor(self) -> str | None:
        """Where another run can go on; None when all was asked. What had no answer is not asked for again and again."""
        if not self.windows:
            return None
        return json.dumps({"windows": [[w.first, w.last, w.match] for w in self.windows], "key": self.key})

    def go_on(self, cursor: str | None) -> None:
        """Go on where an earlier run stopped."""
        if cursor:
            held = json.loads(cursor)
            self.windows, self.key = [Window(*window) for window in held["windows"]], held["key"]

    def _turn(self, page: CdxPage) -> None:
        if page.resume_key is None:
            self.windows.pop(0)
            self.key, self._keys = None, set()
            return
        if page.resume_key in self._keys:
            raise CdxError(
                f"the index gives the same resume key twice ({page.resume_key}); its list is not to be trusted"
            )
        self._keys.add(page.resume_key)
        self.key = page.resume_key

    def _cut(self) -> None:
        """Put parts in the place of the first window; what cannot be cut any more is left."""
        window = self.windows.pop(0)
        self.key, self._keys = None, set()
        first, last = int(window.first or FIRST_YEAR), int(window.last or times.now()[:4])
        if last > first:
            starts = [first + (last + 1 - first) * part // PARTS for part in range(PARTS + 1)]
            parts = [Window(str(a), str(b - 1), window.match) for a, b in pairwise(starts) if b > a]
            parts[0] = replace(
                parts[0], first=window.first
            )  # which may be open: whatever is older, or of the future
            parts[-1] = replace(parts[-1], last=window.last)
            self.windows = parts + self.windows
        elif window.match == "domain":
            self.windows.insert(0, replace(window, match="host"))
            self.left.append(window)
        else:
            self.left.append(window)

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
    """A filter in pywb's form, where an expression is marked, and fields have other names."""
    mark = "!" if expression.startswith("!") else ""
    name, _, pattern = expression.removeprefix("!").partition(":")
    return f"{mark}~{PYWB_FIELDS.get(name, name)}:{pattern}"
