"""Pages as Datasette serves them, requested in this process from the snapshot that an export reads."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from datasette.app import Datasette
from datasette.database import Database as AttachedDatabase
from sqlite_utils import Database

from db.errors import ServedNameError
from db.web.common import file_names as served_names
from db.web.common.page_urls import PageUrls
from db.web.common.urls import published
from db.web.common.views import render_template

T = TypeVar("T")

# The host of the requests. Pages with an absolute address of their own, as in citations, contain it.
HOST = "site.invalid"  # RFC 2606: no such host can exist
_TEMPLATES = Path(__file__).parent / "templates"


class ServedPage(NamedTuple):
    """A page: its status, its headers by lower-case name, and its body."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Snapshot(AttachedDatabase):  # type: ignore[misc]
    """A database that Datasette reads by a connection of ours, with the transaction that is open in it."""

    def __init__(self, datasette: Any, connection: sqlite3.Connection) -> None:
        super().__init__(datasette, is_memory=True)  # it has no file that Datasette should open
        self._ours = connection

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        return fn(self._ours)


class ServedPages:
    """Datasette with one archive file. `urls` builds the addresses of its pages."""

    def __init__(self, datasette: Any, name: str, runner: asyncio.Runner) -> None:
        self.datasette, self.urls = datasette, PageUrls(datasette, name)
        self._runner = runner

    def get(self, address: str) -> ServedPage:
        """Return the page of an address (a path with its query)."""
        answer = self._runner.run(self.datasette.client.get(address, headers={"host": HOST}))
        return ServedPage(answer.status_code, dict(answer.headers), answer.content)

    def render(self, template: str, **context: Any) -> ServedPage:
        """Return a template of the site, rendered like the pages."""
        made = self._runner.run(render_template(self.datasette, None, template, to=self.urls, **context))
        return ServedPage(made.status, dict(made.headers), cast(bytes, made.body))


@contextmanager
def serving(db: Database, *, has_address: bool = False) -> Iterator[ServedPages]:
    """Open Datasette in this process for an archive file. It reads by the connection of `db`.

    With `has_address` citations contain the addresses of their pages, below HOST.
    """
    datasette = Datasette([], template_dir=str(_TEMPLATES), settings={"num_sql_threads": 0})
    snapshot = datasette.add_database(_Snapshot(datasette, db.conn), name=_name(db))
    with published(f"http://{HOST}" if has_address else ""), asyncio.Runner() as runner:
        yield ServedPages(datasette, snapshot.name, runner)


def _name(db: Database) -> str:
    """Return the name of an archive file among the addresses of the server: its own, if it can be served."""
    path = next(Path(file) for _, name, file in db.execute("pragma database_list") if name == "main")
    try:
        served_names.check(path)
    except ServedNameError:
        return "archive"
    return path.stem
