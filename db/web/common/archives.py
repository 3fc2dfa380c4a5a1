"""Finds the databases in Datasette that are policytrail archive files, and reads them.

Every read uses a read-only connection, in one of our threads. So a function that reads is a normal function
with the connection as first parameter, and `AttachedArchive.read` runs it.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from datasette.utils.asgi import Forbidden

from db.web.common.holdings import Availability, UrlkeyRange, availability
from db.web.limits import connections
from db.web.until_change import UntilChange

T = TypeVar("T")

# A query with all columns that this package reads. If it fails, the database is no archive file.
_NEEDED = """
select g.id, g.urlkey, g.listing, c.id, c.page_id, c.archive, c.timestamp, c.original, c.mimetype, c.status,
       c.digest, c.length, c.state, c.headers, c.body_id, b.id, b.size, b.base_id, b.data
from pages g, captures c, bodies b limit 0
"""


@dataclass(frozen=True)
class AttachedArchive:
    """A database in Datasette that is a policytrail archive file."""

    name: str
    database: Any  # datasette.database.Database

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function on a read-only connection, and return its result.

        It runs in a thread of our own.
        """
        with connections.own_threads():
            result: T = await self.database.execute_fn(function)
        return result

    async def kept(
        self, key: Hashable, read: Callable[[], Awaitable[T]], size: Callable[[T], int] | None = None
    ) -> T:
        """Return what `read` returns, kept by its key until the file changes. The key names what is read.

        The value is not changed by anybody. With `size`, which returns the size of a value, it is among the
        large values, which push out only each other. The database of a static site keeps nothing.
        """
        store = "large_values" if size else "kept_values"
        kept: UntilChange | None = getattr(self.database, store, None)
        if kept is None:
            return await read()
        state = kept.state()
        found: T | None = kept.find(key)
        if found is None:
            found = await read()
            kept.keep(key, found, state, size(found) if size else 1)
        return found


async def archives(datasette: Any, actor: dict[str, Any] | None) -> list[AttachedArchive]:
    """Return the archive files among Datasette's databases, in Datasette's order.

    Databases without our tables are left out, and databases that this actor may not read.
    """
    found = [AttachedArchive(name, database) for name, database in datasette.databases.items()]
    return [a for a in found if await _may_read(datasette, actor, a.name) and await a.read(is_archive)]


async def archive_of(
    datasette: Any, actor: dict[str, Any] | None, urlkeys: UrlkeyRange
) -> tuple[AttachedArchive | None, Availability]:
    """Return the first archive file that has captures of these pages, and the availability.

    If no file has any, returns None with EXCLUDED (in some file the Wayback Machine excludes the page) or
    NOTHING. A response never mixes two archive files. If two of them have the same page, `policytrail merge`
    can make one file of them.
    """
    excluded = False
    for archive in await archives(datasette, actor):
        state = await archive.read(lambda connection: availability(connection, urlkeys))
        if state is Availability.AVAILABLE:
            return archive, state
        excluded = excluded or state is Availability.EXCLUDED
    return None, Availability.EXCLUDED if excluded else Availability.NOTHING


async def _may_read(datasette: Any, actor: dict[str, Any] | None, name: str) -> bool:
    """Return whether Datasette's permissions let this actor read captures and bodies."""
    try:
        with connections.own_threads():  # Datasette looks up the name of the table
            for table in ("captures", "bodies"):
                await datasette.ensure_permissions(
                    actor, [("view-table", (name, table)), ("view-database", name), "view-instance"]
                )
    except Forbidden:
        return False
    return True


def is_archive(connection: sqlite3.Connection) -> bool:
    """Return whether a database has all tables and columns that this package reads."""
    try:
        connection.execute(_NEEDED)
    except sqlite3.OperationalError as error:
        if str(error).startswith("no such"):  # a missing table or column, and not for example a lock
            return False
        raise
    return True
