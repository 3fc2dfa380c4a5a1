"""The texts on a day: what is known, what is not, and the retailers that nobody had seen."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet as pq
from sqlite_utils import Database

from db.export import formats
from db.export.evidence import ExportResult
from tests.support.citations import ALL, CITING, export, fill
from tests.support.shop import Shop

FORM = formats.named("jsonl", on_a_day=True)
OLD = "# Privacy\n\nWe sell nothing.\n"


def on(db: Database, folder: Path, day: str) -> list[dict[str, Any]]:
    FORM.export(db, folder / f"{day}.jsonl", replace(ALL, on=day), CITING, lambda _: None)
    return [json.loads(line) for line in (folder / f"{day}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("day", "version", "seen", "marks"),
    [
        ("2010-01-01", 1, ("2010", "2011"), (False, False, True)),
        ("2010-07-01", 1, ("2010", "2011"), (False, True, False)),
        ("2011-07-01", 1, ("2011", "2012"), (True, True, False)),
        ("2012-01-01", 2, ("2012", "2013"), (False, False, True)),
        ("2015-01-01", 1, ("2015", None), (False, False, True)),
        ("2020-01-01", 1, ("2015", None), (False, False, False)),
    ],
)
def test_what_is_known_of_a_day(
    db: Database,
    shelf: Shop,
    neighbour: Shop,
    tmp_path: Path,
    day: str,
    version: int,
    seen: tuple[str, str | None],
    marks: tuple[bool, bool, bool],
):
    fill(shelf, neighbour)
    (row,) = [row for row in on(db, tmp_path, day) if row["retailer"] == "shop.example"]
    assert (row["day"], row["version"]) == (day, version)
    assert (row["seen_before"][:4], row["seen_after"] and row["seen_after"][:4]) == seen
    assert (row["changed_by_then"], row["in_gap"], row["known"]) == marks
    assert row["capture_timestamp"][:4] == seen[0]
    assert (row["text"] == OLD) == (version == 1)


def test_between_two_captures_of_one_version_outside_of_a_gap_the_text_is_known(
    db: Database, shelf: Shop, tmp_path: Path
):
    for timestamp in ("20100101000000", "20100301000000"):
        shelf.observe(timestamp, OLD)
    shelf.derive()
    (row,) = on(db, tmp_path, "2010-02-01")
    assert (row["known"], row["in_gap"], row["changed_by_then"]) == (True, False, False)


def test_a_retailer_that_nobody_had_seen_has_no_row(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path
):
    fill(shelf, neighbour)
    assert [row["retailer"] for row in on(db, tmp_path, "2011-01-01")] == ["shop.example"]
    assert [row["retailer"] for row in on(db, tmp_path, "2013-01-01")] == [
        "neighbour.example",
        "shop.example",
    ]
    assert on(db, tmp_path, "2000-01-01") == []


def test_all_formats_have_the_same_texts(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    wanted = replace(ALL, on="2013-01-01")
    for name in formats.ON_A_DAY:
        assert export(formats.named(name, on_a_day=True), db, tmp_path, wanted) == ExportResult(2, 0)
    rows = [json.loads(line) for line in (tmp_path / "texts.jsonl").read_text().splitlines()]
    with (tmp_path / "texts.csv").open(newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [row["text"] for row in rows]
    table = pq.read_table(tmp_path / "texts.parquet")
    assert table.column_names == list(rows[0])
    assert [day.isoformat() for day in table["day"].to_pylist()] == ["2013-01-01"] * 2
