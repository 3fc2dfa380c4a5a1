#!/usr/bin/env python3
"""How many changes are found with how many fetches: `--select bisect` against everything, over HTTP.

Run from the project's root: python benchmarks/selecting.py [series|retailers ...]. Imports the captures into a scratch
archive, serves it on loopback, and crawls it with `--select all`, with `--select bisect`, and, for the curve, with
`--select bisect --budget` again and again, each run going on where the last one stopped. A change counts as found where a
change of the exhaustive crawl has the same `first_new`; `other` are changes that the exhaustive crawl does not have.
"""

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crawler.demo.run import serving

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
STEPS = 20  # of the curve, from nothing to everything
Change = tuple[str, str]


@dataclass(frozen=True)
class Crawled:
    """What a crawl has cost and found so far."""

    requests: int
    fetches: int
    changes: frozenset[Change]


def main(names: list[str]) -> None:
    """Measure and print, for each corpus."""
    for name in names or ["series", "retailers"]:
        with tempfile.TemporaryDirectory() as folder:
            origin, retailers = prepare(name, Path(folder))
            with serving(origin) as address:
                measure(name, Path(folder), address, retailers)


def prepare(name: str, folder: Path) -> tuple[Path, Path]:
    """Import a corpus: the archive to serve, and the list of its retailers."""
    origin, retailers = folder / "origin.db", folder / "retailers.csv"
    if name == "retailers":
        shutil.copy(CORPUS / name / "retailers.csv", retailers)
        policytrail("import", origin, CORPUS / name / "retailers.warc.gz", "--retailers", retailers)
    else:
        write_series(retailers)
        policytrail("import", origin, *sorted((CORPUS / name).glob("*/captures.warc.gz")), "--retailers", retailers)
    return origin, retailers


def write_series(retailers: Path) -> None:
    """List each page of the series as a retailer's of its own."""
    pages = [
        (file.parent.name, json.loads(file.read_text())["url"]) for file in sorted((CORPUS / "series").glob("*/series.json"))
    ]
    with retailers.open("w") as file:
        csv.writer(file).writerows([("domain", "policy_url"), *((f"{name}.example", url) for name, url in pages)])


def measure(name: str, folder: Path, address: str, retailers: Path) -> None:
    """Crawl a served corpus in all three ways."""
    source = ("--retailers", retailers, "--source", address, "--cdx-per-minute", "0", "--replay-per-minute", "0")
    whole = crawl(folder / "all.db", *source)
    few = crawl(folder / "bisect.db", *source, "--select", "bisect")
    print(f"\n{name}: {whole.fetches} fetches, {len(whole.changes)} changes in an exhaustive crawl")
    print(f"requests a change: {whole.requests / len(whole.changes):.1f} exhaustive, {per_change(few, whole):.1f} bisect")
    print("| fetches | of all | changes found | of all | other |\n|---:|---:|---:|---:|---:|")
    print(line(few, whole), "without a budget", flush=True)
    for _ in range(STEPS + 1):
        budget = -(-whole.requests // STEPS)
        part = crawl(folder / "curve.db", *source, "--select", "bisect", "--budget", str(budget))
        print(line(part, whole), flush=True)
        if part.changes == whole.changes and part.fetches > 0.6 * whole.fetches:
            break


def per_change(crawled: Crawled, whole: Crawled) -> float:
    """Requests for each change that the exhaustive crawl has too."""
    return crawled.requests / max(1, len(crawled.changes & whole.changes))


def line(crawled: Crawled, whole: Crawled) -> str:
    """A row of the curve."""
    found, other = len(crawled.changes & whole.changes), len(crawled.changes - whole.changes)
    shares = crawled.fetches / whole.fetches, found / len(whole.changes)
    return f"| {crawled.fetches} | {shares[0]:.1%} | {found} | {shares[1]:.1%} | {other} |"


def crawl(db: Path, *options: object) -> Crawled:
    """Crawl, or go on with a crawl; all that it has cost so far."""
    policytrail("crawl", db, *options)
    with closing(sqlite3.connect(db)) as archive:
        changes = archive.execute("select retailer, first_new from change_log where kind = 'wording'").fetchall()
        requests, fetches = archive.execute("select sum(requests), sum(fetched) from crawls").fetchone()
    return Crawled(requests, fetches, frozenset(changes))


def policytrail(*arguments: object) -> None:
    """Run the command; status 3 (done in part) is what a budget ends with."""
    command = [sys.executable, "-m", "crawler.cli", *map(str, arguments)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)} ended with status {ended.returncode}: {ended.stderr}")


if __name__ == "__main__":
    main(sys.argv[1:])
