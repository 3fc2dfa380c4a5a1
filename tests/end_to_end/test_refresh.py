"""A run on an archive that is up to date: one index request a page, no replay.

No capture that appears later is missed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import StandIn, html_page, memento, row

URL = "http://www.a.example/privacy"
TIMES = [f"200{year}0601000000" for year in range(1, 7)]


class World:
    """One page with a growing number of captures."""

    def __init__(self, wayback: StandIn, folder: Path) -> None:
        self.wayback, self.db = wayback, folder / "archive.db"
        self._csv = write_retailers(folder / "retailers.csv", "a.example")

    def holds(self, *timestamps: str) -> None:
        self.wayback.list_pages(URL, [row(timestamp, URL, f"D{timestamp}") for timestamp in timestamps])
        for timestamp in timestamps:
            self.wayback.replay(timestamp, URL, memento(timestamp, policy(f"As of {timestamp}.")))

    def crawl(self, *options: object) -> tuple[Ended, list[str | None], list[str]]:
        """Crawl; return how it ended, where it began in the index, and which captures it requested."""
        before = len(self.wayback.seen)
        given = ("--retailers", self._csv, "--source", self.wayback.address, *RATES_OFF, "--jobs", 1)
        ended = policytrail("crawl", self.db, *given, *options)
        seen = self.wayback.seen[before:]
        asked = [request.query.get("from") for request in seen if request.kind == "cdx"]
        return ended, asked, sorted(request.path[5:19] for request in seen if request.kind == "replay")

    def stored(self) -> list[str]:
        return [
            timestamp
            for (timestamp,) in archives.rows(self.db, "select timestamp from captures order by timestamp")
        ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with StandIn() as wayback:
        yield World(wayback, tmp_path)


def test_nothing_new_costs_one_request_and_says_so_in_a_line(world: World):
    world.holds(*TIMES[:3])
    assert world.crawl()[1:] == ([None], TIMES[:3])
    before = archives.content(world.db)
    assert world.crawl() == (Ended(0, "nothing new: 1 request\n", ""), [TIMES[2]], [])
    assert archives.content(world.db) == before


def test_what_came_later_is_fetched_also_of_the_last_second(world: World):
    world.holds(*TIMES[:3])
    world.crawl()
    world.holds(*TIMES[:4])
    other = URL.replace("http:", "https:")
    world.wayback.listings[URL].pages[0].append(row(TIMES[2], other, "OTHER"))
    world.wayback.replay(TIMES[2], other, memento(TIMES[2], policy("By the other scheme.")))
    assert world.crawl()[1:] == ([TIMES[2]], [TIMES[2], TIMES[3]])
    assert world.crawl()[1:] == ([TIMES[3]], [])


def test_what_entered_the_index_late_is_found_when_the_whole_is_listed_again(world: World):
    world.holds(TIMES[0], TIMES[2])
    world.crawl()
    world.holds(*TIMES[:3])
    assert world.crawl()[1:] == ([TIMES[2]], [])
    assert world.crawl("--relist")[1:] == ([None], [TIMES[1]])
    world.holds(*TIMES[:3], "20030101000000")
    assert world.crawl()[1:] == ([TIMES[2]], [])
    with closing(sqlite3.connect(world.db)) as connection, connection:
        connection.execute("update coverage set whole_at = '2024-01-01T00:00:00Z'")
    assert world.crawl()[1:] == ([None], ["20030101000000"])
    assert world.crawl()[1:] == ([TIMES[2]], [])


def test_a_window_hides_nothing_from_a_later_refresh(world: World):
    world.holds(*TIMES)
    assert world.crawl("--from", "2003", "--to", "2004")[1:] == (["2003"], TIMES[2:4])
    assert world.crawl("--from", "2003", "--to", "2004")[1:] == ([TIMES[3]], [])
    assert world.crawl("--from", "2006")[1:] == (["2006"], TIMES[5:])
    assert world.crawl("--from", "2003")[1:] == ([TIMES[3]], TIMES[4:5])
    assert world.crawl()[1:] == ([None], TIMES[:2])
    assert world.crawl()[1:] == ([TIMES[5]], [])
    assert world.stored() == TIMES


def test_a_listing_that_failed_is_made_anew(world: World):
    world.holds(*TIMES[:2])
    world.crawl()
    world.wayback.instead = lambda seen: html_page("Maintenance.") if seen.kind == "cdx" else None
    assert world.crawl()[0].status == 3
    world.wayback.instead = lambda _: None
    assert world.crawl()[1:] == ([None], [])


def test_a_page_that_is_listed_at_the_second_try_is_requested_once(world: World):
    world.holds(*TIMES[:3])
    answers = iter([html_page("Maintenance.")])
    world.wayback.instead = lambda seen: next(answers, None) if seen.kind == "cdx" else None
    assert world.crawl()[1:] == ([None, None], TIMES[:3])


def test_an_index_that_forgets_the_last_capture_is_asked_for_all(world: World):
    world.holds(*TIMES[:3])
    world.crawl()
    world.holds(TIMES[0])
    assert world.crawl()[:2] == (Ended(0, "nothing new: 2 requests\n", ""), [TIMES[2], None])
    assert world.stored() == TIMES[:3]


def test_another_archive_is_asked_for_all(world: World):
    world.holds(*TIMES[:2])
    world.crawl()
    with StandIn() as other:
        world.wayback = other
        world.holds(*TIMES[:3])
        assert world.crawl()[1:] == ([None], TIMES[2:3])
