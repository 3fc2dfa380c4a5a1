"""Cells of tables, views and queries that lead to our pages."""

import sqlite3
from typing import Any

from markupsafe import Markup

from db.schema.ids import IDS_PER_POLICY
from db.times import digits
from db.web.common import metadata
from db.web.common.page_urls import PageUrls

_LINKED = frozenset(("retailer", "version_id", "change_id"))


def linked(datasette: Any, database: str, row: sqlite3.Row, column: str, value: Any) -> Markup | None:
    """Return a link for a cell with a retailer, a version's id or a change's id; None for any other cell.

    A version's or a change's id is linked only in a row that names its retailer, and a change's only if the
    row has its versions and its captures.
    """
    if column not in _LINKED or value is None or not metadata.is_described(datasette, database):
        return None
    names = row.keys()
    to = PageUrls(datasette, database)
    if column == "retailer" and isinstance(value, str):
        return _link(to.retailer(value), to.shown(value))
    if "retailer" not in names or not isinstance(row["retailer"], str) or not isinstance(value, int):
        return None
    if column == "version_id":
        return _link(to.version(row["retailer"], value % IDS_PER_POLICY), str(value))
    if column == "change_id" and {"last_old", "first_new", "old_version", "new_version"} <= set(names):
        return _link(_comparison(to, row), "what changed")
    return None


def _comparison(to: PageUrls, row: sqlite3.Row) -> str:
    moments = str(row["last_old"]), str(row["first_new"])
    if "kind" in row.keys() and row["kind"] != "wording":  # noqa: SIM118 - a Row iterates over its values
        return to.captures(row["retailer"], *moments)
    versions = row["old_version"], row["new_version"]
    return to.comparison(row["retailer"], *versions, at=digits(moments[1]))


def _link(address: str, words: str) -> Markup:
    # Quicker than `Markup.format`, which every cell of a thousand rows would call. Adding a text escapes it.
    return Markup('<a href="') + address + Markup('">') + words + Markup("</a>")
