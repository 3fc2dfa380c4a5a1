"""A machine that fails for a while: nothing of it is stored, and the next run has the rows of a calm one."""

import errno
import json
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from pathlib import Path

import pytest

from crawler.bulk import buckets, history, input_table
from crawler.bulk import derive as derive_stage
from crawler.bulk.buckets import bucket_of
from crawler.bulk.counts import DerivedFile
from crawler.bulk.history import TABLES
from crawler.bulk.storage.store import Store
from crawler.importing import warc_reader
from crawler.importing.warc_filter import UNLIKELY, WHOLE_SITE
from crawler.importing.warc_reader import Entry
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from crawler.jobs.run_import import ImportPlan, run_import
from crawler.workers.undone import Undone
from db.errors import ArchiveLockedError, ExportWriteError, StoreError
from tests.support import bulk
from tests.support.commands import policy
from tests.support.warcs import HTML, record

FAILED = "cannot be read: Input/output error"


class _BadDisk(BufferedReader):
    """A file whose disk fails after the first record."""

    error = OSError(errno.EIO, "Input/output error")

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 0:
            raise self.error
        return super().read(size)


@pytest.fixture(params=[_BadDisk.error, OSError("Input/output error")], ids=["number", "no number"])
def bad_disk(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> pytest.MonkeyPatch:
    """Let the disk fail, until the fixture's `undo` is called."""
    monkeypatch.setattr(_BadDisk, "error", request.param)
    monkeypatch.setattr(warc_reader, "_InParts", _BadDisk)
    monkeypatch.setattr("zipfile.is_zipfile", lambda file: False)
    return monkeypatch


@pytest.fixture
def plan(tmp_path: Path) -> BulkPlan:
    """The plan of a run on the crawl of a whole site, whose policy has two captures."""
    pages = [record(HTML + b"<p>", f"http://shop.example/{page}") for page in range(WHOLE_SITE + 20)]
    pages.append(record(policy("name"), "http://shop.example/privacy"))
    pages.append(record(policy("address"), "http://shop.example/privacy", "2015-01-01T00:00:00Z"))
    (tmp_path / "site.warc").write_bytes(b"".join(pages))
    return BulkPlan((str(tmp_path / "site.warc"),), str(tmp_path / "out"), buckets=1, jobs=1)


def test_an_input_that_cannot_be_scanned_has_failed(plan: BulkPlan, bad_disk: pytest.MonkeyPatch):
    (source,) = plan.paths
    outcome = run_bulk(plan, print)
    assert (outcome.failures, outcome.files) == ({source: f"{source} {FAILED}"}, {})
    assert not list(Path(plan.out, "scans").glob("*"))
    bad_disk.undo()
    outcome = run_bulk(plan, print)
    assert (outcome.failures, outcome.taken) == ({}, 2)
    assert outcome.passed_over == {UNLIKELY: WHOLE_SITE + 20}


def test_an_import_names_what_cannot_be_read(plan: BulkPlan, bad_disk: pytest.MonkeyPatch):
    (source,) = map(Path, plan.paths)
    ended, imported = run_import(ImportPlan.make(source.with_name("a.db"), [source]), jobs=1)
    assert (ended.exit_status, imported.problems) == (3, [f"{source} {FAILED}"])


def test_what_goes_over_a_limit_is_named(plan: BulkPlan, monkeypatch: pytest.MonkeyPatch):
    async def derive(*_: object, **__: object) -> Undone:
        return Undone(histories=2, readings=1)

    monkeypatch.setattr(history, "derive", derive)
    (made,) = run_bulk(plan, print).made.values()
    assert made.problems == [
        "bucket 0: 2 histories went over a limit; the findings of 1 change are unknown, because reading the"
        " texts went over a limit"
    ]
    assert run_bulk(plan, print).made == {0: made}


@pytest.mark.parametrize(
    "error",
    [
        StoreError("the disk is full"),
        ArchiveLockedError("another run"),
        ExportWriteError("no room"),
        OSError("x"),
    ],
)
def test_an_error_of_the_machine_is_no_damage(
    plan: BulkPlan, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    def fails(path: Path, before: int) -> Iterator[Entry]:
        raise error
        yield

    monkeypatch.setattr("crawler.bulk.reading.warc_reader.read_entries", fails)
    outcome = run_bulk(plan, print)
    assert (outcome.failures, outcome.files) == ({plan.paths[0]: str(error)}, {})
    assert not list(Path(plan.out, "records").glob("*"))
    monkeypatch.undo()
    outcome = run_bulk(plan, print)
    assert (outcome.failures, outcome.taken) == ({}, 2)


def test_a_disk_that_fails_within_a_file_is_no_damage(plan: BulkPlan, bad_disk: pytest.MonkeyPatch):
    (source,) = plan.paths
    outcome = run_bulk(replace(plan, every=True), print)
    assert (outcome.failures, outcome.files) == ({source: f"{source} {FAILED}"}, {})
    bad_disk.undo()
    assert run_bulk(replace(plan, every=True), print).taken == WHOLE_SITE + 22


SHOPS = {"a": ("both.example", "one.example"), "b": ("both.example", "two.example"), "c": ("three.example",)}


@pytest.fixture
def three(tmp_path: Path) -> BulkPlan:
    """The plan of a run that was done on three files. Each has a shop of its own; a and b have one more."""
    for name, domains in SHOPS.items():
        pages = [
            record(policy(name), f"http://{domain}/privacy", f"{2010 + ord(name) - 97}-01-01T00:00:00Z")
            for domain in domains
        ]
        (tmp_path / f"{name}.warc").write_bytes(b"".join(pages))
    paths = tuple(str(tmp_path / f"{name}.warc") for name in SHOPS)
    plan = BulkPlan(paths, str(tmp_path / "three"), buckets=64, jobs=1)
    assert run_bulk(plan, print).is_whole
    return plan


def parts_of(out: str, *names: str) -> dict[str, bytes]:
    """Return the parts of tables that have the shops of files, by their paths."""
    numbers = {bucket_of(domain, 64) for name in names for domain in SHOPS[name]}
    wanted = {buckets.file(table, number) for number in numbers for table in TABLES}
    return {path: content for path, content in bulk.parts(Path(out)).items() if path in wanted}


def all_parts_of(out: str) -> set[str]:
    return {path for path in bulk.parts(Path(out)) if path.startswith(tuple(TABLES))}


def test_an_input_that_fails_when_all_is_derived_again_costs_no_captures(
    three: BulkPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fails(task: derive_stage.DeriveTask) -> DerivedFile:
        if task.source == three.paths[0]:
            raise OSError("the server is away")
        return derive_stage.derive(task)

    before, of_others = parts_of(three.out, "a"), parts_of(three.out, "c")
    assert (len(before), len(all_parts_of(three.out))) == (10, 20)
    monkeypatch.setattr("crawler.jobs.run_bulk.derive", fails)
    monkeypatch.setattr("crawler.bulk.sources.inputs.version", lambda name: "99")
    for _ in range(2):  # the second run still knows what the first one found
        outcome = run_bulk(three, print)
        assert outcome.failures == {
            three.paths[0]: "the server is away",
            "2 buckets": f"as before, because {three.paths[0]} failed, and has captures there",
        }
        assert (outcome.taken, outcome.rows["captures"]) == (3, 5)
        assert parts_of(three.out, "a") == before
        assert parts_of(three.out, "c") != of_others
        package = json.loads(Path(three.out, "datapackage.json").read_text())
        assert {path for one in package["resources"] for path in one["path"]} == all_parts_of(three.out)
    ended, imported = run_import(ImportPlan.make(tmp_path / "b.db", [Path(three.out)]), jobs=1)
    assert (ended.exit_status, imported.read, imported.problems) == (0, 3, [])
    assert imported.notes == [f"{three.out} lacks what failed when it was made: its _manifest.json names it"]
    monkeypatch.setattr("crawler.jobs.run_bulk.derive", derive_stage.derive)
    assert run_bulk(three, print).is_whole
    assert parts_of(three.out, "a") != before


def test_what_no_input_has_any_more_is_removed_also_while_something_fails(three: BulkPlan):
    missing = f"{three.out}.warc"
    outcome = run_bulk(replace(three, paths=(three.paths[0], missing)), print)
    assert outcome.problems == [f"there is no file or folder {missing}"]
    assert all_parts_of(three.out) == parts_of(three.out, "a").keys()


def test_what_a_file_had_that_is_gone_now_is_not_removed(three: BulkPlan):
    before = all_parts_of(three.out)
    Path(three.paths[2]).unlink()
    outcome = run_bulk(three, print)
    assert outcome.problems == [f"there is no file or folder {three.paths[2]}"]
    assert all_parts_of(three.out) == before


def test_while_the_table_of_inputs_is_lost_no_part_is_removed(three: BulkPlan):
    before = all_parts_of(three.out)
    Path(three.out, "inputs.parquet").unlink()
    Path(three.paths[2]).unlink()
    assert not run_bulk(three, print).is_whole
    assert all_parts_of(three.out) == before


def test_a_run_that_is_killed_at_the_histories_has_said_whose_captures_the_parts_have(
    three: BulkPlan, monkeypatch: pytest.MonkeyPatch
):
    plan = replace(three, out=f"{three.out}-killed")

    def killed(task: history.HistoryTask) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crawler.jobs.run_bulk.history", killed)
    with pytest.raises(KeyboardInterrupt):
        run_bulk(plan, print)
    rows = input_table.read(Store(plan.out))
    assert [(row.one.source, row.counted.taken) for row in rows] == list(
        zip(three.paths, (2, 2, 1), strict=True)
    )
