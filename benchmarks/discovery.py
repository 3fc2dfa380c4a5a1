#!/usr/bin/env python3
"""Cost and results of each discovery strategy, alone and together, over HTTP on loopback.

Run from the project's root: python benchmarks/discovery.py [demo|huge|retailers ...]. The list of retailers
has no addresses. For strategies that only follow links and redirects it has the oldest address of each, which
does not count as found. An address counts as found if discovery took it for the retailer's privacy policy and
it is among the true ones. It counts as false if only discovery has it.

- demo: the bundled archive; the true addresses are those of crawler/demo/addresses.csv
- huge: the host of tests/support/wayback/huge_host.py with 20,000 rows in the index, once without time-outs,
  and once with 504 for queries that scan more than 5,000
- retailers: the corpus' archive of policy pages alone, without home pages; the true addresses are those of
  its own list, and no page was judged by hand: additional finds are printed, so that a person can check them
"""

import csv
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.demo import build, run
from crawler.demo.run import serving
from db.urlkey import urlkey

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus" / "retailers"
sys.path.append(str(ROOT))

from tests.support.wayback import huge_host  # noqa: E402 - the tests' own world

Address = tuple[str, str]  # retailer, urlkey
ALONE = {
    "index": "index",
    "home pages": "home",
    "common paths": "path",
    "redirects and links": "known,successor",
    "all": "known,index,home,path,successor",
}


@dataclass(frozen=True)
class World:
    """A served archive, and the true addresses of each retailer's policy, the oldest first."""

    name: str
    source: str
    names: dict[str, str]
    addresses: dict[str, list[str]]

    def write(self, file: Path, *, oldest: bool) -> set[Address]:
        """Write the list of retailers, without addresses or each with its oldest one.

        Returns the addresses that discovery must find.
        """
        given = {domain: urls[0] if oldest and urls else "" for domain, urls in self.addresses.items()}
        with file.open("w", newline="", encoding="utf-8") as out:
            rows = [(domain, self.names.get(domain, ""), url) for domain, url in given.items()]
            csv.writer(out).writerows([("domain", "name", "policy_url"), *rows])
        every = {(domain, urlkey(url)) for domain, urls in self.addresses.items() for url in urls}
        return every - {(domain, urlkey(url)) for domain, url in given.items() if url}


def main(names: list[str]) -> None:
    """Measure and print each world."""
    worlds = {"demo": demo, "huge": huge, "retailers": retailers}
    for name in names or list(worlds):
        with tempfile.TemporaryDirectory() as folder, worlds[name](Path(folder)) as served:
            for world in served:
                measure(world, Path(folder))


@contextmanager
def demo(folder: Path) -> Iterator[list[World]]:
    """The bundled archive, with known addresses."""
    build.build(folder / "shops.warc.gz")
    origin = folder / "origin.db"
    policytrail("import", origin, folder / "shops.warc.gz")
    names = {row["domain"]: row["name"] for row in table(run.RETAILERS)}
    addresses: dict[str, list[str]] = {domain: [] for domain in names}
    for row in table(build.HERE / "addresses.csv"):
        if row["kind"] == "privacy":
            addresses[row["domain"]].append(row["url"])
    with serving(origin) as address:
        yield [World("demo", address, names, addresses)]


@contextmanager
def huge(folder: Path) -> Iterator[list[World]]:
    """The huge host, twice."""
    del folder
    addresses = {huge_host.DOMAIN: [huge_host.POLICY]}
    with huge_host.HugeHost() as patient, huge_host.HugeHost(scans_at_most=5_000) as busy:
        yield [
            World("a huge host", patient.address, {}, addresses),
            World("a huge host that times out", busy.address, {}, addresses),
        ]


@contextmanager
def retailers(folder: Path) -> Iterator[list[World]]:
    """The corpus; its addresses are in the order of their first captures."""
    listed = sorted(table(CORPUS / "retailers.csv"), key=lambda row: row["first_capture"])
    addresses: dict[str, list[str]] = {}
    for row in listed:
        addresses.setdefault(row["domain"], []).append(row["policy_url"])
    origin = folder / "origin.db"
    shutil.copy(CORPUS / "retailers.csv", folder / "owners.csv")
    policytrail("import", origin, CORPUS / "retailers.warc.gz", "--retailers", folder / "owners.csv")
    with serving(origin) as address:
        yield [World("retailers", address, {}, addresses)]


def measure(world: World, folder: Path) -> None:
    """Run each strategy alone, then all together."""
    of_all = sum(map(len, world.addresses.values()))
    print(f"\n{world.name}: {len(world.addresses)} retailers, {of_all} addresses of policies")
    print(
        "| strategy | requests | found | missed | false | of other regions |\n|---|---:|---:|---:|---:|---:|"
    )
    for name, strategies in ALONE.items():
        bare = folder / "list.csv"
        wanted = world.write(bare, oldest="known" in strategies and "index" not in strategies)
        db = folder / f"{world.name} {name}.db".replace(" ", "-")
        discover(db, bare, world.source, strategies)
        with closing(sqlite3.connect(db)) as archive:
            requests = archive.execute("select sum(requests) from crawls").fetchone()[0]
            found_addresses = archive.execute(
                "select retailer, url, kind from lineage where first_good is not null"
            ).fetchall()
            costs = archive.execute(
                "select way, sum(requests), sum(found) from searches group by way"
            ).fetchall()
        taken = {(retailer, urlkey(url)) for retailer, url, kind in found_addresses if kind == "privacy"}
        regional = sum(kind == "regional" for *_, kind in found_addresses)
        true = {(domain, urlkey(url)) for domain, urls in world.addresses.items() for url in urls}
        numbers = requests, len(taken & wanted), len(wanted - taken), len(taken - true), regional
        print(f"| {name} | {' | '.join(map(str, numbers))} |", flush=True)
        for kind, found in (("missed", wanted - taken), ("false", taken - true)):
            for retailer, key in sorted(found) if name == "all" else ():
                print(f"  {kind}: {retailer} {key}")
    print(
        "all, by strategy:",
        "; ".join(f"{way}: {asked} requests, {found} found" for way, asked, found in costs),
    )


def discover(db: Path, list_: Path, source: str, strategies: str) -> None:
    """Run the spider to its end, with these strategies only."""
    arguments = {
        "db": db,
        "retailers": list_,
        "source": source,
        "strategies": strategies,
        "cdx_per_minute": 0,
        "replay_per_minute": 0,
    }
    command = [sys.executable, "-m", "scrapy", "crawl", "discover"]
    for name, value in arguments.items():
        command += ["-a", f"{name}={value}"]
    check(subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True))


def policytrail(*arguments: object) -> None:
    """Run the command to its end."""
    check(
        subprocess.run(
            [sys.executable, "-m", "crawler.cli", *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
        )
    )


def check(ended: "subprocess.CompletedProcess[str]") -> None:
    """End the benchmark if a command failed or was incomplete."""
    if ended.returncode:
        sys.exit(
            f"{' '.join(map(str, ended.args))} ended with status {ended.returncode}: {ended.stderr[-2000:]}"
        )


def table(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
