"""Bulk results and exports as rows, to compare them."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from pyarrow import parquet

from crawler.bulk.history import TABLES
from crawler.webarchive.citation import CITATIONS
from db.database import open_archive
from db.export.evidence import ExportFilter
from db.export.writers import parquet as writer

Rows = dict[str, list[dict[str, Any]]]


def of_result(out: Path) -> Rows:
    """Return the rows of each table of a bulk result, sorted."""
    return {table: _sorted(_parts(out / table)) for table in TABLES}


def of_archive(db: Path, folder: Path) -> Rows:
    """Return the rows that `export` writes as Parquet, by the folder that the table has in a bulk result."""
    found = {}
    with closing(open_archive(db)) as archive:
        for name, table in TABLES.items():
            place = folder / f"{name}.parquet"
            writer.write(table, archive, place, ExportFilter(), CITATIONS, lambda row: None)
            found[name] = _sorted([parquet.ParquetFile(place).read()])
            place.unlink()
    return found


def places(out: Path) -> list[tuple[str, int, int]]:
    """Return where the records of a result are, ordered by their addresses and moments."""
    columns = ["original", "timestamp", "source_file", "source_offset", "source_length"]
    rows = [
        tuple(row.values())
        for place in (out / "records").iterdir()
        for row in parquet.read_table(place, columns=columns).to_pylist()
    ]
    return [(file, begin, length) for _, _, file, begin, length in sorted(rows, key=repr)]


def parts(out: Path) -> dict[str, bytes]:
    """Return the bytes of each Parquet file of a result, by its path in the folder."""
    return {place.relative_to(out).as_posix(): place.read_bytes() for place in out.rglob("*.parquet")}


def _parts(folder: Path) -> list[Any]:
    return [parquet.ParquetFile(place).read() for place in sorted(folder.rglob("*.parquet"))]


def _sorted(tables: Iterable[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [row for table in tables for row in table.to_pylist()]
    return sorted(rows, key=repr)


def schemas(out: Path, table: str) -> set[Any]:
    """Return the different columns of the parts of a table, without metadata."""
    return {
        parquet.read_schema(place).remove_metadata().to_string() for place in (out / table).rglob("*.parquet")
    }
