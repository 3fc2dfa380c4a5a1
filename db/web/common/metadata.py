"""What Datasette tells of an archive besides its rows: descriptions, labels, facets (metadata.yaml), questions (queries.yaml).

Datasette asks for metadata where nothing can be awaited, so which databases are archives is found out when it starts. Given is
only what the file has: one that an older policytrail wrote may lack a table or a column, and a label that is none is an error.
"""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import yaml

from db.web.common.archives import AttachedArchive, is_archive

Metadata = dict[str, Any]

_HERE = Path(__file__).parents[1]
_described: WeakKeyDictionary[Any, dict[str, Metadata]] = WeakKeyDictionary()


async def describe(datasette: Any) -> None:
    """Find the archives among the attached databases, and what there is to describe in each."""
    found: dict[str, Metadata] = {}
    for name, database in datasette.databases.items():
        archive = AttachedArchive(name, database)
        if await archive.read(is_archive):
            found[name] = await archive.read(_fitting)
    _described[datasette] = found


def metadata(datasette: Any, database: str | None = None) -> Metadata:
    """The metadata of the archives, or of one database; empty where there is none. Datasette may write into what it gets."""
    found = _described.get(datasette, {})
    return {"databases": {name: _copy(of_one) for name, of_one in found.items() if database in (None, name)}}


def queries(datasette: Any, database: str) -> Metadata:
    """The questions, by their names, for a database that is an archive; those that the user named the same go before them."""
    if database not in _described.get(datasette, {}):
        return {}
    own = datasette.metadata("queries", database=database, fallback=False) or {}
    return {name: _copy(query) for name, query in _load("queries.yaml").items() if name not in own}


@cache
def _load(name: str) -> Metadata:
    content: Metadata = yaml.safe_load((_HERE / name).read_text())
    return content


def _fitting(connection: sqlite3.Connection) -> Metadata:
    """The part of the metadata for which this file has tables and columns."""
    told = _load("metadata.yaml")
    tables = {}
    for table, described in told["tables"].items():
        columns = {name for (name,) in connection.execute("select name from pragma_table_xinfo(?)", [table])}
        if not columns:
            continue
        tables[table] = {
            key: value for key, value in described.items() if key != "label_column" or value in columns
        }
        if "columns" in described:
            tables[table]["columns"] = {
                name: text for name, text in described["columns"].items() if name in columns
            }
    return {**told, "tables": tables}


def _copy(value: Any) -> Any:
    return {key: _copy(inner) for key, inner in value.items()} if isinstance(value, dict) else value
