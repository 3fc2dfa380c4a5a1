"""The rows of a CDX response: seven text fields, written as text or JSON.

docs/wayback.md, "Index rows" and "Resume key", describes both formats.
"""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from db.web.common.errors import BadQueryError
from db.web.common.holdings import IndexedCapture
from db.web.wayback import resume_key
from db.web.wayback.resume_key import ResumeKey

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
# pywb has other names for three fields. cdx_toolkit uses these names in filters.
_PYWB_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
_SPACES = re.compile(r"[\x00-\x20\x7f]")


class CdxRow(NamedTuple):
    """One row of the index. All fields are text, and an unknown value is `-`."""

    urlkey: str
    timestamp: str
    original: str
    mimetype: str
    statuscode: str
    digest: str
    length: str


def field_number(name: str) -> int:
    """Return the index of the field with a name or number.

    Both `timestamp` and `1` return 1. Raises BadQueryError for an unknown field.
    """
    name = _PYWB_NAMES.get(name, name)
    if name in FIELDS:
        return FIELDS.index(name)
    if name.isdecimal() and len(name) == 1 and int(name) < len(FIELDS):
        return int(name)
    raise BadQueryError(f"there is no field {name[:40]!r}; the fields are {','.join(FIELDS)}")


def row_of(capture: IndexedCapture) -> CdxRow:
    """Return a capture as a row. Spaces and control characters are percent-encoded."""
    return CdxRow(
        *("-" if value in (None, "") else _SPACES.sub(_encode, str(value)) for value in capture[1:])
    )


def _encode(blank: re.Match[str]) -> str:
    return quote(blank.group())


class DuplicateFilter:
    """Recognises rows that are in the index twice.

    This happens if two policies share a page. Rows of one page and second follow each other, so only the rows
    of the current second are remembered.
    """

    def __init__(self) -> None:
        self._second = ("", "")
        self._seen: set[CdxRow] = set()

    def add(self, row: CdxRow) -> bool:
        """Remember a row, and return whether it is new."""
        if self._second != row[:2]:
            self._second = row[:2]
            self._seen.clear()
        if row in self._seen:
            return False
        self._seen.add(row)
        return True


class CdxWriter:
    """Writes rows as the bytes of a response.

    As text, each row is a line with its fields separated by spaces, and an empty line is before the resume
    key. As JSON, the response is a list of lists: the field names, the rows, and for a resume key an empty
    list and a list with the key. Without rows, the text is empty and the JSON is `[]`.
    """

    def __init__(self, columns: tuple[int, ...], *, as_json: bool) -> None:
        """Prepare a response. `columns` are the indexes of the fields to write, in order."""
        self.content_type = "application/json" if as_json else "text/plain; charset=utf-8"
        self._columns = columns
        self._as_json = as_json
        self._separator = "["

    def rows(self, rows: Iterable[CdxRow]) -> bytes:
        """Return the next rows as bytes. Without rows, returns b""."""
        picked = ([row[n] for n in self._columns] for row in rows)
        if not self._as_json:
            return "".join(" ".join(values) + "\n" for values in picked).encode()
        return self._items([json.dumps(values, separators=(",", ":")) for values in picked])

    def end(self, resume: ResumeKey | None) -> bytes:
        """Return the bytes after the last row, with the resume key if there is one."""
        if not self._as_json:
            return f"\n{resume_key.encode(resume)}\n".encode() if resume else b""
        if resume:
            return self._items(["[]", json.dumps([resume_key.encode(resume)])]) + b"]\n"
        return b"[]\n" if self._separator == "[" else b"]\n"

    def _items(self, items: list[str]) -> bytes:
        if not items:
            return b""
        if self._separator == "[":
            items = [json.dumps([FIELDS[n] for n in self._columns], separators=(",", ":")), *items]
        text = self._separator + ",\n".join(items)
        self._separator = ",\n"
        return text.encode()
