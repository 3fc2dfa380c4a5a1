"""Check of the search index: it must contain the words of all versions, and no others.

The check of FTS5 writes to its table, so it runs on a copy of the index in a temporary database.
"""

import sqlite3
from contextlib import closing

from sqlite_utils import Database

from db.database import UNREADABLE, file_of, uri_of
from db.schema.tables import SEARCH
from db.verify.faults import Faults, Problem

_SHADOWS = ("data", "idx", "docsize", "config")


def check(db: Database, faults: Faults) -> None:
    """Compare the search index with the texts of the versions.

    A difference is added to `faults`.
    """
    with closing(sqlite3.connect("", uri=True, isolation_level=None)) as copy:
        try:
            copy.execute("attach ? as archive", [uri_of(file_of(db))])
            copy.execute("create table version_texts as select * from archive.version_texts")
            copy.execute(SEARCH[0])
            for name in _SHADOWS:
                copy.execute(f"delete from versions_fts_{name}")
                copy.execute(f"insert into versions_fts_{name} select * from archive.versions_fts_{name}")
            copy.execute("insert into versions_fts(versions_fts, rank) values ('integrity-check', 1)")
            faults.checked["versions_fts"] += 1
        except UNREADABLE:
            what = "the search index does not match the texts of the versions"
            faults.add(Problem("search", "versions_fts", None, what))
