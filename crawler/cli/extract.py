"""The command `extract`: turn one page into Markdown."""

from typing import BinaryIO

import click

from crawler import terminal
from crawler.cli.options import WEB_ADDRESS, print_note
from crawler.cli.own_limits import MEGABYTES, limited
from crawler.errors import TooLargeError
from crawler.webarchive.content_encoding import MAX_BYTES
from crawler.workers.limits import allowed_memory
from extract.document import BROKE, extract_policy


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--url", required=True, type=WEB_ADDRESS, help="The address at which the page was captured.")
@click.option(
    "--timestamp",
    help="The timestamp of the capture, such as 20150530130240. "
    "The first line of the output names the capture.",
)
@click.option("--content-type", help="The page's Content-Type header.")
def extract(file: BinaryIO, url: str, timestamp: str | None, content_type: str | None) -> None:
    """Convert one page (FILE, or - for standard input) to Markdown; the verdict goes to standard error.

    Example: policytrail extract page.html --url http://shop.example/privacy --timestamp 20140530130240
    """
    body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise TooLargeError(f"{file.name} is larger than {MAX_BYTES >> 20} MB, so it is no policy")
    with limited("the extraction"):
        document = extract_policy(body, url=url, timestamp=timestamp, content_type=content_type)
        if document.reason.startswith(BROKE) and allowed_memory(MEGABYTES) < MEGABYTES:
            raise MemoryError  # no verdict: the system allows less memory than a page may take
    terminal.print_text(document.markdown if timestamp else document.text, nl=False)
    print_note(f"{document.verdict}: {document.reason}")
