"""An archive file with old captures of its policies, and a stand-in that can capture them."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.urlkey import urlkey
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import POLICYTRAIL, RATES_OFF, Ended, policytrail, run
from tests.support.wayback.save_page_now import KEYS
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import StandIn

LONG_AGO = "20200101000000"


@dataclass
class Stage:
    """A stand-in, and an archive file that was crawled from it.

    The last captures of the shops' policies are from 2020.
    """

    wayback: StandIn
    folder: Path

    keys = KEYS

    @property
    def db(self) -> Path:
        return self.folder / "archive.db"

    def url(self, shop: str = "a.example") -> str:
        return f"http://www.{shop}/privacy"

    def crawl(self, *shops: str) -> Ended:
        for shop in shops:
            self.wayback.add_captures(self.url(shop), (LONG_AGO, policy("Long ago.", shop)))
        csv = write_retailers(self.folder / "retailers.csv", *shops)
        return policytrail(
            "crawl", self.db, "--retailers", csv, "--source", self.wayback.address, "--jobs", 1, *RATES_OFF
        )

    def command(self, *options: object, interval: float = 0.05) -> tuple[object, ...]:
        rates = ("--saves-per-minute", 0, "--interval", interval)
        return (*POLICYTRAIL, "save", self.db, "--source", self.wayback.address, *rates, *options)

    def save(self, *options: object, env: dict[str, str] = KEYS, interval: float = 0.05) -> Ended:
        return run(*self.command(*options, interval=interval), env=env)

    def add_page(self, url: str) -> None:
        """Add an address without captures to the first shop."""
        with closing(sqlite3.connect(self.db)) as db, db:
            values = [url, urlkey(url)]
            db.execute(
                "insert into pages (policy_id, url, urlkey, found_by, listing)"
                " values (1, ?, ?, 'given', 'complete')",
                values,
            )

    def saves(self) -> list[tuple[Any, ...]]:
        return archives.rows(self.db, "select state, reason from saves order by id")
