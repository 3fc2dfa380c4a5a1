"""The rows of a CDX answer: seven fields, the same capture once."""

import re
from typing import NamedTuple
from urllib.parse import quote

from db.web.common.errors import BadQueryError
from db.web.common.holdings import IndexedCapture

_SPACES = re.compile(r"[\x00-\x20\x7f]")
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_PYWB_NAMES = {
    "url": "original",
    "mime": "mimetype",
    "status": "statuscode",
}  # cdx_toolkit writes filters with these


class CdxRow(NamedTuple):
    """One line of the index, all text; what is not known is `-`."""

    urlkey: str
    timestamp: str
    original: str
    mimetype: str
    statuscode: str
    digest: str
    length: str


def field_number(name: str) -> int:
    """Which column a name or number means. Raises BadQuery where there is no such column."""
    name = _PYWB_NAMES.get(name, name)
    if name in FIELDS:
        return FIELDS.index(name)
    if name.isdecimal() and len(name) == 1 and int(name) < len(FIELDS):
        return int(name)
    raise BadQueryError(f"there is no field {name[:40]!r}; the fields are {','.join(FIELDS)}")


def row_of(capture: IndexedCapture) -> CdxRow:
    """Write a capture as a row: `-` for what is not known, blanks and controls percent-encoded."""
    _, urlkey, timestamp, original, mimetype, status, digest, length = capture
    values = (urlkey, timestamp, original, mimetype, _text(status), digest, _text(length))
    return CdxRow(
        *(_SPACES.sub(lambda blank: quote(blank.group()), value) if value else "-" for value in values)
    )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


class DuplicateFilter:
    """Tells the rows that stand in the index already, for instance because two policies share the page.

    Rows of one page and second are neighbours, so only those of the present second are remembered.
    """

    def __init__(self) -> None:
        self._second = ("", "")
        self._seen: set[CdxRow] = set()

    def is_new(self, row: CdxRow) -> bool:
        """Whether this row comes for the first time."""
        if self._second != row[:2]:
            self._second = row[:2]
            self._seen.clear()
        if row in self._seen:
            return False
        self._seen.add(row)
        return True
