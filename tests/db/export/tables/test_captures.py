"""The tables of all captures and of all their texts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from db.export import formats
from db.export.evidence import ExportFilter
from tests.support.citations import ALL, export, fill
from tests.support.shop import Shop

LATE = replace(ALL, first="2012-01-01T00:00:00Z")


def rows(db: Database, folder: Path, name: str, wanted: ExportFilter = ALL) -> list[dict[str, Any]]:
    out = folder / f"{name}.jsonl"
    export(formats.named(f"{name}-jsonl"), db, out, wanted)
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_every_capture_is_a_row_with_its_state(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    page = shelf.add_page("http://shop.example/old")
    shelf.list("20160101000000", page=page)
    found = rows(db, tmp_path, "captures")
    shown = [
        (row["retailer"][:4], row["page"], row["captured_at"][:4], row["state"], row["verdict"])
        for row in found
    ]
    assert len(shown) == 8
    assert shown.count(("shop", "http://shop.example/old", "2016", "listed", None)) == 1
    good = [row for row in found if row["verdict"] == "policy"]
    assert len(good) == 7 and all(row["text_sha256"] for row in good)
    assert good[0]["snapshot"].startswith("https://archive.example/20")


def test_a_text_is_a_row_for_each_retailer(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    found = rows(db, tmp_path, "all-texts")
    shown = {
        (row["retailer"], row["text"][11:19], row["captures"], row["first_seen"][:4], row["last_seen"][:4])
        for row in found
    }
    assert len(shown) == 3
    assert ("shop.example", "We sell ", 4, "2010", "2015") in shown
    assert ("shop.example", "We sell ", 2, "2012", "2013") in shown


@pytest.mark.parametrize(
    ("wanted", "years"), [(ALL, ["None", "2010"]), (LATE, []), (replace(ALL, latest=True), ["2010"])]
)
def test_a_text_whose_captures_have_no_moment(
    db: Database, shelf: Shop, tmp_path: Path, wanted: ExportFilter, years: list[str]
):
    shelf.observe("20100101000000", "# Privacy\n\nWe sell nothing.\n")
    shelf.observe("20109999000000", "# Privacy\n\nWe sell all.\n")
    found = rows(db, tmp_path, "all-texts", wanted)
    assert sorted((str(row["first_seen"])[:4] for row in found), reverse=True) == years
    assert [row["last_seen"] for row in found] == [row["first_seen"] for row in found]


@pytest.mark.parametrize(
    ("wanted", "captures", "texts"),
    [
        (LATE, 5, 3),
        (replace(ALL, last="2011-01-01T00:00:00Z"), 2, 1),
        (replace(ALL, domains=("shop.example",)), 6, 2),
        (replace(ALL, latest=True), 2, 2),
        (replace(LATE, latest=True, domains=("shop.example",)), 1, 1),
    ],
)
def test_a_part_can_be_chosen(
    db: Database,
    shelf: Shop,
    neighbour: Shop,
    tmp_path: Path,
    wanted: ExportFilter,
    captures: int,
    texts: int,
):
    fill(shelf, neighbour)
    assert len(rows(db, tmp_path, "captures", wanted)) == captures
    assert len(rows(db, tmp_path, "all-texts", wanted)) == texts
