"""One input: pages that crash their worker, and addresses that the file shows to be pages."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet

from crawler.bulk import records
from crawler.bulk.counts import OTHER, REASONS, DerivedFile
from crawler.bulk.derive import DeriveTask, derive
from crawler.bulk.extraction import chunks
from crawler.bulk.options import BulkOptions
from crawler.bulk.reading import UNREAD
from crawler.errors import WorkersError
from crawler.importing.warc_filter import NO_DOCUMENT, UNLIKELY
from crawler.importing.warc_frames import Frame
from crawler.importing.warc_reader import Entry, Record
from crawler.importing.warc_record import read_record
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
    counted = derive(DeriveTask(str(folder), "", "out.parquet", "key", str(folder / "in.warc"), options))
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


def facts(line: bytes) -> bytes:
    """Return a record with facts, as an export has them."""
    block = b"policytrail-facts: " + line + b"\r\n"
    made = record(block, "", kind="metadata")
    return made.replace(b"WARC-Target-URI: \r\n", b"")


def test_each_record_has_its_place_in_the_input(tmp_path: Path):
    pages = [page(1, policy("name")), page(2, policy("address"))]
    run(tmp_path, *pages)
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(row["source_file"], row["source_offset"], row["source_length"]) for row in rows] == [
        ("", 0, len(pages[0])),
        ("", len(pages[0]), len(pages[1])),
    ]


def test_half_a_character_in_facts_is_kept(tmp_path: Path):
    line = b'{"form": 1, "retailer": {"domain": "shop.example"}, "else": "\\ud800"}'
    counted, texts = run(tmp_path, facts(line), page(1, policy("name")))
    assert (counted.taken, counted.failed, len(texts)) == (2, {}, 1)


@pytest.mark.parametrize(
    "place", ["crawler.importing.warc_reader.read_record", "crawler.bulk.reading.urlkey"]
)
def test_a_record_that_our_code_cannot_read_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
):
    module, _, name = place.rpartition(".")
    real = getattr(sys.modules[module], name)

    def fails(one: Frame | str) -> object:
        if "/2" in (one if isinstance(one, str) else one.header("WARC-Target-URI")):
            raise RecursionError("too deep")
        return real(one)

    monkeypatch.setattr(place, fails)
    counted, texts = run(tmp_path, page(1, policy("name")), page(2, policy("name")), page(3, policy("name")))
    assert (counted.taken, counted.failed, len(texts)) == (2, {UNREAD: 1}, 2)
    assert counted.faults[0].startswith("record 2")
    assert "too deep" in counted.faults[0]


def test_a_record_that_no_file_can_have_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def half(frame: Frame) -> Iterator[Entry]:
        for entry in read_record(frame):
            yield replace(entry, id="\ud800") if isinstance(entry, Record) else entry

    monkeypatch.setattr("crawler.importing.warc_reader.read_record", half)
    counted, _ = run(tmp_path, page(1, policy("name")))
    assert (counted.taken, counted.failed) == (0, {UNREAD: 1})


def test_few_bodies_are_in_memory_at_once():
    assert list(chunks([5, 5, 1, 1, 1, 20, 1], int, 3, 10)) == [[5, 5], [1, 1, 1], [20], [1]]
    assert list(chunks([], int, 3)) == []


def test_a_file_with_any_number_of_reasons_has_few():
    counted = DerivedFile()
    for number in range(2 * REASONS):
        counted.count(failed=str(number))
    assert (len(counted.failed), counted.failed[OTHER], counted.records) == (
        REASONS + 1,
        REASONS,
        2 * REASONS,
    )
