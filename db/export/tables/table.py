"""A table that an export can write in any format for tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter
from db.export.tables.columns import Column, attributes
from db.store import attributes as stored

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table: its columns, and functions that count and yield its rows.

    `name` is that of a file in a folder, without ending. `rows_are` describes a row. A file is recognised by
    the columns `key`. In CSV, the columns `on_request` are left out unless the user asks for the texts. Rows
    have the attributes of their retailer (`attribute_NAME`) beside `columns`.
    """

    name: str
    rows_are: str
    columns: tuple[Column, ...]
    key: frozenset[str]
    count: Callable[[Database, ExportFilter], int]
    own_rows: Callable[[Database, ExportFilter, Citations], Iterator[Row]]
    on_request: frozenset[str] = frozenset()

    def columns_in(self, db: Database) -> tuple[Column, ...]:
        """Return the columns, and those of the attributes that retailers have in this archive file."""
        return (*self.columns, *attributes(stored.names(db)))

    def rows(self, db: Database, wanted: ExportFilter, citations: Citations) -> Iterator[Row]:
        """Yield the chosen rows: column name -> value. Moments are ISO 8601; unknown values are None.

        Only one row is in memory at a time. Raises UnknownRetailerError, StoreError.
        """
        names, known = stored.names(db), stored.of_all(db)
        for row in self.own_rows(db, wanted, citations):
            of_retailer = known.get(row["retailer"], {})
            yield row | {f"attribute_{name}": of_retailer.get(name) for name in names}
