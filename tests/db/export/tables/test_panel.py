"""The panel as files: loaded by pandas and DuckDB with exact numbers."""

from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from db.database import transaction
from db.export import formats
from db.export.evidence import ExportResult
from db.store import attributes
from tests.support import loaders
from tests.support.citations import ALL, export, fill
from tests.support.shop import Shop

LOAD = """
import duckdb, pandas as pd
for frame in (
    pd.read_parquet(f"{folder}/panel.parquet"),
    pd.read_csv(f"{folder}/panel.csv", dtype={"period": str}),
    pd.read_json(f"{folder}/panel.jsonl", lines=True, dtype=False),
    duckdb.sql(f"from '{folder}/panel.parquet'").df(),
):
    shop = frame[frame["retailer"] == "shop.example"]
    report(shop["period"].to_list())
    report(shop[["version", "captures", "changes_within", "changes_possible"]].values.tolist())
    report([bool(gap) for gap in shop["in_gap"]])
    report(sorted(set(frame["attribute_sector"].dropna())))
report(str(pd.read_parquet(f"{folder}/panel.parquet")["seen_before"].dtype))
"""


@loaders.needed
def test_it_is_loaded_with_exact_numbers(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    with transaction(db):
        attributes.store(db, "shop.example", {"sector": "toys"})
    for writer in ("csv", "jsonl", "parquet"):
        wanted = replace(ALL, every="half-year")
        assert export(formats.named(f"panel-{writer}"), db, tmp_path, wanted) == ExportResult(12, 0)
    months = [f"{year}-H{half}" for year in range(2010, 2016) for half in (1, 2)][:11]
    rows = [
        [1, 1, 0, 0],
        [1, 0, 0, 0],
        [1, 1, 0, 1],
        [1, 0, 0, 1],
        [2, 1, 0, 1],
        [2, 0, 0, 0],
        [2, 1, 0, 1],
        [2, 0, 0, 1],
        [1, 1, 0, 1],
        [1, 0, 0, 0],
        [1, 1, 0, 0],
    ]
    loaded = [months, rows, [row[1] == 0 for row in rows], ["toys"]]
    assert loaders.run_code(LOAD, tmp_path) == [*loaded * 4, "datetime64[ms, UTC]"]


def test_a_choice_of_time_takes_periods_that_it_touches(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path
):
    fill(shelf, neighbour)
    wanted = replace(
        ALL, domains=("shop.example",), first="2012-06-30T00:00:00Z", last="2013-01-01T00:00:00Z"
    )
    form = formats.named("panel-jsonl")
    assert export(form, db, tmp_path / "x.jsonl", wanted) == ExportResult(8, 0)
    assert export(form, db, tmp_path / "x.jsonl", replace(wanted, latest=True)) == ExportResult(1, 0)


def test_a_policy_without_versions_has_no_rows(db: Database, shelf: Shop, tmp_path: Path):
    shelf.observe("20100101000000", "# Privacy")
    assert export(formats.named("panel-csv"), db, tmp_path) == ExportResult(0, 0)
    assert (tmp_path / "panel.csv").read_text().startswith("retailer,name,period,start,end,version,")
