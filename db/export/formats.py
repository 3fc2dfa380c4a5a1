"""The formats of the command `export`, by name. Each has the functions `count` and `export`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter, ExportResult
from db.export.tables.columns import Column
from db.export.tables.table import Table
from db.export.writers import csv


class Format(Protocol):
    """What every format provides."""

    def count(self, db: Database, wanted: ExportFilter) -> int:
        """Return how many items are chosen. Raises UnknownRetailerError."""

    def export(
        self,
        db: Database,
        out: Path,
        wanted: ExportFilter,
        citations: Citations,
        done: Callable[[object], object],
    ) -> ExportResult:
        """Write the chosen items, and call `done` with each."""


@dataclass(frozen=True)
class TableFormat:
    """A table, and the name of the module that writes it."""

    table: Table
    writer: str

    @property
    def file_name(self) -> str:
        """The name of the file in a folder."""
        return f"{self.table.name}.{self.writer}"

    def columns(self, db: Database, wanted: ExportFilter) -> tuple[Column, ...]:
        """Return the columns of the file."""
        if self.writer == "csv":
            return csv.columns(self.table, db, with_text=wanted.with_text)
        return self.table.columns_in(db)

    def count(self, db: Database, wanted: ExportFilter) -> int:
        """Return how many rows are chosen. Raises UnknownRetailerError."""
        return self.table.count(db, wanted)

    def export(
        self,
        db: Database,
        out: Path,
        wanted: ExportFilter,
        citations: Citations,
        done: Callable[[object], object],
    ) -> ExportResult:
        """Write the chosen rows into one file. The errors are those of the writer."""
        write = import_module(f"db.export.writers.{self.writer}").write
        return cast(ExportResult, write(self.table, db, out, wanted, citations, done))


# Modules are imported when they are used, because the import of pyarrow takes half a second.
_MODULES = {
    "markdown": "db.export.markdown",
    "git": "db.export.git.export",
    "atom": "db.export.atom",
    "warc": "db.export.warc",
    "site": "db.site.export",
}
_TABLES = {
    "jsonl": ("versions", "jsonl"),
    "parquet": ("versions", "parquet"),
    "csv": ("changes", "csv"),
    "changes-jsonl": ("changes", "jsonl"),
    "changes-parquet": ("changes", "parquet"),
    **{
        f"{table}-{writer}": (table, writer)
        for table in ("findings", "claims", "promises", "panel", "captures", "all-texts")
        for writer in ("csv", "jsonl", "parquet")
    },
}
ON_A_DAY = ("csv", "jsonl", "parquet")  # the formats of the table of texts on a day
FILES = (*_TABLES, "atom")  # the formats of one file, which can be in a folder
NAMES = ("markdown", "git", *_TABLES, "atom", "warc", "site")


def named(name: str, *, on_a_day: bool = False) -> Format:
    """Return the format with one of NAMES; with `on_a_day`, that of the texts on a day, one of ON_A_DAY."""
    if on_a_day:
        return TableFormat(import_module("db.export.tables.texts").TABLE, name)
    if name in _MODULES:
        return cast(Format, import_module(_MODULES[name]))
    table, writer = _TABLES[name]
    return TableFormat(import_module(f"db.export.tables.{table.replace('-', '_')}").TABLE, writer)
