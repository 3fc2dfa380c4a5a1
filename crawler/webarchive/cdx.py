"""The capture index (CDX): list all captures of a page, and read the answers of an index.

Two dialects are read: the Wayback Machine's (JSON rows with a resume key) and pywb's (one JSON object per
line, no key); see docs/wayback.md "Index parameters", "Index rows", "Resume key" and "pywb". Nothing is
requested here: `Enumeration` returns the address to request and takes the answer.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from crawler.errors import CdxError
from crawler.webarchive.cdx_snapshots import check_query, snapshot_of
from crawler.webarchive.sources import Source
from db.store.captures import IndexRow

# Other clients request 1,000 (EDGI) to 50,000 rows (urx). A policy page has a few thousand captures at most.
ROWS_A_PAGE = 5_000
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
PYWB_FIELDS = {"statuscode": "status", "mimetype": "mime", "original": "url"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can contain half a character; UTF-8 cannot
_NUMBER = re.compile(r"[0-9]{1,18}")
_NUMBERS = ("timestamp", "statuscode", "length")
_HIDDEN = ("block", "exclude")  # pywb's access rules: the index has the capture, replay does not show it
_BLOCKED = (
    "AdministrativeAccessControlException",
    "Blocked Site Error",
    "RobotAccessControlException",
    "Blocked By Robots",
)


class ExcludedError(CdxError):
    """The archive may not show the page. It may have captures of it, so this does not mean "no captures"."""


@dataclass(frozen=True)
class CdxPage:
    """One answer of the index: its rows, and the key for the next request (None at the end).

    `other_addresses` counts rows of similar addresses, which pywb adds; they are not in `rows`.
    """

    rows: list[IndexRow]
    resume_key: str | None = None
    other_addresses: int = 0


@dataclass
class Enumeration:
    """Lists all captures of one page with as many requests as necessary.

    Request `address` and pass the answer to `take`, until `address` is None. `first` and `last` limit the
    captures; they are timestamps of 1 to 14 digits.
    """

    source: Source
    url: str
    first: str | None = None
    last: str | None = None
    limit: int = ROWS_A_PAGE
    _cursors: set[str] = field(default_factory=set)
    _cursor: str | None = None
    _done: bool = False

    @property
    def address(self) -> str | None:
        """The address of the next request; None when all captures are listed."""
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
        """Read the answer to `address`, and return its rows, each once. Then `address` is the next one.

        A row can come again in the next answer, because the resume key may name the last row or its second.

        Raises ExcludedError, CdxError.
        """
        page = parse(status, body)
        cursor = page.resume_key if self.source.dialect == "wayback" else self._window(page)
        self._done = cursor is None
        if cursor is not None:
            if cursor in self._cursors:
                twice = f"the index gives the same resume key twice ({cursor})"
                raise CdxError(f"{twice}; its list of {self.url} is not to be trusted")
            self._cursors.add(cursor)
        self._cursor = cursor
        return list(dict.fromkeys(page.rows))

    def narrow(self) -> bool:
        """Request fewer rows at once, after the index ran out of time.

        Return False below 100 rows: give up.
        """
        if self.limit < 100:
            return False
        self.limit //= 10
        return True

    def _window(self, page: CdxPage) -> str | None:
        """Return where pywb's next answer begins: at the second of the last row, which may have more rows."""
        if not page.rows or len(page.rows) + page.other_addresses < self.limit:
            return None
        return page.rows[-1].timestamp


def parse(status: int, body: bytes) -> CdxPage:
    """Read one answer of an index, in any of its forms. An empty list is no error.

    Raises ExcludedError, and CdxError for an error status, HTML, a short row, or an answer that is cut off.
    """
    text = body.decode("utf-8", "replace").strip()
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
    return _parse_text(body.decode("utf-8", "replace"))


def _parse_json(text: str) -> CdxPage:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CdxError(f"the index's answer breaks off or is no JSON ({error})") from error
    if not all(
        isinstance(row, list) and all(isinstance(value, str | None) for value in row) for row in table
    ):
        raise CdxError("the index's answer is JSON, but no list of rows")
    key = None
    if len(table) >= 2 and table[-2] == [] and len(table[-1]) == 1:
        key, table = table[-1][0] or None, table[:-2]
    if not table:
        return CdxPage([], key)
    header, *rows = table if "timestamp" in table[0] else [list(FIELDS), *table]
    return CdxPage([_wayback_row(dict(zip(header, row, strict=False)), row) for row in rows], key)


def _parse_text(text: str) -> CdxPage:
    rows, _, key = ("\n" + text.replace("\r\n", "\n").rstrip("\n")).partition("\n\n")
    lines = [line for line in rows.split("\n") if line]
    return CdxPage(
        [_wayback_row(dict(zip(FIELDS, line.split(" "), strict=False)), line) for line in lines],
        key.strip() or None,
    )


def _parse_objects(text: str) -> CdxPage:
    rows, other_addresses = [], 0
    for line in text.split("\n"):
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CdxError(f"the index's answer breaks off or is no JSON ({error})") from error
        if not isinstance(values, dict) or "timestamp" not in values:
            raise CdxError(
                f"the index answered with a message instead of a list of captures ({_first_words(text)})"
            )
        if values.get("is_fuzzy"):
            other_addresses += 1
        else:
            named = {name: values.get(PYWB_FIELDS.get(name, name), values.get(name)) for name in FIELDS}
            texts = {name: None if value is None else str(value) for name, value in named.items()}
            row = _index_row(_named(texts, line))
            rows.append(replace(row, blocked=True) if values.get("access") in _HIDDEN else row)
    return CdxPage(rows, other_addresses=other_addresses)


def _wayback_row(values: dict[str, str | None], raw: object) -> IndexRow:
    """Make a row of the Wayback dialect from waybackpy's CDXSnapshot.

    The timestamp stays as the index has it.

    Without a snapshot (the timestamp names no moment) the row is made from the same values, and is stored as
    a failed capture.
    """
    if len(values) < len(FIELDS):
        raise CdxError(f"the index gives a row that is too short: {str(raw)[:200]}")
    named = _named(values, raw)
    snapshot = snapshot_of(named)
    return _index_row({**vars(snapshot), "timestamp": named["timestamp"]} if snapshot else named)


def _named(values: Mapping[str, str | None], raw: object) -> dict[str, str]:
    """Return the fields of a row by name, with "-" for an unknown value.

    Raises CdxError where it is no row.
    """
    named = {name: _LONE_SURROGATE.sub("\ufffd", values.get(name) or "-") for name in FIELDS}
    if "-" in (named["timestamp"], named["original"]):
        raise CdxError(f"the index gives a row that is too short: {str(raw)[:200]}")
    if not all(_NUMBER.fullmatch(named[name]) or named[name] == "-" for name in _NUMBERS):
        raise CdxError(f"the index gives a row whose columns are shifted: {str(raw)[:200]}")
    return named


def _index_row(named: Mapping[str, str]) -> IndexRow:
    known = {name: None if named[name] == "-" else named[name] for name in FIELDS}
    status, length = known["statuscode"], known["length"]
    return IndexRow(
        known["urlkey"] or "",
        named["timestamp"],
        named["original"],
        known["mimetype"],
        None if status is None else int(status),
        known["digest"],
        None if length is None else int(length),
    )


def _first_words(text: str) -> str:
    return " ".join(text[:120].split()) or "an empty answer"
