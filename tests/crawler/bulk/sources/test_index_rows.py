"""Rows of an index: records are collected by ranges, in turn; a wrong row is counted or named."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from crawler.bulk.reading import CUT_OFF
from crawler.bulk.sources.index_rows import (
    ELSEWHERE,
    NO_FILE,
    NO_RECORD,
    NOT_FETCHED,
    collect,
    places,
)
from crawler.bulk.storage import patience
from crawler.errors import WarcError
from crawler.importing import warc_reader
from crawler.importing.warc_reader import Record
from crawler.importing.warc_stream import RecordPlace
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from crawler.throttling.shared_limits import SharedLimits
from tests.support import bulk
from tests.support.commands import RECORDS
from tests.support.remote import web_server
from tests.support.warcs import zipped

MEMBERS = [zipped(record) for record in RECORDS]
OFFSETS = [sum(map(len, MEMBERS[:number])) for number in range(len(MEMBERS))]
ROWS = [RecordPlace("a/1.warc.gz", at, len(one)) for at, one in zip(OFFSETS, MEMBERS, strict=True)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of four records."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.warc.gz").write_bytes(b"".join(MEMBERS))
    (tmp_path / "a" / "2.warc").write_bytes(b"".join(RECORDS))
    return tmp_path


def write(path: Path, names: tuple[str, str, str], rows: list[RecordPlace] = ROWS) -> Path:
    """Write rows as the file that the ending names, with another column."""
    found = [{"url": "http://shop.example/", **dict(zip(names, row, strict=True))} for row in rows]
    if path.suffix == ".parquet":
        parquet.write_table(pa.Table.from_pylist(found), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in found))
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(found[0]))
            writer.writeheader()
            writer.writerows(found)
    return path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    "names", [("warc_filename", "warc_record_offset", "warc_record_length"), ("filename", "offset", "length")]
)
def test_rows_of_every_form_are_read(tmp_path: Path, ending: str, names: tuple[str, str, str]):
    assert list(places(write(tmp_path / f"rows.{ending}", names))) == ROWS


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.csv", "file,offset\na,1\n", "row 1 has no file, offset and length of a record"),
        ("a.csv", "file,offset,length\na,1,2\na,-1,2\n", "row 2 has no file, offset and length of a record"),
        (
            "a.csv",
            "file,offset,length\na,1,99999999999\n",
            "row 1 has no file, offset and length of a record",
        ),
        ("a.jsonl", "[1]\n", "row 1 has no file, offset and length of a record"),
        ("a.jsonl", "{\n", "is no index with rows (Expecting property name enclosed in double quotes"),
        ("a.jsonl", "[" * 200_000, "is no index with rows ("),
        ("a.jsonl", "9" * 5_000, "is no index with rows ("),
        ("a.parquet", "PAR1", "is no index with rows ("),
    ],
)
def test_a_row_without_a_place_is_named(tmp_path: Path, name: str, content: str, line: str):
    (tmp_path / name).write_text(content)
    with pytest.raises(WarcError) as caught:
        list(places(tmp_path / name))
    assert str(caught.value).startswith(f"{tmp_path / name} {line}")


def collected(folder: Path, rows: list[RecordPlace]) -> tuple[int, Counter[str]]:
    """Return how many records were collected, and which are missing."""
    with (folder / "out.warc.gz").open("wb") as out:
        missing = collect(rows, str(folder), 0, out)
    found = [one for one in warc_reader.read(folder / "out.warc.gz") if isinstance(one, Record)]
    return len(found), missing


def test_wrong_places_cost_only_themselves(folder: Path):
    wrong = [
        ROWS[0]._replace(offset=1),
        ROWS[0]._replace(length=ROWS[0].length - 1),
        ROWS[0]._replace(length=ROWS[0].length + 1),
        ROWS[0]._replace(file="a/missing.warc.gz"),
        ROWS[0]._replace(offset=10**9),
    ]
    plain = RecordPlace("a/2.warc", 0, len(RECORDS[0]))
    rows = [ROWS[0], *wrong, plain, ROWS[3]]
    assert collected(folder, rows) == (3, Counter({NO_RECORD: 4, NOT_FETCHED: 1}))


def test_a_row_of_a_table_without_the_columns_is_named(tmp_path: Path):
    parquet.write_table(pa.table({"url": ["http://shop.example/"]}), tmp_path / "a.parquet")
    with pytest.raises(WarcError, match="row 1 has no file, offset and length of a record"):
        list(places(tmp_path / "a.parquet"))


def test_a_column_that_python_cannot_have_costs_nothing(tmp_path: Path):
    names = ("file", "offset", "length")
    table = pa.table({name: [row[at] for row in ROWS] for at, name in enumerate(names)})
    moments = pa.array([1] * len(ROWS), pa.timestamp("ns"))
    parquet.write_table(table.append_column("fetch_time", moments), tmp_path / "a.parquet")
    assert list(places(tmp_path / "a.parquet")) == ROWS


@pytest.mark.parametrize("is_zipped", [True, False])
@pytest.mark.parametrize("cut", [5, 6, 200])
def test_a_record_that_is_cut_takes_nothing_from_the_next(folder: Path, cut: int, is_zipped: bool):
    some = [RECORDS[0], RECORDS[1][:-cut], RECORDS[2]]
    some = list(map(zipped, some)) if is_zipped else some
    (folder / "cut").write_bytes(b"".join(some))
    offsets = [sum(map(len, some[:number])) for number in range(3)]
    rows = [RecordPlace("cut", at, len(one)) for at, one in zip(offsets, some, strict=True)]
    assert collected(folder, rows) == (2, Counter({NO_RECORD: 1}))


@pytest.mark.parametrize("is_zipped", [True, False])
def test_a_record_without_the_blank_lines_at_its_end_is_taken(folder: Path, is_zipped: bool):
    some = [one[:-cut] for one, cut in zip(RECORDS[:3], (4, 2, 1), strict=True)]
    some = list(map(zipped, some)) if is_zipped else some
    (folder / "short").write_bytes(b"".join(some))
    offsets = [sum(map(len, some[:number])) for number in range(3)]
    rows = [RecordPlace("short", at, len(one)) for at, one in zip(offsets, some, strict=True)]
    assert collected(folder, rows) == (3, Counter())


@pytest.mark.parametrize(
    "content",
    [b"WARC/1.0", b"WARC/1.0\r\n\r\n", RECORDS[0] + RECORDS[1], zipped(RECORDS[0] + RECORDS[1]), b"\x1f\x8b"],
)
def test_bytes_that_are_not_one_record_are_counted(folder: Path, content: bytes):
    (folder / "odd").write_bytes(content)
    assert collected(folder, [RecordPlace("odd", 0, len(content)), ROWS[0]]) == (1, Counter({NO_RECORD: 1}))


@pytest.mark.parametrize("name", ["a", ".", "a/1.warc.gz/b", "b" * 300])
def test_a_row_that_names_no_file_costs_only_itself(folder: Path, name: str):
    assert collected(folder, [ROWS[0]._replace(file=name), ROWS[1]]) == (1, Counter({NO_FILE: 1}))


@pytest.mark.parametrize(
    "name",
    [
        "a\0b",
        "a\ud800",
        "/etc/passwd",
        "../a/1.warc.gz",
        "a/../a/1.warc.gz",
        "file:///a",
        "http://x.example/a",
        "zip::a",
        "%2e%2e/a/1.warc.gz",
        "a/%2E./../a/1.warc.gz",
        "..%2Fa/1.warc.gz",
        "%2fetc/passwd",
        "..?/a/1.warc.gz",
        "..#a",
    ],
)
def test_a_row_cannot_name_a_file_elsewhere(folder: Path, name: str):
    assert collected(folder, [ROWS[0]._replace(file=name), ROWS[1]]) == (1, Counter({ELSEWHERE: 1}))


def test_the_place_of_a_record_is_the_one_that_its_row_says(folder: Path):
    rows = [ROWS[1], ROWS[0]._replace(offset=1), ROWS[3]]
    index = write(folder / "rows.csv", ("file", "offset", "length"), rows)
    run_bulk(BulkPlan((str(index),), str(folder / "out"), buckets=1, jobs=1), print)
    assert sorted(bulk.places(folder / "out")) == sorted(map(tuple, (ROWS[1], ROWS[3])))


def test_a_signature_in_a_row_is_not_stored(folder: Path, tmp_path: Path):
    signed = [row._replace(file=f"{row.file}?X-Amz-Signature=SECRET") for row in ROWS]
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"), signed)
    with web_server(folder) as (address, _):
        plan = BulkPlan(
            (str(index),), str(tmp_path / "out"), files_at=address, ranges_per_minute=0, buckets=1, jobs=1
        )
        assert run_bulk(plan, print).taken == 4
    assert sorted(bulk.places(tmp_path / "out")) == sorted(map(tuple, ROWS))


def test_an_index_at_a_signed_address_is_an_index(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(folder / "rows.csv", ("file", "offset", "length"))
    monkeypatch.setattr("crawler.jobs.run_bulk.scan", lambda task: pytest.fail("an index is scanned"))
    with web_server(folder) as (address, _):
        plan = BulkPlan(
            (f"{address}/rows.csv?X-Amz-Signature=a/b",), str(tmp_path / "out"), ranges_per_minute=0, jobs=1
        )
        outcome = run_bulk(plan, print)
    assert (outcome.taken, outcome.failures) == (4, {})


def test_ranges_are_asked_for_in_turn(folder: Path, monkeypatch: pytest.MonkeyPatch):
    waited: list[float] = []
    clock = [1_000_000.0]

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr("crawler.bulk.sources.index_rows.sleep", sleep)
    shared = "crawler.bulk.sources.index_rows.SharedLimits"
    monkeypatch.setattr(shared, lambda host: SharedLimits(host, clock=lambda: clock[0]))
    with web_server(folder) as (address, asked):
        out = io.BytesIO()
        assert collect(ROWS, address, 60, out) == {}
    assert out.getvalue() == b"".join(MEMBERS)
    assert waited == [1.0] * 4  # also before the first one: another machine can have asked just now
    assert asked == [
        ("1.warc.gz", f"bytes={at}-{at + len(one) - 1}") for at, one in zip(OFFSETS, MEMBERS, strict=True)
    ]


def test_a_refused_range_is_asked_for_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)
    with web_server(folder, 503, {"1.warc.gz": 2}) as (address, asked):
        assert collect(ROWS[:1], address, 0, io.BytesIO()) == {}
    assert len(asked) == 3


def test_a_range_that_is_cut_is_no_fact(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"))
    with web_server(folder, most=50) as (address, asked):
        plan = BulkPlan(
            (str(index),), str(tmp_path / "out"), files_at=address, ranges_per_minute=0, buckets=1, jobs=1
        )
        outcome = run_bulk(plan, print)
        host = address.removeprefix("http://")
    assert outcome.failures == {str(index): f"{host} sends fewer bytes than it is asked for"}
    assert (outcome.files, len(asked)) == ({}, patience.ATTEMPTS)


def test_a_row_behind_the_end_of_a_file_costs_only_itself(folder: Path):
    behind = [ROWS[0]._replace(offset=10**9), ROWS[3]._replace(length=ROWS[3].length + 1)]
    with web_server(folder) as (address, asked):
        assert collect([*behind, ROWS[0]], address, 0, io.BytesIO()) == {NO_RECORD: 1}
    assert len(asked) == 3


def test_a_server_without_ranges_is_named_in_a_line_and_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"))
    with web_server(folder, knows_ranges=False) as (address, asked):
        plan = BulkPlan(
            (str(index),), str(tmp_path / "out"), files_at=address, ranges_per_minute=0, buckets=1, jobs=1
        )
        outcome = run_bulk(plan, print)
    host = address.removeprefix("http://")
    assert outcome.failures == {
        str(index): f"{host} does not send the parts of files that rows name: name whole files as INPUT"
    }
    assert len(asked) == 1


def test_a_server_that_goes_on_refusing_is_asked_again_in_the_next_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"))
    with web_server(folder, 403, {"1.warc.gz": patience.ATTEMPTS}) as (address, _):
        plan = BulkPlan(
            (str(index),), str(tmp_path / "out"), files_at=address, ranges_per_minute=0, buckets=1, jobs=1
        )
        assert run_bulk(plan, print).failures == {str(index): "the server answers with status 403"}
        assert run_bulk(plan, print).taken == 4


def test_a_run_on_rows_has_the_rows_of_a_run_on_the_file(folder: Path, tmp_path: Path):
    index = write(folder / "rows.csv", ("file", "offset", "length"), [*ROWS, ROWS[0]._replace(offset=3)])
    outcome = run_bulk(BulkPlan((str(index),), str(tmp_path / "of-rows"), buckets=1, jobs=1), print)
    run_bulk(
        BulkPlan((str(folder / "a" / "1.warc.gz"),), str(tmp_path / "of-file"), buckets=1, jobs=1), print
    )
    (counted,) = outcome.files.values()
    assert (counted.taken, counted.failed, counted.damage) == (4, {NO_RECORD: 1}, "")
    of_rows, of_file = bulk.of_result(tmp_path / "of-rows"), bulk.of_result(tmp_path / "of-file")
    assert [row["text_sha256"] for row in of_rows["versions"]] == [
        row["text_sha256"] for row in of_file["versions"]
    ]
    assert {row["archive"] for row in of_rows["captures"]} == {"rows.csv"}


def test_rows_from_elsewhere_and_no_rows(folder: Path, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    index = write(tmp_path / "elsewhere" / "rows.jsonl", ("file", "offset", "length"))
    (tmp_path / "elsewhere" / "none.csv").write_text("file,offset,length\n")
    inputs = (str(index), str(tmp_path / "elsewhere" / "none.csv"))
    plan = BulkPlan(inputs, str(tmp_path / "out"), files_at=str(folder), buckets=1, jobs=1)
    assert sorted((one.archive, file.taken) for one, file in run_bulk(plan, print).files.items()) == [
        ("none.csv", 0),
        ("rows.jsonl", 4),
    ]


def test_rows_whose_file_is_not_there_are_asked_again(folder: Path, tmp_path: Path):
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"))
    (folder / "a").rename(folder / "b")
    plan = BulkPlan((str(index),), str(tmp_path / "out"), buckets=1, jobs=1)
    (found,) = run_bulk(plan, print).files.values()
    assert found.faults == [f"records {NOT_FETCHED}: 4; the same command asks again, for all rows"]
    (folder / "b").rename(folder / "a")
    outcome = run_bulk(plan, print)
    assert (outcome.rows["captures"], outcome.failed) == (4, {})


def test_rows_before_a_bad_one_are_counted(folder: Path, tmp_path: Path):
    some = [ROWS[0], ROWS[1]._replace(file="c"), ROWS[2]._replace(offset=1), ROWS[3]._replace(length=0)]
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"), some)
    (found,) = run_bulk(
        BulkPlan((str(index),), str(tmp_path / "out"), buckets=1, jobs=1), print
    ).files.values()
    assert found.damage == f"{index} row 4 has no file, offset and length of a record"
    assert (found.taken, found.failed) == (1, {NOT_FETCHED: 1, NO_RECORD: 1, CUT_OFF: 1})
    assert found.faults == [f"records {NOT_FETCHED}: 1; the same command asks again, for all rows"]


def test_an_index_with_a_missing_row_stays_while_its_server_refuses(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)
    some = [*ROWS[:3], ROWS[3]._replace(file="c")]
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"), some)
    refusals: Counter[str] = Counter()
    with web_server(folder, 403, refusals) as (address, _):
        plan = BulkPlan((str(index),), str(tmp_path / "out"), files_at=address, ranges_per_minute=0, jobs=1)
        assert run_bulk(plan, print).rows["captures"] == 3
        before = bulk.of_result(tmp_path / "out")
        refusals["1.warc.gz"] = patience.ATTEMPTS
        outcome = run_bulk(plan, print)
    assert outcome.failures == {str(index): "the server answers with status 403"}
    assert (outcome.taken, outcome.failed) == (3, {NOT_FETCHED: 1})
    assert bulk.of_result(tmp_path / "out") == before


def test_a_row_that_is_found_later_is_in_the_history(folder: Path, tmp_path: Path):
    index = write(tmp_path / "rows.csv", ("file", "offset", "length"), [ROWS[0], ROWS[1]._replace(file="c")])
    plan = BulkPlan((str(index),), str(tmp_path / "out"), buckets=1, jobs=1)
    assert run_bulk(plan, print).rows["captures"] == 1
    (folder / "c").write_bytes((folder / "a" / "1.warc.gz").read_bytes())
    assert run_bulk(plan, print).rows["captures"] == 2


def test_the_place_of_the_files_is_absolute(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "elsewhere").mkdir()
    index = write(tmp_path / "elsewhere" / "rows.csv", ("file", "offset", "length"))
    monkeypatch.chdir(folder)
    plan = BulkPlan((str(index),), str(tmp_path / "out"), files_at=".", buckets=1, jobs=1)
    outcome = run_bulk(plan, print)
    assert outcome.taken == 4
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run_bulk(replace(plan, files_at=".."), print).taken == 4
