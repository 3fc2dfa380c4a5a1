"""What a run brought, in words."""

from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.jobs.brought import changes, no_policy, with_news
from crawler.runs import Result
from db.query.run_news import news, snapshot
from tests.support.shop import Shop


def shop(domain: str, number: int, versions: int = 0, **verdicts: int) -> dict[str, Any]:
    change = {"kind": "wording", "last_old": "2018-01-01T00:00:00Z", "first_new": "2018-06-01T00:00:00Z"}
    other = {**change, "kind": "presentation"}
    return {
        "domain": domain,
        "versions": [{}] * versions,
        "changes": [change] * number + [other],
        "verdicts": verdicts,
    }


def test_the_changes_by_retailer() -> None:
    news = [shop("a.example", 1, 2), shop("b.example", 2, 3), shop("c.example", 0, 1), shop("d.example", 0)]
    assert list(changes(news)) == [
        "6 new versions and 3 new changes of wording, of 3 retailers:",
        "  b.example: 2 changes, the last between 2018-01-01 and 2018-06-01",
        "  a.example: 1 change, the last between 2018-01-01 and 2018-06-01",
    ]
    assert list(changes([])) == list(changes([shop("d.example", 0)])) == []
    assert list(changes([shop("xn--bcher-kva.example", 0, 1)])) == ["1 new version, of 1 retailer"]


def test_many_retailers_are_cut() -> None:
    lines = list(changes([shop(f"{n:02}.example", 1, 1) for n in range(12)]))
    assert (len(lines), lines[-1]) == (12, "  and 2 more")


def test_captures_without_a_policy() -> None:
    news = [shop("a.example", 0, policy=3, thin=1), shop("b.example", 0, thin=2, empty=1)]
    assert list(no_policy(news, ["b.example", "other.example"])) == [
        "4 captures without a policy: 3 thin, 1 empty",
        "1 retailer without any version: b.example",
    ]
    assert list(no_policy(news[:1], [])) == ["1 capture without a policy: 1 thin"]
    assert list(no_policy([shop("a.example", 0, policy=3)], [])) == []


@pytest.mark.parametrize(
    ("status", "order"), [(0, ["own", "1 new version", "See"]), (3, ["1 new version", "own"])]
)
def test_a_run_that_is_not_done_ends_with_its_own_lines(
    db: Database, tmp_path: Path, status: int, order: list[str]
) -> None:
    shelf = Shop(db)
    before = snapshot(db)
    shelf.observe("20180101000000", "We never sell your data.")
    shelf.derive()
    result = with_news(Result(status, "done", "own"), tmp_path / "archive.db", news(db, before, [1]))
    lines = result.printed.splitlines()
    assert [line.startswith(start) for line, start in zip(lines, order, strict=True)] == [True] * len(order)
    assert status or lines[-1] == f"See: policytrail log {tmp_path / 'archive.db'}"


def test_without_news_the_result_stays(db: Database, tmp_path: Path) -> None:
    result = Result(0, "done", "nothing new: 1 request")
    assert with_news(result, tmp_path / "archive.db", news(db, snapshot(db), [1])) == result


def test_a_file_that_cannot_be_read_leaves_the_result(tmp_path: Path) -> None:
    result = Result(3, "the archive could not be written", "the archive could not be written")
    path = tmp_path / "archive.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    assert with_news(result, path, [shop("a.example", 1, 1, policy=1)]) == result
