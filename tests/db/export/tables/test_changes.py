"""Changes with their words, as CSV, JSON Lines and Parquet: the same words in each."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet as pq
from sqlite_utils import Database

from db.errors import ExportTargetError
from db.export import formats
from db.export.evidence import ExportResult
from db.export.tables.changes import COLUMNS
from tests.support.citations import ALL, export, fill
from tests.support.shop import Shop

JSONL, PARQUET = formats.named("changes-jsonl"), formats.named("changes-parquet")
CSV = formats.named("csv")
NAMES = [column.name for column in COLUMNS]
WORDS = [(["nothing"], ["all that we know of you"]), (["all that we know of you"], ["nothing"])]


def lines(place: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in place.read_text().splitlines()]


def test_a_row_has_the_words_of_its_change(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    assert export(JSONL, db, tmp_path) == ExportResult(2, 0)
    assert export(JSONL, db, tmp_path) == ExportResult(0, 2)
    rows = lines(tmp_path / "changes.jsonl")
    assert [(row["removed"], row["added"]) for row in rows] == WORDS
    assert rows[0]["places"] == [
        {
            "section": "Privacy",
            "reason": "wording",
            "counts": True,
            "removed": "nothing",
            "added": "all that we know of you",
        }
    ]
    assert (rows[0]["words_removed"], rows[0]["words_added"]) == (1, 6)


def test_places_that_do_not_count_have_their_reason(db: Database, shelf: Shop, tmp_path: Path):
    shelf.observe("20100101000000", "# Privacy\n\nWe sell nothing, and we store little of what we know.\n")
    shelf.observe("20120101000000", "# Privacy\n\nWe sell all, and we store little of what we know\n")
    shelf.derive()
    export(JSONL, db, tmp_path)
    (row,) = lines(tmp_path / "changes.jsonl")
    assert (row["removed"], row["added"]) == (["nothing"], ["all"])
    assert [place["reason"] for place in row["places"] if not place["counts"]] == ["punctuation"]


def test_all_formats_have_the_same_words(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    for form in (JSONL, PARQUET):
        export(form, db, tmp_path)
    export(CSV, db, tmp_path, replace(ALL, with_text=True))
    table = pq.read_table(tmp_path / "changes.parquet")
    rows = lines(tmp_path / "changes.jsonl")
    assert table.column_names == NAMES
    assert set(rows[0]) == set(NAMES)
    for name in ("retailer", "removed", "added", "places", "similarity", "old_status", "announced"):
        assert table[name].to_pylist() == [row[name] for row in rows]
    assert [moment.isoformat() for moment in table["last_old"].to_pylist()] == [
        row["last_old"].replace("Z", "+00:00") for row in rows
    ]
    with (tmp_path / "changes.csv").open(newline="") as file:
        found = [(row["removed"], row["added"]) for row in csv.DictReader(file)]
    assert found == [("\n".join(removed), "\n".join(added)) for removed, added in WORDS]


@pytest.mark.parametrize("form", [JSONL, PARQUET])
def test_without_changes_there_are_no_rows(db: Database, tmp_path: Path, form: Any):
    assert export(form, db, tmp_path) == ExportResult(0, 0)


def test_a_file_of_versions_is_not_replaced(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    export(formats.named("jsonl"), db, tmp_path / "x.jsonl")
    before = (tmp_path / "x.jsonl").read_bytes()
    with pytest.raises(ExportTargetError):
        export(JSONL, db, tmp_path / "x.jsonl")
    assert (tmp_path / "x.jsonl").read_bytes() == before
