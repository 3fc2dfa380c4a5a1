"""Work spread over machines: each crawls its part, with its own limits.

The merged parts are the archive of one crawl.
"""

import csv
import hashlib
import itertools
import random
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from crawler.demo.run import serving
from db.database import open_archive, transaction
from db.normalisation import wording_key
from db.store import captures, retailers, texts
from db.store.bodies import Bodies
from db.store.captures import IndexRow, Replayed
from db.store.texts import Text
from db.write_lock import exclusive_writer
from extract import EXTRACTOR
from tests.support import archives
from tests.support.files import size_of
from tests.support.paths import ROOT
from tests.support.processes import (
    POLICYTRAIL,
    RATES_OFF,
    end_of,
    kill,
    policytrail,
    start,
    wait_until,
)

RETAILERS = ROOT / "crawler" / "demo" / "retailers.csv"
SEED = 20180525
KILLS = 6
PAGE = 4096 + 24  # bytes of a page in SQLite's write-ahead log


class Machines:
    """Machines that share only the web archive at `address`."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address

    def crawl(self, name: str, *options: object) -> Path:
        home = self.folder / name
        home.mkdir()
        crawl = ("crawl", home / "archive.db", "--source", self.address, *RATES_OFF, "--jobs", 1, *options)
        assert policytrail(*crawl, env={"POLICYTRAIL_STATE": str(home)}).status in (0, 3)
        return home / "archive.db"


@pytest.fixture(scope="module")
def machines(demo_origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with serving(demo_origin) as address:
        yield Machines(tmp_path_factory.mktemp("machines"), address)


@pytest.fixture(scope="module")
def together(machines: Machines) -> Path:
    """The archive of one machine that crawls everything."""
    return machines.crawl("together", "--retailers", RETAILERS)


def halves(folder: Path) -> Iterator[Path]:
    """The list of shops, cut in two between shops."""
    with RETAILERS.open(newline="") as file:
        names, *rows = csv.reader(file)
    shops = sorted({row[0] for row in rows})
    for number, part in enumerate((shops[: len(shops) // 2], shops[len(shops) // 2 :])):
        half = folder / f"half-{number}.csv"
        with half.open("w", newline="") as file:
            csv.writer(file).writerows([names, *(row for row in rows if row[0] in part)])
        yield half


def merged(folder: Path, *parts: Path) -> dict[str, list[tuple[object, ...]]]:
    assert policytrail("merge", folder / "all.db", *parts).status == 0
    assert archives.is_intact(folder / "all.db")
    return archives.content(folder / "all.db")


def test_the_shops_spread_over_two_machines(machines: Machines, together: Path, tmp_path: Path) -> None:
    parts = [machines.crawl(f"half {i}", "--retailers", half) for i, half in enumerate(halves(tmp_path))]
    for number, order in enumerate((parts, parts[::-1])):
        (tmp_path / str(number)).mkdir()
        assert merged(tmp_path / str(number), *order) == archives.content(together)


def unheaded(content: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Return captures without their headers.

    Captures of one digest share the answer that one machine fetched for one of them, headers too. A machine
    alone may have fetched another of them.
    """
    bare = [row[: archives.HEADERS] + row[archives.HEADERS + 1 :] for row in content["captures"]]
    return content | {"captures": sorted(bare, key=repr)}


def test_the_years_spread_over_two_machines(machines: Machines, together: Path, tmp_path: Path) -> None:
    parts = [
        machines.crawl("old", "--retailers", RETAILERS, "--to", "2008"),
        machines.crawl("new", "--retailers", RETAILERS, "--from", "2009"),
    ]
    for number, order in enumerate((parts, parts[::-1])):
        (tmp_path / str(number)).mkdir()
        assert unheaded(merged(tmp_path / str(number), *order)) == unheaded(archives.content(together))
    again = policytrail("crawl", tmp_path / "0" / "all.db", "--source", machines.address, *RATES_OFF)
    assert again.status == 0
    assert ", 0 fetched" in again.out or "nothing new" in again.out


def fill(file: Path, domain: str, number: int) -> Path:
    """Fill an archive of one shop with captures that do not compress, so that a merge can be killed."""
    chance = random.Random(domain)
    db = open_archive(file, create=True)
    with transaction(db):
        policy_id = retailers.add_policy(db, domain)
        page = retailers.add_page(db, policy_id, f"http://{domain}/privacy", "given")
        bodies = Bodies(db)
        for row in (
            IndexRow(page.urlkey, f"{20000101000000 + n}", page.url, digest=f"D{n}") for n in range(number)
        ):
            captures.record_rows(db, page.id, "ia", [row])
            capture = captures.find(db, page.id, row)
            assert capture
            captures.set_fetched(db, bodies, capture, Replayed("ia", chance.randbytes(20_000), (), 200))
            words = f"We share the data of customer {int(row.timestamp) // 50} with partners."
            key = hashlib.sha256(words.encode()).hexdigest()
            texts.judge(
                db,
                capture.id,
                Text(key, "", words, "en", 9, 1.0, wording_key(words), "policy", ""),
                EXTRACTOR,
            )
    db.close()
    return file


def log_size(db: Path) -> int:
    return size_of(db.with_name(db.name + "-wal"))


def has_ended_or_written(process: "subprocess.Popen[str]", db: Path, size: int) -> bool:
    return process.poll() is not None or log_size(db) >= size


def empty_log(db: Path) -> None:
    """Clear the log: uncommitted changes of a killed process stay there until another writes."""
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def test_kills_at_any_moment_lose_nothing(tmp_path: Path) -> None:
    """SQLite moves changes of a transaction to the log when memory is full: its size is the progress."""
    parts = [fill(tmp_path / f"{name}.db", f"{name}.example", 200) for name in ("one", "two", "three")]
    (tmp_path / "undisturbed").mkdir()
    expected = merged(tmp_path / "undisturbed", *parts)
    db, chance = tmp_path / "all.db", random.Random(SEED)
    for _ in range(KILLS):
        size = PAGE * chance.randrange(1, 600)
        process = start(*POLICYTRAIL, "merge", db, *parts)
        wait_until(partial(has_ended_or_written, process, db, size), "the moment to kill")
        assert process.poll() is None
        kill(process)
        empty_log(db)
        assert archives.is_intact(db)
        shops, captures_of_all = archives.rows(
            db, "select (select count(*) from retailers), (select count(*) from captures)"
        )[0]
        assert captures_of_all == 200 * shops  # an archive is merged whole or not at all
        if shops == len(parts):
            break
    assert policytrail("merge", db, *parts).status == 0
    assert archives.content(db) == expected
    assert archives.is_intact(db)


def test_it_waits_for_a_run_or_says_who_holds_the_archive(tmp_path: Path) -> None:
    part = fill(tmp_path / "part.db", "one.example", 3)
    with (
        closing(open_archive(tmp_path / "all.db", create=True)),
        exclusive_writer(tmp_path / "all.db", "crawl all.db"),
    ):
        refused = policytrail("merge", tmp_path / "all.db", part)
        assert (refused.status, refused.out) == (3, "")
        assert refused.err.startswith("Error: all.db is in use by 'crawl all.db', process ")
        waiting = start(*POLICYTRAIL, "merge", tmp_path / "all.db", part, "--wait")
        assert waiting.stderr
        assert "waiting for it to end" in waiting.stderr.readline()
    assert end_of(waiting).status == 0
    assert archives.one(tmp_path / "all.db", "select count(*) from captures") == 3


def test_every_order_of_three_gives_one_archive(tmp_path: Path) -> None:
    parts = [fill(tmp_path / f"{n}.db", f"{name}.example", 5) for n, name in enumerate(("a", "b", "a"))]
    contents = []
    for number, order in enumerate(itertools.permutations(parts)):
        (tmp_path / f"order {number}").mkdir()
        contents.append(merged(tmp_path / f"order {number}", *order))
    assert all(content == contents[0] for content in contents)
