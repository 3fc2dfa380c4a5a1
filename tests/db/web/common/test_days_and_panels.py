"""The queries `text_on_day` and `panel` say what the exports of the same names say."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.database import open_archive, transaction
from db.export import formats
from db.query.panel import PERIODS
from db.store import attributes
from tests.db.web.conftest import Ask
from tests.support.citations import ALL, CITING, fill
from tests.support.shop import Shop


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two shops: one with a text that changes and returns over years, and captures close to each other."""
    path = tmp_path / "shops.db"
    with closing(open_archive(path, create=True)) as db:
        shop, neighbour = Shop(db), Shop(db, "neighbour.example")
        fill(shop, neighbour)
        shop.observe("20150301120000", "# Privacy\n\nWe sell nothing.\n")
        shop.observe("20150315120000", "# Privacy\n\nWe sell it all, to everyone who asks.\n")
        shop.observe(
            "20150315120000", "# Privacy\n\nAnother text.\n", page=shop.add_page("http://shop.example/a")
        )
        shop.observe("20150330120000", "# Privacy\n\nWe sell it all, to everyone who asks.\n")
        shop.derive()
        Shop(db, "empty.example")
        with transaction(db):
            attributes.store(db, "neighbour.example", {"sector": "toys"})
        db.execute("pragma wal_checkpoint(truncate)")
    return path


def exported(archive: Path, folder: Path, form: formats.Format, **wanted: Any) -> list[dict[str, Any]]:
    with closing(open_archive(archive)) as db:
        form.export(db, folder / "x.jsonl", replace(ALL, **wanted), CITING, lambda _: None)
    return [json.loads(line) for line in (folder / "x.jsonl").read_text().splitlines()]


def shown(ask: Ask, query: str, **parameters: str) -> list[dict[str, Any]]:
    answer = ask(f"/shops/{query}.json", params={"_shape": "array", **parameters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.mark.parametrize(
    "day",
    [
        *("2009-12-31", "2010-01-01", "2011-06-30", "2012-07-01", "2013-05-05", "2015-02-01"),
        *("2015-03-14", "2015-03-15", "2015-03-20", "2020-01-01"),
    ],
)
def test_a_day(archive: Path, serve: Callable[..., Ask], tmp_path: Path, day: str) -> None:
    rows = shown(serve(archive), "text_on_day", day=day, text="all")
    expected = exported(archive, tmp_path, formats.named("jsonl", on_a_day=True), on=day)
    names = ("retailer", "version", "title", "text", "text_sha256", "words", "seen_before", "seen_after")
    marks = ("changed_by_then", "in_gap", "known")
    assert [[row[name] for name in (*names, *marks)] for row in rows] == [
        [row[name] for name in names] + [int(row[name]) for name in marks] for row in expected
    ]


@pytest.mark.parametrize(
    ("day", "meant"),
    [("", "2018-05-25"), ("2015", "2015-12-31"), ("2015-02", "2015-02-28"), ("2012-02", "2012-02-29")],
)
def test_a_month_and_a_year_mean_their_last_day(
    archive: Path, serve: Callable[..., Ask], day: str, meant: str
) -> None:
    rows = shown(serve(archive), "text_on_day", day=day)
    assert rows == shown(serve(archive), "text_on_day", day=meant)
    assert {row["day"] for row in rows} == {meant}


@pytest.mark.parametrize("every", PERIODS)
def test_a_panel(archive: Path, serve: Callable[..., Ask], tmp_path: Path, every: str) -> None:
    rows = shown(serve(archive), "panel", every=every)
    names = ("retailer", "period", "version", "words", "captures", "changes_within", "changes_possible")
    seen = ("seen_before", "seen_after")
    expected = exported(archive, tmp_path, formats.named("panel-jsonl"), every=every)
    assert [[row[name] for name in (*names, *seen, "in_gap")] for row in rows] == [
        [row[name] for name in (*names, *seen)] + [int(row["in_gap"])] for row in expected
    ]


def test_parameters(archive: Path, serve: Callable[..., Ask]) -> None:
    ask = serve(archive)
    assert [row["retailer"] for row in shown(ask, "text_on_day")] == ["neighbour.example", "shop.example"]
    assert shown(ask, "text_on_day", day="nonsense", retailer="nobody") == []
    assert [row["retailer"] for row in shown(ask, "text_on_day", attribute="sector: toys")] == [
        "neighbour.example"
    ]
    assert [row["period"] for row in shown(ask, "panel", attribute="sector: toys")] == ["2012"]
    assert len(shown(ask, "panel", retailer="shop.example", every="half-year")) == 11
    assert shown(ask, "panel", retailer="' or 1") == []
    (row,) = shown(ask, "text_on_day", retailer="shop.example")
    assert row["text"] is None
