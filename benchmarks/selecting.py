#!/usr/bin/env python3
"""Changes found per number of fetches: `--select bisect` compared with a full crawl, over HTTP.

Run from the project's root: python benchmarks/selecting.py [series|retailers ...]. It imports the captures
into a temporary archive, serves it on loopback, and crawls it with `--select all` and with `--select bisect`.
For the curve it also repeats `--select bisect --budget`, where each run continues the last one.

A change of the full crawl counts as found if a change has the same `first_new`, and as bracketed if it lies
between the captures of a change. `other` counts changes without a change of the full crawl between their
captures.
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
STEPS = 10  # of the curve, from nothing to everything
Change = tuple[str, str, str]  # retailer, last_old, first_new


@dataclass(frozen=True)
class Crawled:
    """Cost and results of a crawl so far."""

    requests: int
    fetches: int
    changes: frozenset[Change]

    def found(self, whole: "Crawled") -> int:
        """How many changes of a full crawl it has at exactly that capture."""
        at = {(retailer, first_new) for retailer, _, first_new in self.changes}
        return sum((retailer, first_new) in at for retailer, _, first_new in whole.changes)

    def bracketed(self, whole: "Crawled") -> int:
        """How many changes of a full crawl lie between the captures of one of its changes."""
        return sum(any(_holds(own, change) for own in self.changes) for change in whole.changes)

    def other(self, whole: "Crawled") -> int:
        """How many of its changes have none of a full crawl between their captures."""
        return sum(not any(_holds(own, change) for change in whole.changes) for own in self.changes)


def _holds(own: Change, change: Change) -> bool:
    return own[0] == change[0] and own[1] < change[2] <= own[2]


def main(names: list[str]) -> None:
    """Measure and print, for each corpus."""
    for name in names or ["series", "retailers"]:
        with tempfile.TemporaryDirectory() as folder:
            origin, retailers = prepare(name, Path(folder))
            with serving(origin) as address:
                measure(name, Path(folder), address, retailers)


def prepare(name: str, folder: Path) -> tuple[Path, Path]:
    """Import a corpus; return the archive to serve, and the list of its retailers."""
    origin, retailers = folder / "origin.db", folder / "retailers.csv"
    if name == "retailers":
        shutil.copy(CORPUS / name / "retailers.csv", retailers)
        policytrail("import", origin, CORPUS / name / "retailers.warc.gz", "--retailers", retailers)
    else:
        write_series(retailers)
        policytrail(
            "import", origin, *sorted((CORPUS / name).glob("*/captures.warc.gz")), "--retailers", retailers
        )
    return origin, retailers


def write_series(retailers: Path) -> None:
    """List each page of the series as a retailer."""
    pages = [
        (file.parent.name, json.loads(file.read_text())["url"])
        for file in sorted((CORPUS / "series").glob("*/series.json"))
    ]
    with retailers.open("w") as file:
        csv.writer(file).writerows(
            [("domain", "policy_url"), *((f"{name}.example", url) for name, url in pages)]
        )


def measure(name: str, folder: Path, address: str, retailers: Path) -> None:
    """Crawl a served corpus in all three ways."""
    source = (
        "--retailers",
        retailers,
        "--source",
        address,
        "--cdx-per-minute",
        "0",
        "--replay-per-minute",
        "0",
    )
    whole = crawl(folder / "all.db", *source)
    few = crawl(folder / "bisect.db", *source, "--select", "bisect")
    print(f"\n{name}: {whole.fetches} fetches, {len(whole.changes)} changes in an exhaustive crawl")
    costs = whole.requests / len(whole.changes), few.requests / few.found(whole)
    print(f"requests a change: {costs[0]:.1f} exhaustive, {costs[1]:.1f} bisect")
    print("| fetches | of all | found | of all | bracketed | other |\n|---:|---:|---:|---:|---:|---:|")
    print(line(few, whole), "without a budget", flush=True)
    for _ in range(STEPS):
        budget = -(-whole.requests // STEPS)
        part = crawl(folder / "curve.db", *source, "--select", "bisect", "--budget", str(budget))
        print(line(part, whole), flush=True)


def line(crawled: Crawled, whole: Crawled) -> str:
    """Return a row of the curve."""
    found, bracketed = crawled.found(whole), crawled.bracketed(whole)
    shares = [f"{share:.1%}" for share in (crawled.fetches / whole.fetches, found / len(whole.changes))]
    return (
        f"| {crawled.fetches} | {shares[0]} | {found} | {shares[1]} | {bracketed} | {crawled.other(whole)} |"
    )


def crawl(db: Path, *options: object) -> Crawled:
    """Crawl, or continue a crawl; return the total cost so far."""
    policytrail("crawl", db, *options)
    with closing(sqlite3.connect(db)) as archive:
        changes = archive.execute(
            "select retailer, last_old, first_new from change_log where kind = 'wording'"
        ).fetchall()
        requests, fetches = archive.execute("select sum(requests), sum(fetched) from crawls").fetchone()
    return Crawled(requests, fetches, frozenset(changes))


def policytrail(*arguments: object) -> None:
    """Run the command; status 3 (incomplete) is the normal end with a budget."""
    command = [sys.executable, "-m", "crawler.cli", *map(str, arguments)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)} ended with status {ended.returncode}: {ended.stderr}")


if __name__ == "__main__":
    main(sys.argv[1:])
