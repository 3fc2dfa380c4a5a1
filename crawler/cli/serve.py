"""The command `serve`: show archive files in the browser, and answer Wayback clients."""

import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import click
from datasette.cli import cli as datasette

from crawler import terminal
from crawler.cli.options import checked_base_url, print_note
from crawler.errors import AddressInUseError
from crawler.importing.signals import STOPPING
from db.database import open_archive
from db.web.common import file_names
from db.web.common.urls import BASE_URL
from db.web.limits import connections, time_limits

_OPEN_SECONDS = 30  # after this time the browser is not opened any more
_EVERY_HOST = ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)


def _paths(_ctx: click.Context, _: click.Parameter, names: Sequence[str]) -> tuple[Path, ...]:
    """Return the paths of DBs. Raises click.UsageError for an address, which can have secrets."""
    if any("://" in name for name in names):
        raise click.UsageError("an address cannot be served: copy the result to a disk first")
    return tuple(map(Path, names))


@click.command()
@click.argument("dbs", nargs=-1, required=True, metavar="DB...", type=click.Path(), callback=_paths)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="The port to listen on; 0: any free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--no-sql", is_flag=True, help="Let visitors write no SQL of their own; for a public server.")
@click.option("--open", "in_browser", is_flag=True, help="Open the first page in the browser.")
@click.option(
    "--base-url", metavar="URL", help="The public address of the server, for citations and the feed."
)
@click.option(
    "--retailer",
    "chosen",
    metavar="DOMAIN",
    multiple=True,
    help="Of a bulk result, serve only this retailer; can be repeated.",
)
def serve(
    dbs: tuple[Path, ...],
    port: int,
    host: str,
    no_sql: bool,
    in_browser: bool,
    base_url: str | None,
    chosen: tuple[str, ...],
) -> None:
    """Serve DBs for browsers with Datasette, and for Wayback clients at /cdx/search/cdx and /web/.

    With several archives, the first page lists them, and each has its own pages.

    A DB can be the result of 'policytrail bulk'. Its retailers, or those of --retailer, are imported into a
    temporary archive file first.

    Example: policytrail serve archive.db --port 8001
    """
    public = checked_base_url(base_url)
    _check(dbs, chosen)
    _free_port(host, port)  # an import can take long: the port is needed only after it
    with _archive_files(dbs, chosen) as (files, delete):
        port = _free_port(host, port)
        address = f"http://{host}:{port}"
        with _ends_at_once(delete):
            for db in dbs:
                if db not in files:
                    print_note(f"{db} is not served: nothing of it was imported")
            terminal.print_line(
                f"Serving {', '.join(map(str, files))} at {address}/ (Ctrl-C stops it);"
                f" for Wayback clients: --source {address}"
            )
            sys.stdout.flush()
            if public:
                os.environ[BASE_URL] = public
            if in_browser:
                place = "127.0.0.1" if host in _EVERY_HOST else host
                threading.Thread(target=_open_browser, args=(place, port), daemon=True).start()
            connections.bound_memory()
            arguments = ["serve", *_files(files.values()), *_settings(no_sql, urlsplit(public).path)]
            datasette.main([*arguments, "--host", host, "--port", str(port)], standalone_mode=False)


def _check(dbs: tuple[Path, ...], chosen: tuple[str, ...]) -> None:
    """Check that archive files can be served, before a result is imported.

    Raises click.UsageError, ServedNameError, and the errors of `open_archive`.
    """
    if chosen and not any(db.is_dir() for db in dbs):
        raise click.UsageError("--retailer chooses from the results of 'policytrail bulk'")
    for db in dbs:
        if not db.is_dir():
            file_names.check(db)
            open_archive(db).close()


def _archive_files(
    dbs: tuple[Path, ...], chosen: tuple[str, ...]
) -> AbstractContextManager[tuple[dict[Path, Path], Callable[[], object]]]:
    """Return which archive file to serve for which DB, and a function that deletes those of bulk results."""
    if not any(db.is_dir() for db in dbs):
        return nullcontext(({db: db for db in dbs}, lambda: None))
    served_results = import_module("crawler.jobs.served_results")  # its import takes a second
    found: AbstractContextManager[tuple[dict[Path, Path], Callable[[], object]]]
    found = served_results.archives_of(dbs, chosen)
    return found


@contextmanager
def _ends_at_once(delete: Callable[[], object]) -> Iterator[None]:
    """Let a signal end this process while the server starts, and after the server has ended because of it.

    While the server runs, uvicorn handles Ctrl-C and SIGTERM. As the server starts, KeyboardInterrupt could
    be raised within Datasette, which would leave a warning, or go on. Nothing is written to the archive files
    then. `delete` is called at the end. A signal that is ignored stays so (nohup, a job in the background).
    """

    def end(*_: object) -> None:
        delete()
        os.write(2, b"stopped\n")
        os._exit(0)

    before = {number: signal.getsignal(number) for number in STOPPING}
    ours = [number for number, handler in before.items() if handler not in (signal.SIG_IGN, None)]
    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _files(dbs: Iterable[Path]) -> list[str]:
    """Return the archive files as arguments of Datasette.

    In a folder without write permission, SQLite can read a file in write-ahead mode only if the file is
    declared immutable.
    """
    arguments = []
    for db in dbs:
        arguments += [str(db)] if os.access(db.parent, os.W_OK) else ["--immutable", str(db)]
    return arguments


def _settings(no_sql: bool, path: str) -> list[str]:
    """Return Datasette's settings as arguments. `path` is the path of the public address, or ""."""
    settings = {
        # Datasette would test for each page which columns are useful as facets, and that takes long. Those
        # that are useful are in db/web/metadata.yaml.
        "suggest_facets": "off",
        # Views of a large archive file take longer than Datasette's limits. Their answers are kept. A page
        # with parameters gets less time (db/web/limits/time_limits.py).
        "facet_time_limit_ms": str(time_limits.PLAIN),
        "sql_time_limit_ms": str(time_limits.PLAIN),
        # Endless queries of visitors must leave a processor core for our pages.
        "num_sql_threads": str(max(1, min(3, (os.cpu_count() or 1) - 1))),
    }
    if no_sql:
        settings["default_allow_sql"] = "off"
    if path not in ("", "/"):
        settings["base_url"] = path
    return [word for name, value in settings.items() for word in ("--setting", name, value)]


def _free_port(host: str, port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressInUseError(
                f"cannot listen on {host}:{port} ({error.strerror}); try another --port"
            ) from error
        return int(probe.getsockname()[1])


def _open_browser(host: str, port: int) -> None:
    """Open the first page as soon as the server listens."""
    deadline = time.monotonic() + _OPEN_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(f"http://{host}:{port}/")
            return
