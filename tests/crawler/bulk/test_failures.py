"""A machine that fails for a while: nothing of it is stored, and the next run has the rows of a calm one."""

import errno
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from pathlib import Path

import pytest

from crawler.bulk import history
from crawler.importing import warc_reader
from crawler.importing.warc_filter import UNLIKELY, WHOLE_SITE
from crawler.importing.warc_reader import Entry
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from crawler.jobs.run_import import ImportPlan, run_import
from crawler.workers.undone import Undone
from db.errors import ArchiveLockedError, ExportWriteError, StoreError
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
