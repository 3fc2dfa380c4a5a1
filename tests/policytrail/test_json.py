"""`--json` of the commands that read has the objects of the Python interface: the same names and values."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli import cli
from db import times
from policytrail import Archive


def plain(value: Any) -> Any:
    """Return a value of a dataclass as JSON has it."""
    if isinstance(value, datetime):
        return times.iso(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def printed(*arguments: object) -> Any:
    ran = CliRunner().invoke(cli, [*map(str, arguments), "--json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def contains(found: dict[str, Any], record: object) -> None:
    """Assert that a printed object has every field of a dataclass, with its value."""
    expected = plain(asdict(record))  # type: ignore[call-overload]
    assert {name: found[name] for name in expected} == expected


def test_status_has_the_retailers_and_their_gaps(path: Path, archive: Archive) -> None:
    found = printed("status", path, "--gaps", 6)
    for printed_one, retailer in zip(found, archive.retailers(), strict=True):
        contains(printed_one, retailer)
    gaps = [gap for printed_one in found for gap in printed_one["gaps"]]
    for printed_one, gap in zip(gaps, archive.gaps(months=6), strict=True):
        contains(printed_one, gap)
    assert len(gaps) > 1


def test_log_has_the_changes(path: Path, archive: Archive) -> None:
    change, first = printed("log", path)
    contains(change, *archive.changes())
    assert (first["kind"], first["retailer"], first["new_version"]) == ("first", "shop.example", 1)
    assert first["old_capture"] is None
    (patched,) = printed("log", path, "-p", "--limit", 1)
    assert patched["places"] == plain(asdict(archive.diff(archive.changes()[0]))["places"])


@pytest.mark.parametrize("date", [None, "2014-06-01", "2016-01-01", "2018-05-25", "2030-01-01"])
def test_show_has_the_text(path: Path, archive: Archive, date: str | None) -> None:
    found = printed("show", path, "shop.example", *([date] if date else []))
    assert found == plain(asdict(archive.text("shop.example", date)))


def test_diff_has_the_difference_and_both_texts(path: Path, archive: Archive) -> None:
    found = printed("diff", path, "shop.example")
    contains(found, archive.diff(archive.changes()[0]))
    old, new = (plain(asdict(archive.text("shop.example", version=version))) for version in (1, 2))
    del new["markdown"]
    assert (found["old"]["retailer"], found["new"]) == (old["retailer"], new)


def test_search_has_the_hits(path: Path, archive: Archive) -> None:
    assert printed("search", path, "sell") == [plain(asdict(hit)) for hit in archive.search("sell")]
    found = printed("search", path, '"never sell"', "--removed")
    assert found == [plain(asdict(hit)) for hit in archive.search('"never sell"', removed=True)]
    assert [hit["retailer"] for hit in found] == ["shop.example"]


def test_texts_on_a_day_are_those_of_each_retailer(archive: Archive) -> None:
    (text,) = archive.texts("2016-01-01")
    assert text == archive.text("shop.example", "2016-01-01")
    assert text.unseen
    assert archive.texts("2000-01-01") == []
    with pytest.raises(ValueError, match="soon"):
        archive.texts("soon")
