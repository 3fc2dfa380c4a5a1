"""The search index: whether it has the words of exactly the versions' texts.

FTS5's own check needs a table that it may write to, so it is run on a copy of the index in a temporary file of SQLite's.
"""

import sqlite3
from contextlib import closing

from sqlite_utils import Database

from db.database import file_of, uri_of
from db.schema.tables import SEARCH
from db.verify.findings import Findings, Problem

_SHADOWS = ("data", "idx", "docsize", "config")


def check(db: Database, findings: Findings) -> None:
    """Compare the index with the texts; what the file's own checks have said of its tables is not said again."""
    with closing(sqlite3.connect("", uri=True, isolation_level=None)) as copy:
        try:
            copy.execute("attach ? as archive", [uri_of(file_of(db))])
            copy.execute("create table version_texts as select * from archive.version_texts")
            copy.execute(SEARCH[0])
            for name in _SHADOWS:
                copy.execute(f"delete from versions_fts_{name}")
                copy.execute(f"insert into versions_fts_{name} select * from archive.versions_fts_{name}")
            copy.execute("insert into versions_fts(versions_fts, rank) values ('integrity-check', 1)")
            findings.checked["versions_fts"] += 1
        except sqlite3.Error:
            findings.add(
                Problem("search", "versions_fts", None, "the search index is not that of the versions' texts")
            )
