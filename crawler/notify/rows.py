"""News as data: the object that `news --format json` prints and that `--on-change` passes to a command."""

from typing import Any

from sqlite_utils import Database

from crawler.webarchive.citation import CITATIONS
from db.export.exported_changes import exported
from db.export.tables.changes import row
from db.news.digest import Digest


def as_data(db: Database, news: Digest) -> dict[str, Any]:
    """Return news as an object of JSON.

    Keys: since (a moment, None for the beginning), total and retailers (numbers of changes and of retailers),
    changes. A change has the keys of `export --format changes-jsonl`, and name and known_at. Raises
    StoreError while a history is derived again.
    """
    return {
        "since": news.since or None,
        "total": news.total,
        "retailers": news.retailers,
        "changes": [
            {
                **row(exported(db, entry.change), CITATIONS),
                "name": entry.change.name,
                "known_at": entry.change.known_at,
            }
            for entry in news.entries
        ],
    }
