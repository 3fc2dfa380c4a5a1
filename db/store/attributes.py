"""Table `retailer_attributes`: what a user's list says about a retailer beside its name (sector, country)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from db import times


def store(db: Database, domain: str, attributes: Mapping[str, str]) -> None:
    """Store what a list says about a retailer beside its name: attribute -> value. Call it in a transaction.

    A value replaces another one, and is noted as of now; an equal one keeps its moment. Attributes that the
    list does not have stay.
    """
    db.conn.executemany(
        """insert into retailer_attributes (retailer, name, value, noted_at) values (?, ?, ?, ?)
        on conflict (retailer, name) do update
        set value = excluded.value, noted_at = max(excluded.noted_at, retailer_attributes.noted_at)
        where value is not excluded.value""",
        [(domain, name, value, times.now()) for name, value in attributes.items()],
    )


def store_known(db: Database, by_domain: Mapping[str, Mapping[str, str]]) -> None:
    """Store what a list says about those of its retailers that are stored: domain -> attribute -> value.

    Call it in a transaction.
    """
    for domain, attributes in by_domain.items():
        if db.execute("select 1 from retailers where domain = ?", [domain]).fetchone():
            store(db, domain, attributes)


def join(db: Database, domain: str, rows: Iterable[Sequence[Any]]) -> None:
    """Join attributes (name, value, moment in ISO 8601) with those of a retailer. Call it in a transaction.

    Of two values, the one that was noted later stays; of two that were noted in one second, the last one in
    alphabetical order.
    """
    db.conn.executemany(
        """insert into retailer_attributes (retailer, name, value, noted_at) values (?, ?, ?, ?)
        on conflict (retailer, name) do update set value = excluded.value, noted_at = excluded.noted_at
        where (excluded.noted_at, excluded.value)
            > (retailer_attributes.noted_at, retailer_attributes.value)""",
        ((domain, *row) for row in rows),
    )


def of_retailer(db: Database, domain: str) -> dict[str, str]:
    """Return the attributes of a retailer, name -> value, in alphabetical order; {} without any."""
    rows = db.execute(
        "select name, value from retailer_attributes where retailer = ? order by name", [domain]
    )
    return dict(rows.fetchall())


def of_all(db: Database) -> dict[str, dict[str, str]]:
    """Return domain -> attributes (name -> value), for the retailers that have some."""
    found: dict[str, dict[str, str]] = {}
    rows = db.execute("select retailer, name, value from retailer_attributes order by retailer, name")
    for domain, name, value in rows:
        found.setdefault(domain, {})[name] = value
    return found


def names(db: Database) -> list[str]:
    """Return the names of all attributes in the archive file, in alphabetical order; [] without any."""
    return [name for (name,) in db.execute("select distinct name from retailer_attributes order by name")]


def facts(db: Database, domain: str) -> list[list[str]]:
    """Return the attributes of a retailer as facts: (name, value, moment) in alphabetical order."""
    rows = db.execute(
        "select name, value, noted_at from retailer_attributes where retailer = ? order by name", [domain]
    )
    return [list(row) for row in rows]
