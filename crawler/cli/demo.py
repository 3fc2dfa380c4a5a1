"""The demonstration: the whole job on the bundled archive of fictional shops, over real HTTP on loopback."""

import sys
from pathlib import Path

import click

from crawler.demo import run


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Import the bundled archive, serve it on loopback, crawl it over HTTP into FOLDER/archive.db, and say what was found.

    Example: policytrail demo
    """
    sys.exit(run.demo(folder))
