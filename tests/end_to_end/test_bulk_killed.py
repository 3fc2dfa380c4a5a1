"""A bulk run that is killed at any moment ends with the bytes of a calm run."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.bulk.derive import derive
from crawler.bulk.history import history
from crawler.bulk.storage import patience
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from tests.support import bulk, bulk_kills, shops
from tests.support.commands import policy
from tests.support.remote import web_server
from tests.support.warcs import record

SEED, KILLS, OF_WORKERS = 20, 16, 4


# Records that no code expects: facts of another form, half of a character, a length that is no number.
POISONED = (
    record(b'policytrail-facts: {"form": 1, "retailer": {"domain": "\\ud800"}}\r\n', kind="metadata").replace(
        b"WARC-Target-URI: http://shop.example/privacy\r\n", b""
    ),
    record(policy("name"), "http://x.example/\ud7ff\x00").replace(b"\xed\x9f\xbf", b"\xed\xa0\x80"),
    record(policy("name"), "http://[::1/privacy"),
    record(policy("name"), "http://y.example/").replace(b"Content-Length: ", b"Content-Length: 1e"),
)


@pytest.fixture(scope="module")
def refusals() -> Counter[str]:
    """How often the server refuses each file from now on."""
    return Counter()


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, refusals: Counter[str]) -> Iterator[BulkPlan]:
    """The plan of a calm run. One of its files is on a server. Do not write to its result."""
    folder = tmp_path_factory.mktemp("calm")
    *files, last = shops.write(folder)
    (folder / "poisoned.warc").write_bytes(b"".join(POISONED))
    with web_server(folder, 503, refusals) as (address, _):
        names = (*map(str, files), f"{address}/{last.name}", str(folder / "poisoned.warc"))
        plan = BulkPlan(names, str(folder / "out"), buckets=4, jobs=1)
        run_bulk(plan, print)
        yield plan


def manifest(out: Path) -> dict[str, Any]:
    """Return the manifest without times and numbers of attempts."""
    found: dict[str, Any] = json.loads((out / "_manifest.json").read_text())
    return {name: value for name, value in found.items() if name not in ("at", "attempts")}


def lose_one(out: Path, rng: random.Random) -> None:
    """Delete one of the files of the result, if there is one."""
    there = sorted(place for place in out.rglob("*.*") if place.suffix in (".parquet", ".json", ".part"))
    if there:
        rng.choice(there).unlink()


def test_runs_and_workers_that_are_killed_twenty_times(
    calm: BulkPlan, refusals: Counter[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)
    rng, plan, kills = random.Random(SEED), replace(calm, out=str(tmp_path / "out")), 0
    while kills < KILLS:
        refusals[rng.choice(("4.warc.gz", "HEAD 4.warc.gz"))] += 1
        kills += bulk_kills.run(plan, rng.randint(1, 120))
        lose_one(Path(plan.out), rng)
    for stage in (derive, history):
        due = tuple(rng.randint(1, 10) for _ in range(OF_WORKERS // 2))
        monkeypatch.setattr(
            f"crawler.jobs.run_bulk.{stage.__name__}", bulk_kills.Killing(stage, tmp_path, due)
        )
        for folder in ("records", "versions"):  # something to do for the workers
            for place in (Path(plan.out) / folder).rglob("*.parquet"):
                place.unlink()
    outcome = run_bulk(replace(plan, jobs=2), print)
    assert outcome.failures == {}
    assert len(list(tmp_path.glob("*-[0-9]"))) == OF_WORKERS
    assert bulk.parts(Path(plan.out)) == bulk.parts(Path(calm.out))
    assert manifest(Path(plan.out)) == manifest(Path(calm.out))
    assert not list(Path(plan.out).rglob("*.part"))
