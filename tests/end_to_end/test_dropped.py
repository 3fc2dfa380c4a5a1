"""Requests that a part of Scrapy drops at random.

Every run ends, and what was dropped failed with a reason.
"""

import json
from pathlib import Path

import pytest

from crawler import settings as ours
from tests.support import archives
from tests.support.processes import SCRAPY, Ended, run
from tests.support.wayback import worlds
from tests.support.wayback.save_stage import Stage
from tests.support.wayback.standin import StandIn

HERE = "tests.support.wayback.dropping"
DROPS: dict[str, dict[str, object]] = {
    "ignored": {
        "DOWNLOADER_MIDDLEWARES": {**ours.DOWNLOADER_MIDDLEWARES, f"{HERE}.Ignoring": 100},
        "RETRY_TIMES": 0,
    },
    "filtered": {"SPIDER_MIDDLEWARES": {f"{HERE}.Filtering": 100}},
    "seen": {"DUPEFILTER_CLASS": f"{HERE}.Duplicates"},
    "items": {"ITEM_PIPELINES": {**ours.ITEM_PIPELINES, f"{HERE}.Dropping": 50}},
}
EVERY = tuple(DROPS)


def scrapy(
    spider: str, drops: tuple[str, ...], env: dict[str, str] | None = None, **arguments: object
) -> Ended:
    given = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
    for drop in drops:
        for name, value in DROPS[drop].items():
            given += ["-s", f"{name}={json.dumps(value) if isinstance(value, dict) else value}"]
    return run(*SCRAPY, "crawl", spider, *given, env=env)


@pytest.mark.parametrize(
    ("mode", "drops"),
    [
        *((mode, EVERY) for mode in ("all", "changed", "every=3months", "bisect", "budget")),
        *((mode, (drop,)) for drop in DROPS for mode in ("all", "bisect")),
    ],
)
def test_a_crawl_ends_although_requests_are_dropped(tmp_path: Path, mode: str, drops: tuple[str, ...]):
    db = tmp_path / "archive.db"
    with StandIn() as wayback:
        worlds.populate(wayback)
        ended = scrapy(
            *("history", drops),
            db=db, source=wayback.address, retailers=worlds.retailers(tmp_path), cdx_per_minute=0,
            replay_per_minute=0, **({"budget": 200} if mode == "budget" else {"select": mode}),
        )  # fmt: skip
        log = [request.path for request in wayback.asked("replay")]
    assert "never retrieved" not in ended.err
    assert archives.rows(db, "select count(*) from crawls where outcome is not null") == [(1,)]
    assert log or len(drops) > 1
    assert archives.is_intact(db)
    listed = archives.rows(
        db,
        """select c.timestamp from captures c join pages g on g.id = c.page_id
        where c.state = 'listed' and g.listing = 'complete'""",
    )
    assert mode != "all" or listed == []
    failed = archives.rows(db, "select reason from captures where state = 'failed'")
    assert all(reason for (reason,) in failed)
    if drops == EVERY and mode == "all":  # one kind alone can drop nothing twice: each gets a second try
        assert any("its request was dropped" in reason for (reason,) in failed)
    judged = archives.rows(db, "select count(*) from captures where state = 'fetched' and verdict is null")
    assert drops != ("items",) or judged == [(0,)]


def test_a_search_for_addresses_ends_although_requests_are_dropped(tmp_path: Path):
    db = tmp_path / "archive.db"
    with StandIn() as wayback:
        worlds.populate(wayback)
        scrapy(
            *("discover", ("ignored", "seen")),
            db=db, source=wayback.address, domains=",".join(worlds.SHOPS), cdx_per_minute=0,
            replay_per_minute=0,
        )  # fmt: skip
    assert archives.rows(db, "select count(*) from crawls where outcome is not null") == [(1,)]
    reasons = archives.rows(db, "select reason from searches where state != 'complete'")
    assert any("its request was dropped" in str(reason) for (reason,) in reasons)


def test_saving_pages_ends_although_requests_are_dropped(tmp_path: Path):
    with StandIn() as wayback:
        stage = Stage(wayback, tmp_path)
        shops = [f"shop{number}.example" for number in range(6)]
        stage.crawl(*shops)
        rates = {"saves_per_minute": 0, "interval": 0.05}
        scrapy("save", ("ignored", "seen"), stage.keys, db=stage.db, source=wayback.address, **rates)
    assert archives.rows(stage.db, "select count(*) from crawls where outcome is null") == [(0,)]
