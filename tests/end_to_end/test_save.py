"""Save Page Now over real HTTP: what is asked, what becomes of it, and what is written down."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import archives
import pytest
from policies import policy
from processes import POLICYTRAIL, RATES_OFF, SCRAPY, Ended, end_of, kill, policytrail, run, start
from savepagenow import ACCESS, KEYS, PENDING, SECRET, error, success
from scenarios import write_retailers
from standin import Answer, StandIn, html_page, memento, row

from db import times

LONG_AGO = "20200101000000"


@dataclass
class Stage:
    """A stand-in, and an archive file that was crawled from it: its shops' policies were last captured in 2020."""

    wayback: StandIn
    folder: Path
    shops: tuple[str, ...] = ()

    @property
    def db(self) -> Path:
        return self.folder / "archive.db"

    def url(self, shop: str = "a.example") -> str:
        return f"http://www.{shop}/privacy"

    def crawl(self, *shops: str) -> Ended:
        for shop in shops:
            self.wayback.hold(self.url(shop), (LONG_AGO, policy("Long ago.", shop)))
        csv = write_retailers(self.folder / "retailers.csv", *shops)
        return policytrail("crawl", self.db, "--retailers", csv, "--source", self.wayback.address, "--jobs", 1, *RATES_OFF)

    def command(self, *options: object, interval: float = 0.05) -> tuple[object, ...]:
        rates = ("--saves-per-minute", 0, "--interval", interval)
        return (*POLICYTRAIL, "save", self.db, "--source", self.wayback.address, *rates, *options)

    def save(self, *options: object, env: dict[str, str] = KEYS, interval: float = 0.05) -> Ended:
        return run(*self.command(*options, interval=interval), env=env)

    def saves(self) -> list[tuple[Any, ...]]:
        return archives.rows(self.db, "select state, reason from saves order by id")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three shops; tests work on copies."""
    with StandIn() as wayback:
        stage = Stage(wayback, tmp_path_factory.mktemp("crawled"))
        assert stage.crawl("a.example", "b.example", "c.example").status == 0
        return stage.db


@pytest.fixture
def stage(crawled: Path, tmp_path: Path) -> Iterator[Stage]:
    archives.snapshot(crawled, tmp_path / "archive.db")
    with StandIn() as wayback:
        yield Stage(wayback, tmp_path)


def test_a_page_is_captured_and_joined_into_the_captures(stage: Stage):
    captured = times.key(times.after(0))
    stage.wayback.saving.then(stage.url(), [PENDING, PENDING, success(captured, stage.url())])
    ended = stage.save("a.example")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"{stage.url()}: saved: captured at {captured}\n5 requests, 1 saved\n"
    assert stage.wayback.saving.asked == [
        {"url": stage.url(), "skip_first_archive": "1", "if_not_archived_within": str(7 * 24 * 3600)}
    ]
    ((state, timestamp, original, status, digest, listed),) = archives.rows(
        stage.db,
        """select s.state, c.timestamp, c.original, c.status, c.digest, c.state from saves s
        join captures c on c.id = s.capture_id""",
    )
    assert (state, timestamp, original, status, digest, listed) == ("saved", captured, stage.url(), 200, "-", "listed")
    assert archives.rows(stage.db, "select outcome, listed, failed, requests from crawls where command like 'save%'") == [
        ("done", 1, 0, 5)
    ]
