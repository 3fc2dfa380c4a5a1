"""Finds the attached databases that are policytrail archives, and reads them.

Every read runs on Datasette's own read-only connection in one of its threads, never on the event loop. So a
reading function is an ordinary function whose first parameter is the connection; `AttachedArchive.read` runs
it.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from datasette.utils.asgi import Forbidden

from db.web.common.holdings import Availability, UrlkeyRange, availability

T = TypeVar("T")

# All columns that this package reads. A database that cannot answer this query is no archive.
_NEEDED = """
select g.id, g.urlkey, g.listing, c.id, c.page_id, c.archive, c.timestamp, c.original, c.mimetype, c.status,
       c.digest, c.length, c.state, c.headers, c.body_id, b.id, b.size, b.base_id, b.data
from pages g, captures c, bodies b limit 0
"""


@dataclass(frozen=True)
class AttachedArchive:
    """An attached database that contains a policytrail archive."""

    name: str
    database: Any  # datasette.database.Database

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function on a read-only connection in one of Datasette's threads, and return its result."""
        result: T = await self.database.execute_fn(function)
        return result


async def archives(datasette: Any, actor: dict[str, Any] | None) -> list[AttachedArchive]:
    """Return the archives among the attached databases, in Datasette's order.

    Databases without our tables are skipped, and so are those that Datasette's permissions hide from this
    actor.
    """
    found = [AttachedArchive(name, database) for name, database in datasette.databases.items()]
    return [a for a in found if await _may_read(datasette, actor, a.name) and await a.read(is_archive)]


async def archive_of(
    datasette: Any, actor: dict[str, Any] | None, urlkeys: UrlkeyRange
) -> tuple[AttachedArchive | None, Availability]:
    """Return the archive that answers for these pages: the first with a capture of them.

    Without such an archive, return None; and EXCLUDED if any archive says that the Wayback Machine excludes
    the page. Archives are not mixed in one response: if two contain the same page, `policytrail merge` makes
    one of them.
    """
    excluded = False
    for archive in await archives(datasette, actor):
        state = await archive.read(lambda connection: availability(connection, urlkeys))
        if state is Availability.AVAILABLE:
            return archive, state
        excluded = excluded or state is Availability.EXCLUDED
    return None, Availability.EXCLUDED if excluded else Availability.NOTHING


async def _may_read(datasette: Any, actor: dict[str, Any] | None, name: str) -> bool:
    """Return whether Datasette lets this actor read captures and bodies."""
    try:
        for table in ("captures", "bodies"):
            await datasette.ensure_permissions(
                actor, [("view-table", (name, table)), ("view-database", name), "view-instance"]
            )
    except Forbidden:
        return False
    return True


def is_archive(connection: sqlite3.Connection) -> bool:
    """Return whether the database has every table and column that this package reads."""
    try:
        connection.execute(_NEEDED)
    except sqlite3.OperationalError as error:
        if str(error).startswith("no such"):  # table or column; a locked database is another error
            return False
        raise
    return True
