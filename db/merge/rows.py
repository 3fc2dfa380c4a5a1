"""One row that two archive files may have: insert it, or join it with the row here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

Row = tuple[Any, ...]


def join_row(
    db: Database,
    table: str,
    key: Mapping[str, object],
    columns: Sequence[str],
    there: Sequence[object],
    join: Callable[[Row, Row], Row],
) -> None:
    """Insert a row with the values `there`, or join the values with those of an existing row.

    If a row with this key exists, its given columns get `join(here, there)`. `here` are its present values.
    """
    where = " and ".join(f"{name} is ?" for name in key)
    row = db.execute(f"select {', '.join(columns)} from {table} where {where}", [*key.values()]).fetchone()
    if row is None:
        marks = ", ".join("?" * (len(key) + len(columns)))
        db.execute(
            f"insert into {table} ({', '.join([*key, *columns])}) values ({marks})", [*key.values(), *there]
        )
    elif (joined := tuple(join(tuple(row), tuple(there)))) != tuple(row):
        changes = ", ".join(f"{name} = ?" for name in columns)
        db.execute(f"update {table} set {changes} where {where}", [*joined, *key.values()])
