#!/usr/bin/env python3
"""Changes found per number of fetches: `--select bisect` compared with a full crawl, over HTTP.

Run from the project's root: python benchmarks/selecting.py [--leave-one-out] [series|retailers ...]. It
imports the captures into a temporary archive, serves it on loopback, and crawls it with `--select all` and
with `--select bisect`. For the curve it also repeats `--select bisect --budget`, where each run continues the
last one.

With `--leave-one-out` nothing is crawled: bisection is simulated in one process. For each history, the one
of `SETTINGS` is chosen that does best on all the others of its corpus, and for each corpus the one that does
best on the other corpus. Each is measured with lengths as stored and with compressed ones, on all captures
and on random shares of them.

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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from simulated_selection import Corpus, Found, leave_one_out, total

from crawler.demo.run import serving

CORPORA = ("series", "retailers")
# The numbers of bisection as they are, and with one of them changed.
SETTINGS: list[dict[str, float]] = [
    {},
    *({"bisection.RETURNING": value} for value in (0.0, 0.05)),
    {"bisection.UNSEEN": 0.0},
    *({"change_likelihood.ROOT": value} for value in (0.15, 0.35)),
    {"change_likelihood.EVIDENCE": 0.0},
    {"change_likelihood.STAYING": 1},
]
# Shares of the captures, and the seed of each draw.
THINNED = ((1.0, 0), (0.75, 4), (0.5, 7))
SLACK = 0.01  # of the changes: so few more are not worth a request
HEAD = "captures | fetches | of all | changes | found | of all | fetches a change |"
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
    """Simulate both corpora with each setting, and print what is found where the setting was not chosen."""
    results = {name: simulate(name) for name in CORPORA}
    sums = {
        name: [total(column) for column in zip(*of_corpus.values(), strict=True)]
        for name, of_corpus in results.items()
    }
    for name, other in (CORPORA, CORPORA[::-1]):
        print(f"\n{name}, all variations together\n| setting | {HEAD}")
        for setting, found in zip(SETTINGS, sums[name], strict=True):
            print(f"| {named(setting)} | {found} |")
        print_held_out(results[name])
        alone = best(sums[other])
        print(
            f"\nsetting chosen on {other} alone, {named(SETTINGS[alone])}: | {sums[name][alone]} |",
            flush=True,
        )


def print_held_out(results: Mapping[str, Sequence[Found]]) -> None:
    """Print the result of each history with the setting that is best for the others."""
    held_out = leave_one_out(results, best)
    print(f"\n| held out | setting | {HEAD}")
    for name, (number, one) in held_out.items():
        print(f"| {name} | {named(SETTINGS[number])} | {one} |")
    found = [one for _, one in held_out.values()]
    print(f"| together | | {total(found)} |")
    costs, recalls = [one.cost for one in found], [one.recall for one in found]
    print(f"means: {sum(costs) / len(found):.1%} fetched, {sum(recalls) / len(found):.1%} found")
    print(f"worst: {max(costs):.1%} fetched, {min(recalls):.1%} found")


def simulate(name: str) -> dict[str, list[Found]]:
    """Return what each setting finds in each history, in all variations together; print the variations."""
    with tempfile.TemporaryDirectory() as folder, closing(Corpus(prepare(name, Path(folder))[0])) as corpus:
        found: dict[str, list[Found]] = {retailer: [Found()] * len(SETTINGS) for retailer in corpus.pages}
        print(f"\n{name}, simulated\n| captures, lengths | {HEAD}")
        for share, seed in THINNED:
            pages = corpus.thinned(share, seed)
            for packed in (False, True):
                for number, setting in enumerate(SETTINGS):
                    with changed(setting):
                        of = {shop: corpus.bisect(page, packed=packed) for shop, page in pages.items()}
                    for shop, one in of.items():
                        found[shop][number] = total([found[shop][number], one])
                    if not setting:
                        lengths = "compressed" if packed else "as stored"
                        print(f"| {share:.0%}, {lengths} | {total(list(of.values()))} |", flush=True)
    return found


@contextmanager
def changed(setting: Mapping[str, float]) -> Iterator[None]:
    """Change numbers of bisection."""
    with ExitStack() as patches:
        for name, value in setting.items():
            patches.enter_context(patch(f"crawler.crawl.bisecting.{name}", value))
        yield


def named(setting: Mapping[str, float]) -> str:
    """Return a setting as one cell."""
    return ", ".join(f"{name.split('.')[1]} {value}" for name, value in setting.items()) or "as it is"


def best(found: Sequence[Found]) -> int:
    """Return the setting with the fewest fetches among those that find nearly as much as the best one."""
    most = max(one.recall for one in found)
    enough = [number for number, one in enumerate(found) if one.recall >= most - SLACK]
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
