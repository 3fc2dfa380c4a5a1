"""Reading archive files, and comparing their content rather than their bytes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

NOT_READY = sqlite3.OperationalError  # raised by reading before the tables exist
_CONTENT = {
    "retailers": "select domain, name from retailers",
    "attributes": "select retailer, name, value from retailer_attributes",
    "pages": """select p.retailer, g.url, g.urlkey, g.listing
        from pages g join policies p on p.id = g.policy_id""",
    "captures": """select p.retailer, g.urlkey, c.timestamp, c.captured_at, c.original, c.mimetype, c.status,
        c.digest, c.length, c.state, c.verdict, c.reason, c.headers, b.sha256, b.size, t.sha256
        from captures c
        join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
        left join bodies b on b.id = c.body_id left join texts t on t.id = c.text_id""",
    "texts": """select id, sha256, title, markdown, language, words, completeness, extractor, wording
        from texts""",
    "versions": """select p.retailer, v.number, t.sha256, v.first_seen, v.last_seen, v.captures,
        v.stated_date, v.suspect
        from versions v join policies p on p.id = v.policy_id join texts t on t.id = v.text_id""",
    "changes": """select retailer, kind, last_old, first_new, old_version, new_version, words_added,
        words_removed, similarity, stated_before, stated_date, announced, suspect from change_log""",
    "search": """select t.sha256 from versions_fts f
        join versions v on v.id = f.rowid join texts t on t.id = v.text_id""",
}
HEADERS = 12  # the index of the column `headers` in rows of captures


def rows(db: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def one(db: Path, query: str, *values: object) -> Any:
    ((value,),) = rows(db, query, *values)
    return value


def content(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all facts of an archive by table, sorted.

    Left out are times of fetching, numbers of attempts and the ids of rows.
    """
    return {table: sorted(rows(db, query), key=repr) for table, query in _CONTENT.items()}


def is_intact(db: Path) -> bool:
    return one(db, "pragma integrity_check") == "ok" and not rows(db, "pragma foreign_key_check")


def captures(db: Path, domain: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return columns of a retailer's captures, by page and time.

    `body` and `text` stand for the hashes of body and text.
    """
    return rows(
        db,
        f"""select {", ".join(columns)} from captures c join pages g on g.id = c.page_id
        join policies p on p.id = g.policy_id left join bodies b on b.id = c.body_id
        left join texts t on t.id = c.text_id
        where p.retailer = ? order by g.id, c.timestamp, c.original, c.digest""",
        domain,
    )


def snapshot(db: Path, copy: Path) -> Path:
    """Copy the present state of an archive."""
    with closing(sqlite3.connect(db)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
