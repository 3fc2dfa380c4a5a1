"""The command `demo`: run a complete crawl on the bundled archive of fictional shops."""

import sys
from pathlib import Path

import click

from crawler.demo import run


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Run everything on a bundled archive of fictional shops, without a network.

    The archive is imported, served on this machine, and crawled over HTTP into FOLDER/archive.db; then the
    results are printed.

    Example: policytrail demo
    """
    sys.exit(run.demo(folder))
