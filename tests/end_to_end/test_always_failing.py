"""What always fails, and is asked first, keeps no run from all others: in listings, searches and saves."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest

from db import times
from tests.support import archives
from tests.support.nights import age
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, policytrail
from tests.support.wayback.discovery_archive import YEARS, Archive, page
from tests.support.wayback.save_page_now import error, success
from tests.support.wayback.save_stage import Stage
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import Answer, Seen, StandIn, html_page

SHOPS = [f"s{number}.example" for number in range(6)]
BROKEN = SHOPS[:4]  # with three attempts each, more faults in a row than an archive that serves has
FAULT = html_page("503 Service Unavailable", 503)
FOUND = "select distinct retailer from lineage where kind = 'privacy' order by retailer"
SAVED = """select l.retailer from saves s join pages p on p.id = s.page_id
    join policies l on l.id = p.policy_id where s.state = 'saved' order by l.retailer"""


def is_about(shops: Collection[str], seen: Seen) -> bool:
    return any(shop in unquote(seen.path + seen.body) for shop in shops)


def test_listings_that_always_fail(tmp_path: Path):
    db, csv = tmp_path / "archive.db", write_retailers(tmp_path / "retailers.csv", *SHOPS)
    with StandIn() as wayback:
        for shop in SHOPS:
            wayback.add_captures(f"http://www.{shop}/privacy", (YEARS[0], policy("As of 2004.", shop)))

        def answer(seen: Seen) -> Answer | None:
            return FAULT if seen.kind == "cdx" and is_about(BROKEN, seen) else None

        wayback.instead = answer
        for _ in range(2):  # the first run can repeat its question for one of those that fail
            ended = policytrail("crawl", db, "--retailers", csv, "--source", wayback.address, *RATES_OFF)
            assert ended.status == 3
            age(db, 1)
    assert ended.out.splitlines()[-1] == (
        "4 captures or listings are still missing: run the same command again"
    )
    assert archives.rows(db, "select original from captures where state = 'fetched' order by 1") == [
        ("http://www.s4.example/privacy",),
        ("http://www.s5.example/privacy",),
    ]


@pytest.mark.parametrize("service", ["cdx", "replay"])
def test_searches_that_always_fail(tmp_path: Path, service: str):
    db = tmp_path / "archive.db"
    with Archive() as wayback:
        for shop in SHOPS:
            place = f"http://www.{shop}/promise"
            wayback.shows_policy(place, shop, *YEARS)
            link = (place, "Privacy Policy")
            wayback.has(
                f"http://www.{shop}/", *((year, page(link, words=f"{shop} {year}")) for year in YEARS)
            )
        wayback.instead = lambda seen: FAULT if seen.kind == service and is_about(BROKEN, seen) else None
        for found in ([], [("s4.example",), ("s5.example",)]):
            ended = policytrail("discover", db, *SHOPS, "--source", wayback.address, "--jobs", 1, *RATES_OFF)
            assert "Traceback" not in ended.err
            assert archives.rows(db, FOUND) == found
            age(db, 1)


@pytest.mark.parametrize("how", ["503", "job"])
def test_saves_that_always_fail(tmp_path: Path, how: str):
    with StandIn() as wayback:
        stage = Stage(wayback, tmp_path)
        stage.crawl(*SHOPS)
        for shop in SHOPS:
            answer = (
                error("celery") if shop in BROKEN else success(times.key(times.after(0)), stage.url(shop))
            )
            wayback.saving.then(stage.url(shop), [answer])
        if how == "503":
            wayback.instead = lambda seen: FAULT if seen.kind == "save" and is_about(BROKEN, seen) else None
        for saved in ([], [("s4.example",), ("s5.example",)]):
            stage.save("--limit", 4, interval=0.01)
            assert archives.rows(stage.db, SAVED) == saved
            _age_saves(stage.db)


def _age_saves(db: Path) -> None:
    """Move the moments of all requests a day into the past."""
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("update saves set asked_at = strftime('%Y-%m-%dT%H:%M:%SZ', asked_at, '-1 day')")
