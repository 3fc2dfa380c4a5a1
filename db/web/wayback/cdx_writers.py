"""The two ways to write the rows of a CDX answer: text and JSON (wayback.md sections 1.2 and 1.3)."""

import json
from collections.abc import Iterable
from typing import Protocol

from db.web.wayback import resume_key
from db.web.wayback.cdx_rows import FIELDS, CdxRow
from db.web.wayback.resume_key import ResumeKey


class Writer(Protocol):
    """Writes rows as the bytes of an answer."""

    content_type: str

    def rows(self, rows: Iterable[CdxRow]) -> bytes:
        """Some rows, in order; no bytes for none."""

    def end(self, resume: ResumeKey | None) -> bytes:
        """What follows the last row; the key when there is one to show."""


class TextWriter:
    """A line for each row, its fields separated by a blank; a blank line before the key. Without rows, nothing."""

    content_type = "text/plain; charset=utf-8"

    def __init__(self, columns: tuple[int, ...]) -> None:
        self._columns = columns

    def rows(self, rows: Iterable[CdxRow]) -> bytes:
        return "".join(" ".join([row[n] for n in self._columns]) + "\n" for row in rows).encode()

    def end(self, resume: ResumeKey | None) -> bytes:
        return f"\n{resume_key.encode(resume)}\n".encode() if resume else b""


class JsonWriter:
    """A list of lists, the first of them the names of the fields; without rows, `[]`. The key is the last list."""

    content_type = "application/json"

    def __init__(self, columns: tuple[int, ...]) -> None:
        self._columns = columns
        self._begun = False

    def rows(self, rows: Iterable[CdxRow]) -> bytes:
        lines = [json.dumps([row[n] for n in self._columns], separators=(",", ":")) for row in rows]
        return self._lines(lines) if lines else b""

    def end(self, resume: ResumeKey | None) -> bytes:
        if resume:
            return self._lines(["[]", json.dumps([resume_key.encode(resume)])]) + b"]\n"
        return b"]\n" if self._begun else b"[]\n"

    def _lines(self, lines: list[str]) -> bytes:
        if not self._begun:
            self._begun = True
            lines = [json.dumps([FIELDS[n] for n in self._columns], separators=(",", ":")), *lines]
            return ("[" + ",\n".join(lines)).encode()
        return (",\n" + ",\n".join(lines)).encode()
