"""Simulated nights: an archive file grows older, because all moments in it are moved into the past."""

import sqlite3
from contextlib import closing
from pathlib import Path

_MOMENTS = (
    ("captures", "fetched_at"),
    ("pages", "listed_at"),
    ("coverage", "whole_at"),
    ("searches", "asked_at"),
)


def age(db: Path, days: float) -> None:
    """Move the moments of all answers by so many days into the past."""
    with closing(sqlite3.connect(db)) as connection, connection:
        for table, column in _MOMENTS:
            connection.execute(
                f"update {table} set {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?)",
                [f"-{days} days"],
            )
