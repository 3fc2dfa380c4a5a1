"""Thirty simulated nights of an archive that is often unwell.

At the end the file is that of an undisturbed run.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import archives
from tests.support.nights import age
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import FIELDS, Answer, Seen, StandIn, html_page, memento

NIGHTS = 30
MOST = 15  # requests a night into a dead archive
SHOPS = ("a.example", "b.example", "c.example", "d.example")
DAMAGE = ((1, ""), (4, "html&gt;"), (6, "-1"))  # column of an index row, and a value that it cannot have
EXCLUDED = html_page("This URL has been excluded from the Wayback Machine.", 403)
FAULTS = (
    html_page("503 Service Unavailable", 503),
    html_page("502 Bad Gateway", 502),
    html_page("Internet Archive services are temporarily offline."),
    Answer(reset=True),
    html_page("403 Forbidden", 403),
    html_page("401 Unauthorized", 401),
)
Disturbance = Callable[[Seen], Answer | None]


def url_of(domain: str) -> str:
    return f"http://www.{domain}/privacy"


def populate(wayback: StandIn, nights: int) -> None:
    """List what the archive has after so many nights: a new capture of one shop every third night."""
    for number, domain in enumerate(SHOPS):
        stamps = [f"{2010 + n}0{number + 1}01000000" for n in range(6)]
        stamps += [
            f"202001{night + 1:02d}00000{number}" for night in range(0, nights, 3) if night % 4 == number
        ]
        url = url_of(domain)
        wayback.add_captures(url, *((t, policy(f"As of {t}.", domain)) for t in stamps))


class Night:
    """What is wrong in one night; `is_dead` from the request on after which nothing else is answered."""

    def __init__(self, wayback: StandIn, chance: random.Random) -> None:
        self._wayback, self._before = wayback, len(wayback.seen)
        self.kind = chance.choice(
            (
                *("well", "down", "dies", "replay down", "empty", "excluded", "forbidden", "stumbles"),
                *("damaged rows", "same second"),
            )
        )
        self.fault = chance.choice(FAULTS)
        self.dies_at = chance.randrange(1, 12)
        self.victim = url_of(chance.choice(SHOPS))
        self._chance = random.Random(chance.random())

    @property
    def requests(self) -> int:
        return len(self._wayback.seen) - self._before

    def answer(self, seen: Seen) -> Answer | None:
        is_victim = self.victim.split("/")[2] in seen.path
        dead = {
            "down": True,
            "dies": self.requests >= self.dies_at,
            "replay down": seen.kind == "replay",
            "stumbles": self._chance.random() < 0.2,
        }
        if self.kind == "empty":
            return Answer(200, (), b"[]\n") if seen.kind == "cdx" else None
        if self.kind == "excluded":
            return EXCLUDED if seen.kind == "replay" and is_victim else None
        if self.kind == "forbidden":
            return FAULTS[4] if is_victim else None
        if self.kind == "damaged rows":
            return self._with_damaged_rows(seen) if seen.kind == "cdx" and is_victim else None
        if self.kind == "same second":
            return self._another_capture(seen) if seen.kind == "replay" and is_victim else None
        return self.fault if dead.get(self.kind) else None

    def _with_damaged_rows(self, seen: Seen) -> Answer | None:
        """Return the rows of a listing, a third of them damaged, but not all."""
        rows = [list(row) for page in self._wayback.listings[seen.query["url"]].pages for row in page]
        for row in rows[1:]:
            if self._chance.random() < 0.3:
                column, value = self._chance.choice(DAMAGE)
                row[column] = value
        return Answer(200, (("Content-Type", "text/plain"),), json.dumps([FIELDS, *rows]).encode())

    def _another_capture(self, seen: Seen) -> Answer | None:
        """Return a redirect or an error that was captured in the same second, for half of the requests."""
        timestamp = seen.path.split("/")[2][:14]
        if self._chance.random() < 0.5:
            return None
        status = self._chance.choice((301, 403, 404))
        headers = [("Location", f"/web/{timestamp}id_/{self.victim}")] if status == 301 else []
        return memento(timestamp, b"Denied", status, *headers)


def crawl(wayback: StandIn, db: Path, shops: Path, *options: object) -> Ended:
    return policytrail(
        "crawl", db, "--retailers", shops, "--source", wayback.address, "--jobs", 1, *options, *RATES_OFF
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_after_thirty_nights_the_archive_is_that_of_an_undisturbed_run(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    shops, db = write_retailers(tmp_path / "shops.csv", *SHOPS), tmp_path / "archive.db"
    with StandIn() as wayback:
        for number in range(NIGHTS):
            populate(wayback, number + 1)
            night = Night(wayback, chance)
            wayback.instead = night.answer
            ended = crawl(wayback, db, shops)
            assert "Traceback" not in ended.err, (number, night.kind, ended.err)
            if night.kind == "down":
                assert night.requests <= MOST, (number, ended.out)
                assert ended.status in (3, 4)
                assert "nothing new" not in ended.out
            if night.kind == "replay down":
                faults = [seen for seen in wayback.seen[-night.requests :] if seen.kind == "replay"]
                assert len(faults) <= MOST, (number, ended.out)
            if night.kind == "dies":
                assert night.requests <= night.dies_at + MOST, (number, ended.out)
            age(db, 1)
        wayback.instead = lambda _: None
        for _ in range(4):
            age(db, 31)
            ended = crawl(wayback, db, shops)
        assert ended.status == 0, ended.out
        undisturbed = tmp_path / "undisturbed.db"
        assert crawl(wayback, undisturbed, shops).status == 0
    assert archives.content(db) == archives.content(undisturbed)
    assert archives.is_intact(db)
