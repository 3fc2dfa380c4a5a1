"""Versions as JSON Lines and as Parquet: the same rows, typed alike, loaded by what people load them with."""

import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from sqlite_utils import Database

from db.errors import ExportTargetError, MissingExtraError
from db.export import formats
from db.export.evidence import ExportFilter, ExportResult, versions
from db.export.tables.versions import COLUMNS, row
from db.export.writers import parquet as parquet_writer
from tests.support import loaders
from tests.support.citations import ALL, CITING, export, fill
from tests.support.shop import Shop

jsonl, parquet = formats.named("jsonl"), formats.named("parquet")
SCHEMA = parquet_writer.schema(COLUMNS, "versions")
MARKDOWN = "# Privacy\n\nWe sell all that we know of you.\n"


def lines(place: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in place.read_bytes().split(b"\n")[:-1]]


def test_a_row_has_all_the_evidence(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    db.execute("update retailers set name = 'The Shop' where domain = 'shop.example'")
    db.execute("update versions set stated_date = '2011-12-24' where number = 2")
    assert export(jsonl, db, tmp_path / "x.jsonl") == ExportResult(3, 0)
    (found,) = [of for of in lines(tmp_path / "x.jsonl") if of["version"] == 2]
    (digest, similarity), sha256 = (
        db.execute(
            "select c.digest, x.similarity from captures c, changes x where timestamp ="
            " '20120101000000' order by x.id limit 1"
        ).fetchone(),
        found["text_sha256"],
    )
    capture = {
        "archive": "web.archive.org",
        "original": "http://shop.example/privacy",
        "page": "http://shop.example/privacy",
        "mimetype": None,
        "status": 200,
        "body_sha256": sha256,
        "text_sha256": sha256,
        "replay_key": None,
    }
    address = "https://archive.example/{}/http://shop.example/privacy"
    last_digest = db.execute("select digest from captures where timestamp = '20130101000000'").fetchone()[0]
    first = capture | {
        "snapshot": address.format("20120101000000"),
        "timestamp": "20120101000000",
        "digest": digest,
    }
    last = capture | {
        "snapshot": address.format("20130101000000"),
        "timestamp": "20130101000000",
        "digest": last_digest,
    }
    sizes = {"old_version": 1, "words_added": 6, "words_removed": 1, "similarity": similarity, "set_aside": 0}
    marks = {"announced": "undated", "suspect": None}
    assert found == {
        "retailer": "shop.example",
        "name": "The Shop",
        "version": 2,
        "latest": False,
        "title": "Privacy",
        "text": MARKDOWN,
        "text_sha256": sha256,
        "language": "en",
        "words": 9,
        "completeness": 1.0,
        "extractor": "1",
        "stated_date": "2011-12-24",
        "last_old": "2011-01-01T00:00:00Z",
        "first_new": "2012-01-01T00:00:00Z",
        "first_seen": "2012-01-01T00:00:00Z",
        "last_seen": "2013-01-01T00:00:00Z",
        "replaced": "2014-01-01T00:00:00Z",
        "captures": 2,
        **sizes,
        **marks,
        **{f"first_{name}": value for name, value in first.items()},
        **{f"last_{name}": value for name, value in last.items()},
        "spans": [
            {
                "version": 2,
                "since": "2012-01-01T00:00:00Z",
                "until": "2013-01-01T00:00:00Z",
                "changed_after": "2011-01-01T00:00:00Z",
                **sizes,
                "stated_before": None,
                "stated_date": None,
                **marks,
            }
        ],
        "variants": [],
    }


def test_what_no_change_brought_has_no_bracket(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    export(jsonl, db, tmp_path / "x.jsonl", ExportFilter(("neighbour.example",)))
    (only,) = lines(tmp_path / "x.jsonl")
    assert {
        only[name]
        for name in ("last_old", "first_new", "old_version", "words_added", "similarity", "replaced")
    } == {None}
    assert only["latest"] is True


def test_the_same_archive_gives_the_same_bytes(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    for format_, name in ((jsonl, "x.jsonl"), (parquet, "x.parquet")):
        assert export(format_, db, tmp_path / name) == ExportResult(3, 0)
        assert export(format_, db, tmp_path / name) == ExportResult(0, 3)
        assert export(format_, db, tmp_path / f"other.{name}") == ExportResult(3, 0)
        assert (tmp_path / name).read_bytes() == (tmp_path / f"other.{name}").read_bytes()


def test_an_empty_archive_gives_files_without_rows(db: Database, tmp_path: Path):
    for format_, name in ((jsonl, "x.jsonl"), (parquet, "x.parquet")):
        assert export(format_, db, tmp_path / name) == ExportResult(0, 0)
    assert (tmp_path / "x.jsonl").read_bytes() == b""
    assert pq.read_table(tmp_path / "x.parquet").num_rows == 0
    assert pq.read_table(tmp_path / "x.parquet").column_names == SCHEMA.names


@loaders.needed
def test_text_that_breaks_lines_elsewhere_is_one_line(db: Database, shelf: Shop, tmp_path: Path):
    text = '# P\n\nCRLF \r\n NEL \x85 LS \u2028 PS \u2029 FF \x0c GS \x1d quote " slash \\ é 💶.\n'
    shelf.observe("20120101000000", text)
    shelf.derive()
    export(jsonl, db, tmp_path / "x.jsonl")
    written = (tmp_path / "x.jsonl").read_text()
    assert len(written.splitlines()) == 1
    assert json.loads(written)["text"] == text
    assert "é 💶" in written
    read = 'import pandas as pd; report(pd.read_json(f"{folder}/x.jsonl", lines=True)["text"].to_list())'
    assert loaders.run_code(read, tmp_path) == [[text]]


def test_rows_of_both_are_the_same(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    shelf.observe("20150110000000", "# Privacy\n\nIn passing.\n")
    shelf.observe("20150120000000", "# Privacy\n\nWe sell nothing.\n")
    shelf.derive()
    export(jsonl, db, tmp_path / "x.jsonl")
    export(parquet, db, tmp_path / "x.parquet")

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        return [plain(one) for one in value] if isinstance(value, list) else value

    expected = lines(tmp_path / "x.jsonl")
    assert [of["variants"] != [] for of in expected] == [False, True, False]
    assert plain(pq.read_table(tmp_path / "x.parquet").to_pylist()) == expected


def test_the_schema_names_the_columns_in_their_order(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    assert [list(row(version, CITING)) for version in versions(db, ALL)] == [SCHEMA.names] * 3


def test_row_groups_are_cut_by_size(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(shelf, neighbour)
    monkeypatch.setattr(parquet_writer, "GROUP", len(MARKDOWN) + 1)
    export(parquet, db, tmp_path / "x.parquet")
    file = pq.ParquetFile(tmp_path / "x.parquet")
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [2, 1]


def test_files_of_others_are_left(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    (tmp_path / "x.jsonl").write_text('{"url": "theirs"}\n')
    pq.write_table(pa.table({"theirs": [1]}), tmp_path / "x.parquet")
    (tmp_path / "y.parquet").write_bytes(b"PAR1 theirs")
    for format_, name in ((jsonl, "x.jsonl"), (parquet, "x.parquet"), (parquet, "y.parquet")):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(ExportTargetError, match="was not written by this export"):
            format_.export(db, tmp_path / name, ALL, CITING, lambda _: None)
        assert (tmp_path / name).read_bytes() == before


WITH_PANDAS = """
import pandas as pd
typed = pd.read_parquet(f"{folder}/x.parquet")
loose = pd.read_json(f"{folder}/x.jsonl", lines=True, dtype=False)
for column in ("first_seen", "last_seen"):
    loose[column] = pd.to_datetime(loose[column])
for frame in (typed, loose):
    report(frame.columns.to_list())
    report(frame["first_timestamp"].to_list())
    report((frame["last_seen"] - frame["first_seen"]).dt.days.to_list())
    report(frame[frame["latest"]].set_index("retailer")["version"].to_dict())
report(str(typed["first_seen"].dtype))
"""


@loaders.needed
def test_pandas_loads_both(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    export(jsonl, db, tmp_path / "x.jsonl")
    export(parquet, db, tmp_path / "x.parquet")
    both = [
        SCHEMA.names,
        ["20120601000000", "20100101000000", "20120101000000"],
        [0, 1826, 366],
        {"neighbour.example": 1, "shop.example": 1},
    ]
    assert loaders.run_code(WITH_PANDAS, tmp_path) == [*both, *both, "datetime64[ms, UTC]"]


WITH_DATASETS = """
import pyarrow.parquet as pq
from datasets import Features, load_dataset
def load(kind, **options):
    files = f"{folder}/x.{kind.replace('json', 'jsonl')}"
    return load_dataset(kind, data_files=files, split="train", **options)
features = Features.from_arrow_schema(pq.read_schema(f"{folder}/x.parquet"))
for rows in (load("parquet"), load("json"), load("json", features=features, chunksize=1000)):
    last = rows[-1]
    report([rows.column_names == list(features), rows["retailer"][:], last["text"], last["stated_date"].year])
"""


def test_a_month_that_a_text_states_is_exported_as_its_first_day(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    db.execute("update versions set stated_date = '2011-12' where number = 2")
    assert "2011-12-01" in [row(one, CITING)["stated_date"] for one in versions(db, ALL)]


@loaders.needed
def test_datasets_loads_both_without_a_network(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    """With its types, also what begins with nulls is loaded."""
    fill(shelf, neighbour)
    db.execute("update versions set stated_date = '2011-12-24' where number = 2")
    export(jsonl, db, tmp_path / "x.jsonl")
    export(parquet, db, tmp_path / "x.parquet")
    shops = ["neighbour.example", "shop.example", "shop.example"]
    assert loaders.run_code(WITH_DATASETS, tmp_path) == [[True, shops, MARKDOWN, 2011]] * 3


def test_without_pyarrow_the_extra_is_named(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=re.escape("-m pip install 'policytrail[parquet]'")):
        export(parquet, db, tmp_path / "x.parquet")
    assert not (tmp_path / "x.parquet").exists()
