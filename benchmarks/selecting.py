#!/usr/bin/env python3
"""Changes found per number of fetches: `--select bisect` compared with a full crawl, over HTTP.

Run from the project's root: python benchmarks/selecting.py [--leave-one-out] [series|retailers ...]. It imports the captures
into a temporary archive, serves it on loopback, and crawls it with `--select all` and with `--select bisect`.
For the curve it also repeats `--select bisect --budget`, where each run continues the last one.

With `--leave-one-out` nothing is crawled: bisection is simulated in one process. For each retailer, the numbers
of `crawler/crawl/bisection.py` are chosen that do best on all the others, of both corpora; `corpus` leaves
the whole corpus out. Each is measured with lengths as stored and with compressed ones, on all captures and on
random shares of them.

A change of the full crawl counts as found if a change has the same `first_new`, and as bracketed if it lies
between the captures of a change. `other` counts changes without a change of the full crawl between their
captures.
"""

import argparse
import csv
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from simulated_selection import Corpus, Found, leave_one_out, total

from crawler.crawl import bisection
from crawler.demo.run import serving

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
CORPORA = ("series", "retailers")
# The numbers of bisection as they are, and with one of them changed.
SETTINGS: list[dict[str, float]] = [
    {},
    *({"RETURNING": value} for value in (0.01, 0.06)),
    *({"SLOWNESS": value} for value in (0.0, 0.5)),
    *({"BY_LENGTH": value} for value in (1.0, 10.0)),
    *({"BY_DATE": value} for value in (0.0, 3.0)),
]
THINNED = ((1.0, 0), (0.8, 1), (0.6, 2))  # shares of the captures, with the seeds of the draws
SLACK = 0.01  # of the found changes: not worth a request
HEAD = "captures | fetches | of all | changes | found | of all | fetches a change |\n|---|---:|---:|---:|---:|---:|---:|---:|"
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


def main() -> None:
    """Measure and print, for each corpus."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="CORPUS", help="series or retailers; both without any")
    parser.add_argument("--leave-one-out", action="store_true", help="simulate, and print held-out figures")
    options = parser.parse_args()
    if options.leave_one_out:
        cross_validate()
        return
    for name in options.names or CORPORA:
        with tempfile.TemporaryDirectory() as folder:
            origin, retailers = prepare(name, Path(folder))
            with serving(origin) as address:
                measure(name, Path(folder), address, retailers)


def cross_validate() -> None:
    """Simulate both corpora with each setting, and print what each setting finds where it was not chosen."""
    results = {name: simulate(name) for name in CORPORA}
    sums = {name: [total(of_setting) for of_setting in zip_dicts(of)] for name, of in results.items()}
    for name, other in (CORPORA, CORPORA[::-1]):
        held_out, chosen = leave_one_out(results[name], best, sums[other])
        print(f"\n{name}: with the settings that are best for the other retailers")
        print(f"settings: {dict(Counter(str(SETTINGS[number]) for number in chosen))}")
        print(f"| held out | {HEAD}")
        for retailer, found in held_out.items():
            print(f"| {retailer} | {found} |")
        print(f"| all | {total(held_out)} |")
        alone = best(sums[other])
        print(f"| corpus, settings of {other} | {sums[name][alone]} | {SETTINGS[alone]}")
        for setting, found in zip(SETTINGS, sums[name], strict=True):
            print(f"| {setting or 'as it is'} | {found} |")


def simulate(name: str) -> dict[str, list[Found]]:
    """Return for each retailer what each setting finds, in all variations together; print the variations."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(prepare(name, Path(folder))[0])
        found: dict[str, list[Found]] = {retailer: [Found()] * len(SETTINGS) for retailer in corpus.pages}
        print(f"\n{name}, simulated\n| captures, lengths | {HEAD}")
        for share, seed in THINNED:
            pages = corpus.thinned(share, seed)
            for packed in (False, True):
                for number, setting in enumerate(SETTINGS):
                    with patch.dict(vars(bisection), setting):
                        of = {name: corpus.bisect(page, packed=packed) for name, page in pages.items()}
                    for retailer, one in of.items():
                        found[retailer][number] += one
                    if not setting:
                        lengths = "compressed" if packed else "as stored"
                        print(f"| {share:.0%}, {lengths} | {total(of)} |", flush=True)
    return found


def zip_dicts(found: dict[str, list[Found]]) -> list[dict[str, Found]]:
    """Return for each setting the results by retailer."""
    return [{name: of[number] for name, of in found.items()} for number in range(len(SETTINGS))]


def best(found: Sequence[Found]) -> int:
    """Return the setting with the fewest fetches among those that find nearly as much as the best one."""
    shares = [one.found / one.changes for one in found]
    enough = [number for number, share in enumerate(shares) if share >= max(shares) - SLACK]
    return min(enough, key=lambda number: found[number].fetches)


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
    main()
