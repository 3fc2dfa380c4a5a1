#!/usr/bin/env python3
"""Processor time of a cold extraction, as a ratio to stock trafilatura, on full pages and on fragments.

Nothing is remembered between pages. Each body is extracted by both in turns, in one process, so other work on
the machine slows both. The shortest of the rounds counts.

Run from the project's root: python benchmarks/one_core.py [--rounds 3] [--fragments 150]
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import trafilatura

from crawler.importing import warc_reader
from crawler.importing.warc_record import Record
from extract import extract_policy

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
ADDRESS = "http://shop.example/privacy"
Body = tuple[bytes, str]


def full_pages() -> Iterator[Body]:
    """Yield the pages with markup, without the comment that the corpus put before some of them."""
    for folder in ("pairs", "wayback-pairs"):
        for file in sorted((CORPUS / folder).rglob("page.html")):
            yield re.sub(rb"\A\s*<!--.*?-->", b"", file.read_bytes(), count=1, flags=re.S), ADDRESS


def fragments(number: int) -> list[Body]:
    """Return some of the distinct bodies of the 40 retailers, which are fragments without ``html``."""
    records = warc_reader.read(CORPUS / "retailers" / "retailers.warc.gz")
    distinct = {(one.original, one.digest): one.body or b"" for one in records if isinstance(one, Record)}
    bodies = [(body, original) for (original, _), body in distinct.items()]
    return random.Random(5).sample(bodies, min(number, len(bodies)))


def stock(body: bytes, url: str) -> None:
    """Extract as a user of trafilatura does who wants the whole text with its markup."""
    trafilatura.extract(
        body,
        url=url,
        output_format="markdown",
        include_formatting=True,
        include_links=True,
        favor_recall=True,
    )


def ours(body: bytes, url: str) -> None:
    """Extract as policytrail does."""
    extract_policy(body, url=url)


def seconds(extract: Callable[[bytes, str], None], body: Body) -> float:
    """Return the processor time of one extraction."""
    start = time.process_time()
    extract(*body)
    return time.process_time() - start


def measure(name: str, bodies: list[Body], rounds: int) -> None:
    """Extract each body by both, round by round, and print the ratio."""
    times = [[(seconds(stock, body), seconds(ours, body)) for body in bodies] for _ in range(rounds)]
    shortest = [[min(pair) for pair in zip(*of_body, strict=True)] for of_body in zip(*times, strict=True)]
    theirs, mine = map(sum, zip(*shortest, strict=True))
    each = 1000 * mine / len(bodies)
    click.echo(f"{name:10} {len(bodies):4} bodies: {each:6.1f} ms each, {mine / theirs:.2f} times stock")


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option("--fragments", "number", default=150, show_default=True, help="How many fragments are read.")
def main(rounds: int, number: int) -> None:
    """Measure and print."""
    measure("full pages", list(full_pages()), rounds)
    measure("fragments", fragments(number), rounds)


if __name__ == "__main__":
    main()
