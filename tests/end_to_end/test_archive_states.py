"""What an archive says tonight is no fact for ever.

Outages, walls, exclusions and empty answers over nights.
"""

import re
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from tests.support import archives
from tests.support.nights import age
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.discovery_archive import YEARS, Archive
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import Answer, Seen, StandIn, html_page

SHOPS = ("a.example", "b.example", "c.example")
URLS = [f"http://www.{domain}/privacy" for domain in SHOPS]
TIMES = [f"{year}0601000000" for year in range(2010, 2016)]
FAULTS = {
    "503": html_page("503 Service Unavailable", 503),
    "502": html_page("502 Bad Gateway", 502),
    "offline": html_page("Internet Archive services are temporarily offline."),
    "reset": Answer(reset=True),
    "403": html_page("403 Forbidden", 403),
    "401": html_page("401 Unauthorized", 401),
}
MOST = 15  # requests a night into a dead archive
EXCLUDED = html_page("This URL has been excluded from the Wayback Machine.", 403)
TIMES_OF_ALL = "select state, count(*) from captures group by state order by state"


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    with StandIn() as standin:
        for url in URLS:
            standin.add_captures(url, *((t, policy(f"As of {t[:4]}.") + url.encode()) for t in TIMES))
        yield standin


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    return write_retailers(tmp_path / "retailers.csv", *SHOPS)


def crawl(wayback: StandIn, shops: Path, *options: object) -> Ended:
    db = shops.with_name("archive.db")
    return policytrail("crawl", db, "--retailers", shops, "--source", wayback.address, *options, *RATES_OFF)


def states(shops: Path) -> dict[str, int]:
    return dict(archives.rows(shops.with_name("archive.db"), TIMES_OF_ALL))


@pytest.mark.parametrize(
    ("fault", "where"),
    [*((fault, "replay") for fault in FAULTS), ("503", "everywhere"), ("403", "everywhere")],
)
def test_an_archive_that_is_down_costs_no_attempt_and_few_requests(
    wayback: StandIn, shops: Path, fault: str, where: str
):
    db = shops.with_name("archive.db")
    wayback.instead = lambda seen: FAULTS[fault] if where == "everywhere" or seen.kind == "replay" else None
    for _ in range(2):
        before = len(wayback.seen)
        ended = crawl(wayback, shops)
        assert ended.status == (4 if fault in ("401", "403") else 3)
        assert re.search(r"the archive does not serve now: the last \d+ requests in a row failed", ended.out)
        assert "nothing new" not in ended.out
        assert "failed," not in ended.out
        assert (
            len([seen for seen in wayback.seen[before:] if seen.status != 200 or seen.kind != "cdx"]) <= MOST
        )
        assert (
            archives.rows(db, "select attempts, state from captures where attempts or state != 'listed'")
            == []
        )
        age(db, 1)
    wayback.instead = lambda _: None
    ended = crawl(wayback, shops)
    assert (ended.status, states(shops)) == (0, {"fetched": 18})


def test_an_outage_on_the_way_keeps_what_was_fetched_and_gives_the_attempts_of_the_row_back(
    wayback: StandIn, shops: Path
):
    def comes_late(seen: Seen) -> bool:
        earlier = takewhile(lambda one: one is not seen, wayback.asked("replay"))
        return seen.kind == "replay" and len(list(earlier)) >= 8

    wayback.instead = lambda seen: FAULTS["503"] if comes_late(seen) else None
    ended = crawl(wayback, shops)
    assert ended.status == 3
    assert states(shops) == {"fetched": 8, "listed": 10}
    # Of four requests on the wire, three can fail before the last capture comes and ends their row.
    assert len(wayback.asked("replay")) <= 8 + 3 + MOST


def test_one_forbidden_page_is_excluded_while_others_answer(wayback: StandIn, shops: Path):
    wayback.instead = lambda seen: (
        FAULTS["403"] if "/web/" in seen.path and "a.example" in seen.path else None
    )
    for _ in range(3):  # the first run may end before it sees that others answer
        if (ended := crawl(wayback, shops)).status == 0:
            break
    assert ended.status == 0
    assert states(shops) == {"excluded": 6, "fetched": 12}
    db = shops.with_name("archive.db")
    assert archives.rows(db, "select distinct reason from captures where state = 'excluded'") == [
        ("the archive forbids it (status 403)",)
    ]


def test_a_page_that_fails_alone_stops_no_other_and_rests_after_its_attempts(wayback: StandIn, shops: Path):
    def is_broken(seen: Seen) -> bool:
        return seen.kind == "replay" and "a.example" in seen.path

    db = shops.with_name("archive.db")
    wayback.instead = lambda seen: FAULTS["503"] if is_broken(seen) else None
    runs = 0
    while (ended := crawl(wayback, shops)).status == 3:
        assert "nothing new" not in ended.out
        age(db, 0.01)
        runs += 1
        assert runs < 30  # runs that end with ten faults in a row take no attempt
    assert (ended.status, states(shops)) == (0, {"failed": 6, "fetched": 12})
    assert "nothing new" not in ended.out
    assert "6 captures failed 6 times: they get new attempts from " in ended.out
    wayback.instead = lambda _: None
    assert states(shops)["failed"] == 6
    age(db, 7)
    ended = crawl(wayback, shops)
    assert (ended.status, states(shops)) == (0, {"fetched": 18})


@pytest.mark.parametrize("how", ["named", "relist", "discover", "later"])
def test_an_exclusion_is_asked_again_and_its_end_is_noticed(wayback: StandIn, shops: Path, how: str):
    db = shops.with_name("archive.db")
    wayback.instead = lambda seen: EXCLUDED if seen.kind == "replay" and "a.example" in seen.path else None
    assert crawl(wayback, shops).status == 0
    assert states(shops) == {"excluded": 6, "fetched": 12}
    before = len(wayback.asked("replay"))
    assert crawl(wayback, shops).status == 0  # believed for now
    assert len(wayback.asked("replay")) == before
    options: list[str] = {"named": ["a.example"], "relist": ["--relist"], "discover": ["--discover"]}.get(
        how, []
    )
    if how == "later":
        age(db, 30)
    assert crawl(wayback, shops, *options).status == 0
    assert len(wayback.asked("replay")) == before + 1  # one capture stands for all of its page
    assert states(shops) == {"excluded": 6, "fetched": 12}
    wayback.instead = lambda _: None
    if how == "later":
        age(db, 30)
    assert crawl(wayback, shops, *options).status == 0
    assert states(shops) == {"fetched": 18}


def test_the_end_of_an_exclusion_is_noticed_later_if_the_first_request_fails(wayback: StandIn, shops: Path):
    def of_a(answer: Answer) -> Callable[[Seen], Answer | None]:
        return lambda seen: answer if seen.kind == "replay" and "a.example" in seen.path else None

    wayback.instead = of_a(EXCLUDED)
    assert crawl(wayback, shops).status == 0
    wayback.instead = of_a(FAULTS["503"])
    assert crawl(wayback, shops, "a.example").status == 3
    assert states(shops)["excluded"] == 5
    wayback.instead = lambda _: None
    assert crawl(wayback, shops).status == 0
    assert states(shops) == {"fetched": 18}


def test_status_451_is_an_exclusion_at_the_first_answer(wayback: StandIn, shops: Path):
    closed = html_page("Unavailable", 451)
    wayback.instead = lambda seen: closed if "a.example" in seen.path else None
    ended = crawl(wayback, shops)
    db = shops.with_name("archive.db")
    assert ended.status == 0
    assert archives.rows(db, "select listing from pages order by url") == [
        ("excluded",),
        ("complete",),
        ("complete",),
    ]
    assert len([seen for seen in wayback.seen if "a.example" in seen.path]) == 1
    wayback.instead = lambda seen: closed if seen.kind == "replay" and "a.example" in seen.path else None
    assert crawl(wayback, shops).status == 0
    assert states(shops) == {"excluded": 6, "fetched": 12}
    assert len([seen for seen in wayback.asked("replay") if "a.example" in seen.path]) == 6


def test_an_empty_answer_is_nothing_on_a_date_and_is_asked_again(tmp_path: Path):
    db, url = tmp_path / "archive.db", "http://www.shop.example/privacy-policy"
    for how in (["shop.example"], ["--relist"], ["--discover"], ["discover", "shop.example"], []):
        db.unlink(missing_ok=True)
        with Archive() as archive:
            archive.shows_policy(url, "Shop", *YEARS)
            archive.instead = lambda seen: Answer(200, (), b"[]\n") if seen.kind == "cdx" else None
            options = ("--source", archive.address, "--jobs", 1, *RATES_OFF)
            ended = policytrail("crawl", db, "shop.example", *options)
            assert ended.status == 0
            assert "nothing on 20" in ended.out
            assert "nothing new" not in ended.out
            archive.instead = lambda _: None
            before = len(archive.seen)
            ended = policytrail("crawl", db, *options)
            assert (ended.status, len(archive.seen)) == (0, before)  # believed for now
            assert "the index had nothing of the domain on 20" in ended.out
            if not how:
                age(db, 30)
            command = ("discover",) if how[:1] == ["discover"] else ("crawl",)
            ended = policytrail(*command, db, *(word for word in how if word != "discover"), *options)
            assert ended.status == 0
            assert archives.rows(db, "select url from lineage where kind = 'privacy'") == [(url,)]


def test_a_429_with_retry_after_that_is_obeyed_never_becomes_a_ban(wayback: StandIn, shops: Path):
    throttled: list[Seen] = []

    def every_second(seen: Seen) -> Answer | None:
        if seen.kind != "replay" or len(throttled) > 7 or len(wayback.asked("replay")) % 2:
            return None
        throttled.append(seen)
        return html_page("429 Too Many Requests", 429, ("Retry-After", "1"))

    wayback.instead = every_second
    ended = crawl(wayback, shops, "--replay-per-minute", "600")
    assert (ended.status, states(shops)) == (0, {"fetched": 18})
    assert len(throttled) > 5


@pytest.mark.parametrize("command", ["crawl", "discover"])
def test_an_index_that_redirects_is_named_with_its_target(wayback: StandIn, shops: Path, command: str):
    def elsewhere(seen: Seen) -> Answer:
        return html_page("Moved", 301, ("Location", f"https://archive.example{seen.path}"))

    wayback.instead = elsewhere
    db = shops.with_name("archive.db")
    ended = policytrail(command, db, "--retailers", shops, "--source", wayback.address, *RATES_OFF)
    assert ended.status == 3
    assert ended.out.splitlines()[-1] == (
        "the index redirects to https://archive.example/cdx/search/cdx:"
        " give https://archive.example as --source"
    )
    assert "nothing new" not in ended.out
    assert len(wayback.seen) <= 5
