"""One input: pages that crash their worker, and addresses that the file shows to be pages."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from crawler.bulk import records
from crawler.bulk.derive import DerivedFile, DeriveTask, derive
from crawler.bulk.options import BulkOptions
from crawler.errors import WorkersError
from crawler.importing.warc_filter import NO_DOCUMENT, UNLIKELY
from crawler.importing.warc_reader import Record
from crawler.workers import tasks
from crawler.workers.tasks import CapturedBody
from db.store.texts import Text
from tests.support.commands import policy
from tests.support.warcs import HTML, record

OPTIONS = BulkOptions(1)
PNG = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"
_extract = tasks.texts_of_bodies


def crash_at_mines(inputs: Sequence[CapturedBody], seconds: float) -> list[Text]:
    """Extract bodies in a worker, as always, but die at a body with a mine."""
    if any(b"mine" in one.body for one in inputs):
        os.abort()
    return _extract(inputs, seconds)


def end_at_mines(inputs: Sequence[CapturedBody], seconds: float) -> list[Text]:
    """Extract bodies in a worker, but let the system end it at a body with a mine."""
    if any(b"mine" in one.body for one in inputs):
        os.kill(os.getpid(), signal.SIGKILL)
    return _extract(inputs, seconds)


def run(
    folder: Path, *content: bytes, options: BulkOptions = OPTIONS
) -> tuple[DerivedFile, list[Text | None]]:
    """Derive a file, and return what was counted and the texts of its captures."""
    (folder / "in.warc").write_bytes(b"".join(content))
    counted = derive(DeriveTask(str(folder), "out.parquet", "key", str(folder / "in.warc"), options))
    with (folder / "out.parquet").open("rb") as file:
        found = [one for one in records.read(file, 0) if isinstance(one.entry, Record)]
    return counted, [one.text for one in found]


def page(number: int, body: bytes) -> bytes:
    return record(body, f"http://shop.example/{number}")


def test_a_page_that_crashes_its_worker_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "texts_of_bodies", crash_at_mines)
    pages = [page(1, policy("name")), page(2, HTML + b"<p>mine"), page(3, policy("address"))]
    counted, texts = run(tmp_path, *pages)
    assert [text and text.verdict for text in texts] == ["policy", "unreadable", "policy"]
    assert texts[1] and texts[1].reason == "extraction took over 2048 MB of memory, or crashed"
    assert (counted.taken, counted.failed) == (3, {})
    assert counted.faults == ["1 capture went over a limit"]


def test_a_worker_that_the_machine_ends_stores_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "texts_of_bodies", end_at_mines)
    with pytest.raises(WorkersError, match="a text was not made, because a worker process was ended from"):
        run(tmp_path, page(1, policy("name")), page(2, HTML + b"<p>mine"))
    assert not (tmp_path / "out.parquet").exists()
    monkeypatch.undo()
    _, texts = run(tmp_path, page(1, policy("name")), page(2, HTML + b"<p>mine"))
    assert all(texts)


def test_of_a_whole_site_only_likely_addresses_are_taken(tmp_path: Path):
    site = [page(1, policy("name")), record(policy("name"), "http://shop.example/privacy")]
    site.append(record(PNG, "http://shop.example/privacy", "2015-01-01T00:00:00Z"))
    counted, _ = run(tmp_path, *site, options=BulkOptions(1, whole_site=True))
    assert (counted.taken, counted.passed_over) == (2, {UNLIKELY: 1})


def test_an_image_is_taken_at_an_address_that_the_file_showed_to_be_a_page_before(tmp_path: Path):
    image, html = record(PNG, "http://shop.example/a"), record(policy("name"), "http://shop.example/a")
    assert run(tmp_path, html, image)[0].taken == 2
    (tmp_path / "out.parquet").unlink()
    counted, _ = run(tmp_path, image, html)
    assert (counted.taken, counted.passed_over) == (1, {NO_DOCUMENT: 1})


def test_a_file_that_is_there_is_not_read_again(tmp_path: Path):
    counted, _ = run(tmp_path, page(1, policy("name")))
    assert run(tmp_path, b"")[0] == counted


def test_an_empty_input_has_a_file_too(tmp_path: Path):
    counted, texts = run(tmp_path, b"")
    assert (counted.records, counted.buckets, texts) == (0, [], [])
    assert counted.damage.endswith("in.warc is no WARC file, or an empty one")
