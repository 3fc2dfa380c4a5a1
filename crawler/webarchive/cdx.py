"""The index of a web archive (CDX): list all captures of a page, and read the answers.

Two dialects are supported: the Wayback Machine (JSON rows with a resume key) and pywb (one JSON object per
line, no resume key). See docs/wayback.md "Index parameters", "Index rows", "Resume key" and "pywb". Nothing
here sends a request: `Enumeration` returns the address to request, and takes the answer.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from crawler.errors import CdxError
from crawler.webarchive.cdx_rows import FIELDS, DamagedRowError, pywb_row, wayback_row
from crawler.webarchive.cdx_snapshots import check_query
from crawler.webarchive.sources import Source
from db.store.captures import IndexRow

# The maximum number of rows in one answer. Other clients request 1,000 (EDGI) to 50,000 rows (urx). A policy
# page has a few thousand captures at most.
ROWS_A_PAGE = 5_000
# Limits of one listing. No page of a shop has a million captures; an index that sends a few rows at a time,
# or always another resume key, would never end.
MOST_REQUESTS = 200
MOST_ROWS = 1_000_000
MOST_BARREN = 25  # answers in a row without a new row; some indexes send empty ones between others
# Limits of one answer before it is parsed: those of 40 times ROWS_A_PAGE rows, because some servers send all
# rows at once. A parsed answer takes some 100 bytes for each sign of structure.
MOST_BYTES = 32 * 1024 * 1024
MOST_SIGNS = {"[": 400_000, "{": 200_000, "\n": 400_000, ",": 2_000_000}
PYWB_FIELDS = {"statuscode": "status", "mimetype": "mime", "original": "url"}
_HIDDEN = ("block", "exclude")  # pywb's access rules: the index has the capture, replay does not show it
_BLOCKED = (
    "AdministrativeAccessControlException",
    "Blocked Site Error",
    "RobotAccessControlException",
    "Blocked By Robots",
)


class ExcludedError(CdxError):
    """The web archive does not show this page, at the request of the page's owner.

    It may still have captures of the page, so this does not mean "no captures".
    """


@dataclass(frozen=True)
class CdxPage:
    """One answer of the index: its rows, and the resume key for the next request.

    `resume_key` is None if no rows remain. pywb also sends rows of similar addresses. They are not in `rows`,
    and `other_addresses` is their count. `damaged` is the count of rows that could not be read.
    """

    rows: list[IndexRow]
    resume_key: str | None = None
    other_addresses: int = 0
    damaged: int = 0

    @property
    def size(self) -> int:
        """The number of rows that the index sent."""
        return len(self.rows) + self.other_addresses + self.damaged


class DamagedAnswerError(CdxError):
    """An answer of which no row can be read.

    `page` is the answer, with its resume key, where its form shows that it is a list; else None.
    """

    def __init__(self, message: str, page: CdxPage | None) -> None:
        super().__init__(message)
        self.page = page


@dataclass
class RowCount:
    """How many rows an index sent, and how many of them could not be read."""

    rows: int = 0
    damaged: int = 0

    def parse(self, status: int, body: bytes) -> CdxPage:
        """Read one answer of several, and count its rows.

        After answers with good rows, one with only damaged rows is no error. Raises what `parse` raises.
        """
        problem, had_good_rows = None, self.rows > self.damaged
        try:
            page = parse(status, body)
        except DamagedAnswerError as error:
            if error.page is None:
                raise
            problem, page = error, error.page
        self.rows += page.size
        self.damaged += page.damaged
        if problem and not had_good_rows:
            raise problem
        return page

    def __add__(self, other: "RowCount") -> "RowCount":
        return RowCount(self.rows + other.rows, self.damaged + other.damaged)

    def __sub__(self, other: "RowCount") -> "RowCount":
        return RowCount(self.rows - other.rows, self.damaged - other.damaged)

    @property
    def note(self) -> str | None:
        """The damage in words: "1 of 21 rows could not be read"; None without any."""
        return f"{self.damaged} of {self.rows} rows could not be read" if self.damaged else None


@dataclass
class Enumeration:
    """The list of all captures of one page, requested in as many parts as necessary.

    Request `address` and pass the answer to `take`, until `address` is None. `first` and `last` limit the
    captures; they are timestamps of 1 to 14 digits. `count` is that of all answers.
    """

    source: Source
    url: str
    first: str | None = None
    last: str | None = None
    limit: int = ROWS_A_PAGE
    count: RowCount = field(default_factory=RowCount)
    _cursors: set[str] = field(default_factory=set)
    _seen: set[int] = field(default_factory=set)  # hashes of rows
    _requests: int = 0
    _barren: int = 0  # how many answers in a row had no new row
    _cursor: str | None = None
    _done: bool = False

    @property
    def address(self) -> str | None:
        """The address of the next request, or None if all captures are listed."""
        if self._done:
            return None
        query: dict[str, Any] = {"url": self.url, "matchType": "exact", "output": "json", "limit": self.limit}
        query |= {"from": self.first} if self.first else {}
        query |= {"to": self.last} if self.last else {}
        if self.source.dialect == "wayback":
            query |= {"showResumeKey": "true", "fl": ",".join(FIELDS)}
            query |= {"resumeKey": self._cursor} if self._cursor else {}
            check_query(list(query.items()))
        elif self._cursor:
            query["from"] = self._cursor
        return f"{self.source.cdx}?{urlencode(query)}"

    def take(self, status: int, body: bytes) -> list[IndexRow]:
        """Read the answer to the request of `address`, and return its rows without duplicates.

        Afterwards `address` is the address of the next request. The next answer may repeat rows of this one.
        Raises ExcludedError, CdxError.
        """
        page = self.count.parse(status, body)
        cursor = page.resume_key if self.source.dialect == "wayback" else self._window(page)
        self._done = cursor is None
        if cursor is not None:
            if cursor in self._cursors:
                twice = f"the index gives the same resume key twice ({cursor})"
                raise CdxError(f"{twice}; its list of {self.url} is not to be trusted")
            self._cursors.add(cursor)
        self._cursor = cursor
        rows = list(dict.fromkeys(page.rows))
        self._check_progress(page, rows)
        return rows

    def _check_progress(self, page: CdxPage, rows: list[IndexRow]) -> None:
        """Count an answer, and whether it has a new row. Raises CdxError where the listing does not end."""
        hashes = {hash(row) for row in rows}
        is_new = page.damaged > 0 or not self._seen.issuperset(hashes)
        self._seen |= hashes
        self._requests += 1
        self._barren = 0 if is_new else self._barren + 1
        if self._done:
            return
        if self._barren >= MOST_BARREN:
            raise CdxError(f"the index sends no new rows of {self.url}, and does not end its list")
        if len(self._seen) > MOST_ROWS:
            raise CdxError(f"the index lists more than {MOST_ROWS:,} captures of {self.url}")
        if self._requests >= MOST_REQUESTS:
            raise CdxError(f"the index does not end its list of {self.url} within {MOST_REQUESTS} answers")

    @property
    def can_narrow(self) -> bool:
        """Whether the next request can become smaller if the index times out."""
        return self.limit >= 100

    def narrow(self) -> bool:
        """Make the next request smaller (a tenth of the rows), because the index timed out.

        Return False if the last request was for fewer than 100 rows: then give up.
        """
        if not self.can_narrow:
            return False
        self.limit //= 10
        return True

    def _window(self, page: CdxPage) -> str | None:
        """Return the timestamp at which the next request to pywb begins; None if no rows remain.

        It is the timestamp of the last row, because further rows may have the same timestamp.
        """
        if not page.rows or page.size < self.limit:
            return None
        return page.rows[-1].archive_timestamp


def parse(status: int, body: bytes) -> CdxPage:
    """Read one answer of an index, in any of its formats. The list of rows can be empty.

    A row that cannot be read is counted. Raises ExcludedError, and CdxError for an error status, HTML, an
    answer that is cut off or larger than any list, or one without a row that can be read.
    """
    if len(body) > MOST_BYTES:
        raise CdxError(f"the index's answer has more than {MOST_BYTES // 1024 // 1024} MB")
    text = body.decode("utf-8-sig", "replace").strip()
    if any(text.count(sign) > most for sign, most in MOST_SIGNS.items()):
        raise CdxError("the index's answer is larger than any list of captures")
    if any(sign in text for sign in _BLOCKED):
        raise ExcludedError(f"the archive may not show this page ({_first_words(text)})")
    if status == 451:
        raise ExcludedError(f"the archive may not show this page (status 451, {_first_words(text)})")
    if status == 404 and text.startswith("{") and "No Captures found" in text:
        return CdxPage([])
    if status != 200:
        raise CdxError(f"the index answered with status {status} ({_first_words(text)})", status)
    if text.startswith("<"):
        raise CdxError(
            f"the index answered with an HTML page instead of a list of captures ({_first_words(text)})"
        )
    if text.startswith("["):
        return _parse_json(text)
    if text.startswith("{"):
        return _parse_objects(text)
    return _parse_text(body.decode("utf-8-sig", "replace"))


def _parse_json(text: str) -> CdxPage:
    table = _load(text)
    if not isinstance(table, list):
        raise CdxError("the index's answer is JSON, but no list of rows")
    key = None
    if len(table) >= 2 and table[-2] == [] and isinstance(table[-1], list) and len(table[-1]) == 1:
        if not isinstance(table[-1][0], str | None):
            raise CdxError("the index's answer ends with a resume key that is no text")
        key, table = table[-1][0] or None, table[:-2]
    if not any(isinstance(row, list) for row in table) and table:
        raise CdxError("the index's answer is JSON, but no list of rows")
    header, rows = list(FIELDS), table
    if table and isinstance(table[0], list) and "timestamp" in table[0]:
        header, rows = [str(name) for name in table[0]], table[1:]
    is_table = key is not None or rows is not table
    return _read_rows(rows, lambda row: wayback_row(_by_name(header, row), row), key, is_table=is_table)


def _by_name(header: list[str], row: object) -> dict[str, object]:
    return dict(zip(header, row, strict=False)) if isinstance(row, list) else {}


def _parse_text(text: str) -> CdxPage:
    rows, _, key = ("\n" + text.replace("\r\n", "\n").rstrip("\n")).partition("\n\n")
    lines = [line for line in rows.split("\n") if line]
    page = _read_rows(lines, _text_row, key.strip() or None)
    if page.damaged and not key and not text.endswith("\n"):
        try:
            _text_row(lines[-1])
        except DamagedRowError as error:
            raise CdxError(f"the index's answer breaks off ({error})") from error
    return page


def _text_row(line: str) -> IndexRow:
    return wayback_row(dict(zip(FIELDS, line.split(" ", len(FIELDS)), strict=False)), line)


def _parse_objects(text: str) -> CdxPage:
    lines = text.split("\n")
    last = _load(lines[-1])  # raises where the answer is cut off
    if len(lines) == 1 and not (isinstance(last, dict) and "timestamp" in last):
        raise CdxError(
            f"the index answered with a message instead of a list of captures ({_first_words(text)})"
        )
    fuzzy = [line for line in lines if '"is_fuzzy"' in line and _is_fuzzy(line)]
    other = set(fuzzy)
    rows = [line for line in lines if line not in other]
    return replace(_read_rows(rows, _object_row), other_addresses=len(fuzzy))


def _is_fuzzy(line: str) -> bool:
    try:
        values = _load(line)
    except CdxError:
        return False
    return isinstance(values, dict) and bool(values.get("is_fuzzy"))


def _object_row(line: str) -> IndexRow:
    try:
        values = _load(line)
    except CdxError as error:
        raise DamagedRowError(str(error)) from error
    if not isinstance(values, dict):
        values = {}
    row = pywb_row({name: values.get(PYWB_FIELDS.get(name, name), values.get(name)) for name in FIELDS}, line)
    return replace(row, blocked=True) if values.get("access") in _HIDDEN else row


def _read_rows(
    raw: Sequence[Any], read: Callable[[Any], IndexRow], key: str | None = None, *, is_table: bool = False
) -> CdxPage:
    """Read the rows that can be read, and count the others. Raises DamagedAnswerError where none can be read.

    `is_table` says that the answer is a list by its form, whatever its rows.
    """
    rows, problems = [], []
    for one in raw:
        try:
            rows.append(read(one))
        except DamagedRowError as error:
            problems.append(str(error))
    page = CdxPage(rows, key, damaged=len(problems))
    if problems and not rows:
        raise DamagedAnswerError(problems[0], page if is_table else None)
    return page


def _load(text: str) -> Any:
    """Parse JSON; numbers stay text. Raises CdxError."""
    try:
        return json.JSONDecoder(strict=False, parse_int=str, parse_float=str).decode(text)
    except (ValueError, RecursionError) as error:
        raise CdxError(f"the index's answer breaks off or is no JSON ({error})") from error


def _first_words(text: str) -> str:
    return " ".join(text[:120].split()) or "an empty answer"
