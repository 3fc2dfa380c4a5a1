"""The capture index (CDX): asking an archive for all captures of a page, and reading what it answers.

Both dialects are spoken: the Wayback Machine's (JSON rows with a resume key) and pywb's (one JSON object a line, no key).
The rules are those of wayback.md sections 1 and 7.1. No network here: `Enumeration` says what to ask and takes the answers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from crawler.errors import CdxError
from crawler.webarchive.cdx_snapshots import check_query, snapshot_of
from crawler.webarchive.sources import Source
from db.store.captures import IndexRow

ROWS_A_PAGE = (
    5_000  # peers ask for 1,000 (EDGI) to 50,000 (urx); a policy page has a few thousand captures at the most
)
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
PYWB_FIELDS = {"statuscode": "status", "mimetype": "mime", "original": "url"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can write half a character, the archive file cannot
_NUMBER = re.compile(r"[0-9]{1,18}")
_NUMBERS = ("timestamp", "statuscode", "length")
_BLOCKED = (
    "AdministrativeAccessControlException",
    "Blocked Site Error",
    "RobotAccessControlException",
    "Blocked By Robots",
)


class ExcludedError(CdxError):
    """The archive has the page, or might have, but is not allowed to show it: no error of ours, and not "no captures"."""


@dataclass(frozen=True)
class CdxPage:
    """One answer of the index: its rows, and the key with which to ask for more (None at the end).

    `passed_over` counts the rows of other addresses, which the index took for alike.
    """

    rows: list[IndexRow]
    resume_key: str | None = None
    passed_over: int = 0


@dataclass
class Enumeration:
    """All captures of one page, asked for page by page.

    Ask `address`, hand the answer to `take`, until `address` is None. `first` and `last` are timestamps of 1 to 14 digits.
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
        """The next address to ask; None when all is known."""
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
        """Read the answer to `address` and give its rows, each once; afterwards `address` is the next one.

        Rows may come again on the next page (the key names the last row, or its second): the archive file knows them.

        Raises ExcludedError, CdxError.
        """
        page = parse(status, body)
        cursor = page.resume_key if self.source.dialect == "wayback" else self._window(page)
        self._done = cursor is None
        if cursor is not None:
            if cursor in self._cursors:
                raise CdxError(
                    f"the index gives the same resume key twice ({cursor}); its list of {self.url} is not to be trusted"
                )
            self._cursors.add(cursor)
        self._cursor = cursor
        return list(dict.fromkeys(page.rows))

    def narrow(self) -> bool:
        """Ask for fewer rows at once after the index ran out of time; False where that has been tried enough."""
        if self.limit < 100:
            return False
        self.limit //= 10
        return True

    def _window(self, page: CdxPage) -> str | None:
        """Where pywb's next window begins: at the second of the last row, whose other rows may have been cut off."""
        if not page.rows or len(page.rows) + page.passed_over < self.limit:
            return None
        return page.rows[-1].timestamp


def parse(status: int, body: bytes) -> CdxPage:
    """Read one answer of an index, in whichever of its forms it comes; an empty list is no error.

    Raises ExcludedError; CdxError for an error status, HTML, a short row, or an answer that breaks off.
    """
    text = body.decode("utf-8", "replace").strip()
    if any(sign in text for sign in _BLOCKED):
        raise ExcludedError(f"the archive may not show this page ({_first_words(text)})")
    if status == 404 and text.startswith("{") and "No Captures found" in text:
        return CdxPage([])
    if status != 200:
        raise CdxError(f"the index answered with status {status} ({_first_words(text)})")
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
    rows, passed_over = [], 0
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
            passed_over += 1
        else:
            named = {name: values.get(PYWB_FIELDS.get(name, name), values.get(name)) for name in FIELDS}
            texts = {name: None if value is None else str(value) for name, value in named.items()}
            rows.append(_index_row(_named(texts, line)))
    return CdxPage(rows, passed_over=passed_over)


def _wayback_row(values: dict[str, str | None], raw: object) -> IndexRow:
    """Make a row of the Wayback dialect, by way of waybackpy's CDXSnapshot. The timestamp stays as the index has it.

    A row keeps its own values where its timestamp names no moment: it is stored as a failed capture.
    """
    if len(values) < len(FIELDS):
        raise CdxError(f"the index gives a row that is too short: {str(raw)[:200]}")
    named = _named(values, raw)
    snapshot = snapshot_of(named)
    return _index_row({**vars(snapshot), "timestamp": named["timestamp"]} if snapshot else named)


def _named(values: Mapping[str, str | None], raw: object) -> dict[str, str]:
    """Return the fields of a row by name, with "-" for an unknown value. Raises CdxError where it is no row."""
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
