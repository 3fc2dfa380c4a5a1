#!/usr/bin/env python3
"""Processor time of an extraction, as a ratio to stock trafilatura: cold, and with reuse between captures.

Cold, nothing is remembered between bodies: both forget all before each, and only the extraction is measured.
With reuse, both remember what they want between the captures of a page one after the other, and forget all
before the first. Each body is extracted by both in turns, in one process, so other work on the machine slows
both. The shortest of the rounds counts.

Run from the project's root: python benchmarks/one_core.py [--rounds 3] [--fragments 150] [--captures 300]
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import trafilatura
from trafilatura.meta import reset_caches

from crawler.importing import warc_reader
from crawler.importing.warc_record import Record
from extract import extract_policy
from extract.memory import forget_all

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
ADDRESS = "http://shop.example/privacy"
IN_A_ROW = 30
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


def captures(files: list[Path], number: int) -> list[list[Body]]:
    """Return the different bodies of some pages, in the order of their capture: about ``number`` in all.

    There are at most 30 of a page: some in a row from its middle.
    """
    pages: dict[str, dict[str, Body]] = {}
    records = (one for file in files for one in warc_reader.read(file) if isinstance(one, Record))
    for one in sorted(records, key=lambda record: record.timestamp):
        pages.setdefault(one.original, {}).setdefault(one.digest, (one.body or b"", one.original))
    found: list[list[Body]] = []
    for page in random.Random(5).sample(sorted(pages), len(pages)):
        bodies = list(pages[page].values())
        middle = max(0, len(bodies) // 2 - IN_A_ROW // 2)
        if len(bodies) > 1 and sum(map(len, found)) < number:
            found.append(bodies[middle : middle + IN_A_ROW])
    return found


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


def measure(name: str, pages: list[list[Body]], rounds: int) -> None:
    """Extract each body by both, round by round, and print the ratio. Before each page, both forget all."""
    times: list[list[tuple[float, float]]] = []
    for _ in range(rounds):
        times.append([])
        for bodies in pages:
            forget_all()
            reset_caches()
            times[-1] += [(seconds(stock, body), seconds(ours, body)) for body in bodies]
    shortest = [[min(pair) for pair in zip(*of_body, strict=True)] for of_body in zip(*times, strict=True)]
    theirs, mine = map(sum, zip(*shortest, strict=True))
    each = 1000 * mine / len(shortest)
    click.echo(f"{name:32} {len(shortest):4} bodies: {each:6.1f} ms each, {mine / theirs:.2f} times stock")


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option("--fragments", "number", default=150, show_default=True, help="How many fragments are read.")
@click.option("--captures", "in_order", default=300, show_default=True, help="How many captures are read.")
def main(rounds: int, number: int, in_order: int) -> None:
    """Measure and print."""
    measure("full pages, cold", [[body] for body in full_pages()], rounds)
    measure("fragments, cold", [[body] for body in fragments(number)], rounds)
    for name, files in (
        ("series", sorted((CORPUS / "series").rglob("captures.warc.gz"))),
        ("retailers", [CORPUS / "retailers" / "retailers.warc.gz"]),
    ):
        pages = captures(files, in_order)
        measure(f"captures of {name}, cold", [[body] for page in pages for body in page], rounds)
        measure(f"captures of {name}, with reuse", pages, rounds)


if __name__ == "__main__":
    main()
