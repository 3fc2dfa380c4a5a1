"""Many shops in one crawl: the captures of each misbehave in another way.

Each test checks one shop. A start of the program takes more than a second, so the scenarios of a module share
two crawls. The second crawl continues the archive of the first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import archives
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.standin import Answer, Seen, StandIn, memento, row


@dataclass
class Shop:
    """A shop with one policy page.

    The CSV file lists `url`; the scenario sets everything else.
    """

    wayback: StandIn
    domain: str
    elsewhere: str  # the address of another server, which must get no request

    @property
    def url(self) -> str:
        return f"http://www.{self.domain}/privacy"

    def row(self, timestamp: str, *, digest: str | None = None, **columns: str) -> list[str | None]:
        return row(timestamp, self.url, digest or f"DIGEST{timestamp}", **columns)

    def lists(self, *pages: list[list[str | None]], first: tuple[Answer, ...] = ()) -> None:
        self.wayback.list_pages(self.url, *pages, first=first)

    def replays(self, timestamp: str, *answers: Answer) -> None:
        self.wayback.replay(timestamp, self.url, *answers)

    def has(self, timestamp: str, *answers: Answer, **columns: str) -> None:
        """List and replay one capture, which is a good one in the index."""
        self.lists([self.row(timestamp, **columns)])
        self.replays(timestamp, *answers)

    def at(self, timestamp: str, url: str) -> str:
        """Return the archive's address of a capture, as in a Location."""
        return f"{self.wayback.address}/web/{timestamp}id_/{url}"


Scenario = Callable[[Shop], None]


@dataclass
class Outcome:
    """The results of two crawls of a module's scenarios: the archive file and the requests after each."""

    wayback: StandIn
    elsewhere: StandIn
    ended: tuple[Ended, Ended]
    dbs: tuple[Path, Path]
    requests_of_first: int

    def captures(self, domain: str, *columns: str, after: int = 1) -> list[tuple[Any, ...]]:
        return archives.captures(self.dbs[after - 1], domain, *columns)

    def pages(self, domain: str, *columns: str, after: int = 1) -> list[tuple[Any, ...]]:
        return archives.rows(
            self.dbs[after - 1],
            f"select {', '.join(columns)} from pages g join policies p on p.id = g.policy_id"
            " where retailer = ? order by g.id",
            domain,
        )

    def requests(self, domain: str, kind: str, during: int = 1) -> list[Seen]:
        seen = self.wayback.seen
        part = seen[: self.requests_of_first] if during == 1 else seen[self.requests_of_first :]
        asked = self.wayback.asked(kind, about=domain)
        # With a limit of one row a run asks whether the index serves at all (crawler/crawl/states/probe.py).
        return [request for request in asked if request in part and request.query.get("limit") != "1"]


@dataclass
class Stage:
    """Scenarios, and the crawls of their shops."""

    scenarios: dict[str, Scenario] = field(default_factory=dict)

    def shop(self, scenario: Scenario) -> Scenario:
        """Decorate a scenario; its name becomes the domain of the shop."""
        self.scenarios[domain(scenario.__name__)] = scenario
        return scenario

    def play(self, folder: Path) -> Outcome:
        with StandIn() as wayback, StandIn() as elsewhere:
            for name, scenario in self.scenarios.items():
                scenario(Shop(wayback, name, elsewhere.address))
            csv = write_retailers(folder / "retailers.csv", *self.scenarios)
            db = folder / "archive.db"
            crawl = ("crawl", db, "--retailers", csv, "--source", wayback.address, *RATES_OFF)
            first = policytrail(*crawl)
            dbs = [archives.snapshot(db, folder / "first.db")]
            requests = len(wayback.seen)
            second = policytrail(*crawl)
            return Outcome(wayback, elsewhere, (first, second), (dbs[0], db), requests)


def domain(name: str) -> str:
    return f"{name.replace('_', '-')}.example"


def write_retailers(csv: Path, *domains: str) -> Path:
    """Write a list of retailers with the policy addresses of `Shop.url`."""
    lines = [f"{name},http://www.{name}/privacy" for name in domains]
    csv.write_text("\n".join(["domain,policy_url", *lines, ""]))
    return csv


__all__ = ["Outcome", "Shop", "Stage", "domain", "memento", "write_retailers"]
