"""Descriptions of archive files for Datasette, and its canned queries.

metadata.yaml has the descriptions, labels and facets, and queries.yaml the queries. Datasette asks for
metadata in code that cannot wait for a database, so the archive files are read at startup. An archive file of
an older policytrail may not have all tables and columns. Only existing ones are described, because Datasette
fails on a label column that does not exist.
"""

import sqlite3
from collections.abc import Sequence, Set
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
    """Find the archive files among Datasette's databases, and store the metadata for each."""
    found: dict[str, Metadata] = {}
    for name, database in datasette.databases.items():
        archive = AttachedArchive(name, database)
        if await archive.read(is_archive):
            found[name] = await archive.read(_fitting)
    _described[datasette] = found


def is_described(datasette: Any, database: str) -> bool:
    """Return whether a database was an archive file at startup."""
    return database in _described.get(datasette, {})


def metadata(datasette: Any, database: str | None = None, key: str | None = None) -> Metadata:
    """Return the metadata of all archive files, or of one database.

    `databases` is empty if there is no archive file, or if `key`, the one that Datasette looks for, is not in
    ours: it looks for permissions hundreds of times for one page. Datasette may change the returned
    dictionaries, so they are copies.
    """
    found = _described.get(datasette, {}) if key in _keys() else {}
    return {"databases": {name: _copy(of_one) for name, of_one in found.items() if database in (None, name)}}


def queries(datasette: Any, database: str) -> Metadata:
    """Return name -> canned query, for an archive file.

    Queries that the user's own metadata defines are left out. Returns {} for other databases.
    """
    if not is_described(datasette, database):
        return {}
    own = datasette.metadata("queries", database=database, fallback=False) or {}
    return {name: _copy(query) for name, query in _load("queries.yaml").items() if name not in own}


@cache
def _keys() -> frozenset[str | None]:
    """Return the keys that our metadata has, and None for all of it.

    Under the key `tables`, Datasette looks only for permissions and sizes of facets; ours has none.
    """
    full = _load("metadata.yaml")
    return frozenset({None, "databases"}.union(full, *full["tables"].values()) - {"tables"})


@cache
def _load(name: str) -> Metadata:
    content: Metadata = yaml.safe_load((_HERE / name).read_text())
    return content


def _fitting(connection: sqlite3.Connection) -> Metadata:
    """Return the part of the metadata that is about existing tables and columns."""
    full = _load("metadata.yaml")
    tables = {}
    for table, described in full["tables"].items():
        columns = {name for (name,) in connection.execute("select name from pragma_table_xinfo(?)", [table])}
        if not columns:
            continue
        tables[table] = {
            key: value for key, value in described.items() if key != "label_column" or value in columns
        }
        if "facets" in described:
            tables[table]["facets"] = _facets(connection, described["facets"], columns)
        if "columns" in described:
            tables[table]["columns"] = {
                name: text for name, text in described["columns"].items() if name in columns
            }
    return {**full, "tables": tables}


def _facets(connection: sqlite3.Connection, facets: Sequence[Any], columns: Set[str]) -> list[Any]:
    """Return the facets of existing columns; that of attributes only if the archive file has some."""
    has_attributes = (
        "attributes" in columns and connection.execute("select 1 from retailer_attributes limit 1").fetchone()
    )
    return [facet for facet in facets if (facet in columns if isinstance(facet, str) else has_attributes)]


def _copy(value: Any) -> Any:
    return {key: _copy(inner) for key, inner in value.items()} if isinstance(value, dict) else value
