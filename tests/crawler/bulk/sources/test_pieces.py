"""Large files are divided where every reader ends a record; together, the pieces have each record once."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.bulk.sources import pieces
from crawler.bulk.sources.pieces import WHOLE
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from tests.support import bulk
from tests.support.commands import policy
from tests.support.remote import web_server
from tests.support.warcs import HTML, record, zipped

WORDS = ("name", "address", "number")
RECORDS = [
    *(
        record(policy(WORDS[year % 3]), "http://shop.example/privacy", f"20{year}-01-01T00:00:00Z")
        for year in range(10, 20)
    ),
    record(b"GET / HTTP/1.1\r\n\r\n", "http://shop.example/", kind="request"),
    record(HTML + b"<p>", "http:///nowhere"),
]
FACTS = record(b'policytrail-facts: {"form": 1}\r\n', "", kind="metadata")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", len(zipped(RECORDS[0])))


def write(folder: Path, *members: bytes) -> Path:
    (folder / "a.warc.gz").write_bytes(b"".join(members))
    return folder / "a.warc.gz"


def test_pieces_are_all_bytes_once_and_begin_with_records(tmp_path: Path):
    file = write(tmp_path, *map(zipped, RECORDS))
    found = pieces.pieces(file)
    content = file.read_bytes()
    assert len(found) > 5
    assert b"".join(content[one.begin : one.end] for one in found) == content
    for one in found:
        assert gzip.decompress(content[: one.begin]) == b"".join(RECORDS[: one.records])


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([gzip.compress(b"".join(RECORDS))], 1),  # compressed as a whole
        ([b"".join(RECORDS)], 1),  # not compressed
        ([*map(zipped, RECORDS[:3]), zipped(FACTS), *map(zipped, RECORDS[3:6])], 1),
        ([zipped(RECORDS[0]), gzip.compress(b"".join(RECORDS[1:4]), mtime=0), *map(zipped, RECORDS[4:8])], 1),
        ([zipped(RECORDS[0])[:-9], *map(zipped, RECORDS[1:])], 1),
        ([*map(zipped, RECORDS[:4]), b"rest", *map(zipped, RECORDS[4:])], 3),
        ([b""], 1),
    ],
)
def test_what_is_in_no_clear_form_is_not_divided(tmp_path: Path, members: list[bytes], expected: int):
    found = pieces.pieces(write(tmp_path, *members))
    assert len(found) == expected
    assert expected > 1 or found == [WHOLE]


@pytest.mark.parametrize("end", [None, -30])
def test_a_divided_file_has_the_rows_counts_and_lines_of_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: int | None
):
    file = write(tmp_path, b"".join(map(zipped, RECORDS))[:end])
    plan = BulkPlan((str(file),), str(tmp_path / "divided"), every=True, buckets=1, jobs=1)
    (divided,) = run_bulk(plan, print).files.values()
    assert len(list((tmp_path / "divided" / "records").iterdir())) > 5
    assert run_bulk(plan, print).records.popitem()[1][0].startswith("records/")
    monkeypatch.setattr(pieces, "PIECE", 1 << 30)
    (whole,) = run_bulk(replace(plan, out=str(tmp_path / "whole")), print).files.values()
    assert divided == whole
    assert (whole.taken, whole.damage != "") == (10, end is not None)
    assert bulk.of_result(tmp_path / "divided") == bulk.of_result(tmp_path / "whole")
    places = bulk.places(tmp_path / "divided")
    assert places == bulk.places(tmp_path / "whole")
    content = file.read_bytes()
    for (_, begin, length), one in zip(places, RECORDS, strict=False):
        assert gzip.decompress(content[begin : begin + length]) == one


def test_a_lost_piece_is_made_again(tmp_path: Path):
    plan = BulkPlan((str(write(tmp_path, *map(zipped, RECORDS))),), str(tmp_path / "out"), buckets=1, jobs=1)
    run_bulk(plan, print)
    before = bulk.parts(tmp_path / "out")
    for lost in sorted((tmp_path / "out" / "records").iterdir())[::2]:
        lost.unlink()
    run_bulk(plan, print)
    assert bulk.parts(tmp_path / "out") == before


def test_pieces_of_a_file_at_an_address(tmp_path: Path):
    write(tmp_path, *map(zipped, RECORDS))
    with web_server(tmp_path) as (address, asked):
        plan = BulkPlan((f"{address}/a.warc.gz",), str(tmp_path / "out"), buckets=1, jobs=1)
        outcome = run_bulk(plan, print)
    assert outcome.taken == 10
    ranges = [wanted for name, wanted in asked if wanted]
    (names,) = outcome.records.values()
    assert len(ranges) - 1 == len(names) > 5  # the first one was to see whether the server knows ranges


def test_a_file_on_a_server_without_ranges_is_not_divided(tmp_path: Path):
    write(tmp_path, *map(zipped, RECORDS))
    with web_server(tmp_path, knows_ranges=False) as (address, asked):
        plan = BulkPlan((f"{address}/a.warc.gz",), str(tmp_path / "out"), buckets=1, jobs=1)
        outcome = run_bulk(plan, print)
    assert (outcome.taken, outcome.failures) == (10, {})
    assert len(asked) == 3  # to scan, to see whether it knows ranges, and to derive


def test_a_server_that_knows_no_ranges_any_more_costs_no_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("crawler.bulk.scan.knows_ranges", lambda source: True)
    write(tmp_path, *map(zipped, RECORDS))
    with web_server(tmp_path, knows_ranges=False) as (address, _):
        plan = BulkPlan((f"{address}/a.warc.gz",), str(tmp_path / "out"), buckets=1, jobs=1)
        outcome = run_bulk(plan, print)
    assert (outcome.taken, outcome.failures) == (10, {})
    (names,) = outcome.records.values()
    assert len(names) > 5
