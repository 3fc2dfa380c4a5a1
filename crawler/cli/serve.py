"""The command `serve`: show an archive file in the browser, and answer Wayback clients."""

import os
import socket
import sys
from pathlib import Path

import click
from datasette.cli import cli as datasette

from crawler import terminal
from crawler.cli.options import DB
from crawler.errors import AddressInUseError
from db.database import open_archive
from db.web.common import file_names


@click.command()
@DB
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="The port to listen on; 0: any free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--no-sql", is_flag=True, help="Let visitors write no SQL of their own; for a public server.")
def serve(db: Path, port: int, host: str, no_sql: bool) -> None:
    """Serve DB for browsers with Datasette, and for Wayback clients at /cdx/search/cdx and /web/.

    Example: policytrail serve archive.db --port 8001
    """
    file_names.check(db)
    writable = os.access(db.parent, os.W_OK)
    open_archive(db).close()
    port = _free_port(host, port)
    address = f"http://{host}:{port}"
    terminal.print_line(
        f"Serving {db} at {address}/ (Ctrl-C stops it); for Wayback clients: --source {address}"
    )
    sys.stdout.flush()
    # In a folder without write permission, SQLite can read a file in write-ahead mode only if the file is
    # declared immutable.
    opened = ["serve", str(db)] if writable else ["serve", "--immutable", str(db)]
    # Datasette would test for each page which columns are useful as facets: that takes longer than the page.
    # Those that are useful are in db/web/metadata.yaml.
    opened += ["--setting", "suggest_facets", "off"]
    # The views of missing captures take longer than Datasette's limit for a facet; their answers are kept.
    opened += ["--setting", "facet_time_limit_ms", "1000"]
    # Endless queries of visitors must leave a processor core for our pages.
    opened += ["--setting", "num_sql_threads", str(max(1, min(3, (os.cpu_count() or 1) - 1)))]
    if no_sql:
        opened += ["--setting", "default_allow_sql", "off"]
    datasette.main([*opened, "--host", host, "--port", str(port)], standalone_mode=False)


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
