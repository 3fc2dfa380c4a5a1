"""Requests as the archive sees them: who asks, connections, speed, and the effect of a 429.

Times have lower bounds only: a slow machine is never impolite.
"""

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import POLICYTRAIL, RATES_OFF, SCRAPY, Ended, end_of, policytrail, run, start
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import Answer, Seen, StandIn, html_page

MONTHS = [f"{year}{month:02d}01000000" for year in (2001, 2002, 2003) for month in range(1, 13)]
UNDER_WAY = 4  # further requests that may be on the wire when the archive says 429: 5 at once
SHOPS = ("a.example", "b.example", "c.example")
WORDINGS = ("We rent no lists.", "Parcels go by rail.", "Children may not order.")  # each for four months


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def retailers(wayback: StandIn, tmp_path: Path) -> Path:
    """A list of three shops with twelve different captures each."""
    for number, domain in enumerate(SHOPS):
        months = MONTHS[12 * number : 12 * number + 12]
        bodies = [
            policy(WORDINGS[n // 4], domain) + f"<!-- {month} -->".encode() for n, month in enumerate(months)
        ]
        wayback.add_captures(f"http://www.{domain}/privacy", *zip(months, bodies, strict=True))
    return write_retailers(tmp_path / "retailers.csv", *SHOPS)


def crawl(wayback: StandIn, retailers: Path, *options: object, env: dict[str, str] | None = None) -> Ended:
    db = retailers.with_name("archive.db")
    return policytrail("crawl", db, "--retailers", retailers, "--source", wayback.address, *options, env=env)


def is_complete(retailers: Path) -> bool:
    states = archives.rows(retailers.with_name("archive.db"), "select state, attempts, verdict from captures")
    return states == [("fetched", 1, "policy")] * 36


def test_few_connections_are_kept_alive_and_every_request_says_who_asks(wayback: StandIn, retailers: Path):
    contact = "https://research.example/policies"
    ended = crawl(wayback, retailers, *RATES_OFF, env={"POLICYTRAIL_CONTACT": contact})
    assert ended.status == 0
    assert ended.out.splitlines() == [
        "39 requests, 36 captures new in the index, 36 fetched",
        "9 new versions and 6 new changes of wording, of 3 retailers:",
        "  a.example: 2 changes, the last between 2001-08-01 and 2001-09-01",
        "  b.example: 2 changes, the last between 2002-08-01 and 2002-09-01",
        "  c.example: 2 changes, the last between 2003-08-01 and 2003-09-01",
        f"See: policytrail news {retailers.with_name('archive.db')}",
    ]
    assert is_complete(retailers)
    assert len(wayback.seen) == 39
    assert wayback.most_open <= 5
    assert wayback.connections <= 5
    agents = {r.headers["user-agent"] for r in wayback.seen}
    assert agents == {f"policytrail/{version('policytrail')} (+{contact})"}
    assert all("cookie" not in r.headers for r in wayback.seen)
    assert not [r.path for r in wayback.seen if r.path.endswith("robots.txt")]


def test_without_a_contact_the_requests_name_only_the_program(wayback: StandIn, retailers: Path):
    ended = crawl(wayback, retailers, *RATES_OFF, env={"POLICYTRAIL_CONTACT": ""})
    assert (ended.status, ended.err) == (0, "")  # an archive on this machine does not write
    assert {r.headers["user-agent"] for r in wayback.seen} == {f"policytrail/{version('policytrail')}"}


def test_the_rates_are_kept_by_index_and_replay(wayback: StandIn, retailers: Path):
    ended = crawl(wayback, retailers, "--cdx-per-minute", 120, "--replay-per-minute", 600)
    assert ended.status == 0
    assert wayback.connections <= 5
    for kind, number, interval in (("cdx", 3, 0.5), ("replay", 36, 0.1)):
        asked = wayback.asked(kind)
        assert len(asked) == number
        # What a request takes to arrive differs; so the whole counts, with one interval to spare.
        assert asked[-1].at - asked[0].at >= (number - 2) * interval


def test_the_default_rate_of_the_index_is_24_a_minute(wayback: StandIn, retailers: Path):
    ended = crawl(wayback, retailers, "--to", "2001", "--replay-per-minute", 0)
    assert ended.status == 0
    asked = wayback.asked("cdx")
    assert len(asked) == 3
    assert asked[-1].at - asked[0].at >= 2 * 2.5 - 1


def test_a_retry_waits_for_its_turn_too(wayback: StandIn, retailers: Path):
    wayback.instead = lambda seen: Answer(reset=True) if seen.kind == "replay" else None
    ended = crawl(wayback, retailers, "--to", "2001-03", "--cdx-per-minute", 0, "--replay-per-minute", 300)
    assert ended.status == 3
    asked = wayback.asked("replay")
    assert len(asked) == 10  # three captures, three times each; then the archive does not serve
    assert asked[-1].at - asked[0].at >= 8 * 0.2


@pytest.mark.parametrize("kind", ["cdx", "replay"])
def test_a_429_pauses_everything_for_as_long_as_it_says(wayback: StandIn, retailers: Path, kind: str):
    turn = {"cdx": 1, "replay": 5}[kind]

    def throttled(seen: Seen) -> Answer | None:
        if wayback.asked(kind)[turn - 1 :] != [seen]:
            return None
        return html_page("429 Too Many Requests", 429, ("Retry-After", "2"))

    wayback.instead = throttled
    ended = crawl(wayback, retailers, *RATES_OFF)
    assert ended.status == 0
    assert is_complete(retailers)
    assert len(wayback.seen) == 40
    refused = next(number for number, seen in enumerate(wayback.seen, 1) if seen.status == 429)
    after = [seen.at - wayback.seen[refused - 1].at for seen in wayback.seen[refused:]]
    assert sum(seconds < 2 for seconds in after) <= UNDER_WAY
    assert "the archive asks us to slow down (429): everything pauses for 2 s" in ended.err


def test_a_429_that_does_not_say_pauses_longer_each_time(wayback: StandIn, retailers: Path):
    """`scrapy crawl` runs this, because it accepts a shorter first pause."""
    wayback.instead = lambda seen: html_page("429", 429) if seen in wayback.asked("replay")[2:5] else None
    arguments = {"db": retailers.with_name("archive.db"), "retailers": retailers, "source": wayback.address}
    arguments |= {"cdx_per_minute": 0, "replay_per_minute": 0}
    options = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
    # One request at a time, so that each 429 is one of its own.
    ended = run(
        *SCRAPY, "crawl", "history", *options, "-s", "THROTTLE_PAUSE=0.4", "-s", "CONCURRENT_REQUESTS=1"
    )
    assert ended.status == 0
    assert is_complete(retailers)
    refused = [seen for seen in wayback.seen if seen.status == 429]
    after = [
        next(later.at for later in wayback.seen if later.at > seen.at and later.kind == "replay")
        for seen in refused
    ]
    pauses = [later - seen.at for later, seen in zip(after, refused, strict=True)]
    assert len(pauses) == 3
    assert all(pause >= least - 0.05 for pause, least in zip(pauses, (0.4, 0.8, 1.6), strict=True))


def test_an_archive_that_never_stops_saying_429_is_left_alone(wayback: StandIn, retailers: Path):
    wayback.instead = lambda _: html_page("429 Too Many Requests", 429, ("Retry-After", "0"))
    ended = crawl(wayback, retailers, *RATES_OFF)
    assert_refused(ended, "it still answers 429 (slow down)")
    assert len(wayback.seen) <= 10


def assert_refused(ended: Ended, why: str) -> None:
    """Assert that one line says: the archive refuses, nothing is lost, come again in an hour."""
    line = refusal(ended)
    assert f"refuses us: {why}. Nothing is lost" in line
    found = re.search(r"run this again after (\S+Z)$", line)
    assert found
    until = datetime.fromisoformat(found[1]) - datetime.now(UTC)
    assert timedelta(minutes=55) < until <= timedelta(hours=1)
    assert "Traceback" not in ended.err


def refusal(ended: Ended) -> str:
    """Return the last line of a run that the archive refused."""
    assert ended.status == 4
    return ended.out.splitlines()[-1]


def assert_not_running(ended: Ended) -> None:
    """Assert that one line says: a server of this machine does not run, come again when it does."""
    assert refusal(ended).endswith(
        " refuses us: it refuses connections: probably it is not running. Nothing is lost; "
        "run this again when it answers"
    )


def test_a_source_that_is_down_refuses_us(tmp_path: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        csv = write_retailers(tmp_path / "retailers.csv", *SHOPS)
        ended = policytrail("crawl", tmp_path / "archive.db", "--retailers", csv, "--source", address)
    assert_not_running(ended)
    ((outcome,),) = archives.rows(tmp_path / "archive.db", "select outcome from crawls")
    assert outcome == ended.out.splitlines()[-1]


ASKED = (
    "WARNING: set POLICYTRAIL_CONTACT to your e-mail address, so that nowhere.invalid can write to you "
    "before it blocks requests\n"
)


@pytest.mark.parametrize("command", ["crawl", "discover"])
def test_a_source_whose_name_is_unknown_stops_the_run_at_once(
    wayback: StandIn, retailers: Path, command: str
):
    db, nowhere = retailers.with_name("archive.db"), ("--source", "http://nowhere.invalid")
    assert crawl(wayback, retailers, *RATES_OFF).status == 0
    facts = """select url, listing, listing_reason from pages
        union all select state, attempts, reason from captures"""
    before = archives.rows(db, facts)
    more = retailers.with_name("more.csv")
    more.write_text(f"{retailers.read_text()}d.example,\n")
    ended = policytrail(command, db, "d.example", *SHOPS, "--retailers", more, *nowhere, *RATES_OFF)
    assert (ended.status, ended.err.count("\n")) == (3, 1)
    assert ended.err.endswith(ASKED)
    assert ended.out.splitlines()[-1] == "nowhere.invalid cannot be found: is there a network?"
    assert archives.rows(db, facts) == before
    assert archives.one(db, "select requests from crawls order by id desc limit 1") <= 4
    assert archives.rows(db, "select * from searches where state = 'failed'") == []
    assert crawl(wayback, retailers, *RATES_OFF).status == 0
    new = retailers.with_name("new.db")
    contact = {"POLICYTRAIL_CONTACT": "me@institute.example"}
    ended = policytrail("crawl", new, "--retailers", retailers, *nowhere, *RATES_OFF, env=contact)
    assert (ended.status, ended.err) == (3, "")
    assert ended.out == "nowhere.invalid cannot be found: is there a network?\n"
    assert archives.rows(new, "select listing from pages") == [(None,)] * 3


def test_a_source_that_goes_down_on_the_way_costs_nothing_that_was_fetched(wayback: StandIn, retailers: Path):
    wayback.stop_at(lambda seen: seen.kind == "replay" and len(wayback.asked("replay")) > 12)
    db = retailers.with_name("archive.db")
    command = (*POLICYTRAIL, "crawl", db, "--retailers", retailers, "--source", wayback.address, *RATES_OFF)
    process = start(*command)
    assert wayback.reached.wait(60)
    wayback.down()
    assert_not_running(end_of(process))
    stored = archives.rows(db, "select state, verdict, attempts from captures where state != 'listed'")
    assert stored.count(("fetched", "policy", 1)) == 12
    assert archives.is_intact(db)
    versions = archives.rows(db, "select * from versions")
    assert versions
    assert policytrail("rebuild", db).status == 0
    assert archives.rows(db, "select * from versions") == versions


def test_a_source_that_is_no_archive_is_named_as_such_for_every_page(wayback: StandIn, retailers: Path):
    wayback.instead = lambda _: html_page("Welcome to nginx!")
    ended = crawl(wayback, retailers, *RATES_OFF)
    assert ended.status == 3
    assert (
        ended.out.splitlines()[-1] == "the archive does not serve now: the last 6 requests in a row failed"
        " (status 200). Nothing is lost; run the same command again later"
    )
    assert ended.err.count("the index answered with an HTML page instead of a list of captures") == 3
    assert [r.kind for r in wayback.seen] == ["cdx"] * 6  # each once more at the end
