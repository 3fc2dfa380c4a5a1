"""Finding policies under disturbance, in the dialect of pywb, and before a crawl.

The budget ends, the process is killed, or the archive misbehaves.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.retailer_lists import built_in
from db import times
from tests.support import archives
from tests.support.nights import age
from tests.support.policies import policy
from tests.support.processes import (
    POLICYTRAIL,
    RATES_OFF,
    SCRAPY,
    Ended,
    end_of,
    kill,
    policytrail,
    run,
    start,
)
from tests.support.wayback.discovery_archive import YEARS, Archive, page
from tests.support.wayback.standin import Seen, html_page

SHOP = "shop.example"
OLD, NEW, PROMISE = (
    "http://www.shop.example/privacy.html",
    "http://www.shop.example/doc?id=7",
    "http://www.shop.example/promise",
)
LATER = [f"{year}0601000000" for year in range(2014, 2018, 2)]
LAST = [f"{year}0601000000" for year in range(2019, 2023, 2)]
LINEAGE = "select url, kind, ways, first_good, last_good, finding from lineage order by url"
EXPECTED = [
    (OLD, "index", "2004", "2010"),
    (NEW, "redirect", "2014", "2016"),
    (PROMISE, "home", "2019", "2021"),
]


def populate(archive: Archive) -> None:
    """Script a policy at three addresses.

    One address is named in the index, one is the target of its redirect, one is linked by home pages only.
    """
    archive.shows_policy(OLD, "Shop", *YEARS)
    archive.leads(OLD, LATER[0], NEW)
    archive.shows_policy(NEW, "Shop", *LATER)
    archive.shows_policy(PROMISE, "Shop", *LAST)
    home = "http://www.shop.example/"
    archive.has(home, *((t, page((PROMISE, "Privacy Policy"), words=f"As of {t}.")) for t in LAST))


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive() as archive:
        populate(archive)
        yield archive


def discover(archive: Archive, db: Path, *options: object, source: str = "") -> tuple[object, ...]:
    return (
        *POLICYTRAIL,
        "discover",
        db,
        SHOP,
        "--source",
        source or archive.address,
        "--jobs",
        1,
        *RATES_OFF,
        *options,
    )


def addresses(db: Path) -> list[tuple[object, ...]]:
    return archives.rows(
        db,
        "select url, ways, substr(first_good, 1, 4), substr(last_good, 1, 4) from lineage"
        " where kind = 'privacy' order by 3",
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The archive file of an undisturbed run, and its requests."""
    db = tmp_path_factory.mktemp("undisturbed") / "archive.db"
    with Archive() as archive:
        populate(archive)
        ended = run(*discover(archive, db))
        assert (ended.status, ended.err) == (0, "")
        return db, len(archive.seen)


def test_all_three_addresses_are_found(undisturbed: tuple[Path, int]):
    db, requests = undisturbed
    assert addresses(db) == EXPECTED
    assert requests == 14


def test_a_budget_is_kept_and_the_next_run_goes_on_where_it_ended(
    archive: Archive, tmp_path: Path, undisturbed: tuple[Path, int]
):
    db = tmp_path / "archive.db"
    spent: list[int] = []
    statuses: list[int] = []
    while not statuses or statuses[-1] != 0:
        before = len(archive.seen)
        ended = run(*discover(archive, db, "--budget", 4))
        spent.append(len(archive.seen) - before)
        statuses.append(ended.status)
        assert ended.status in (0, 3)
        if ended.status == 3:
            assert ended.out.splitlines()[-1] == "the budget of 4 requests is spent: run again to go on"
        assert len(statuses) < 9
    assert max(spent) <= 4
    assert archives.rows(db, LINEAGE) == archives.rows(undisturbed[0], LINEAGE)
    replays = Counter(seen.path for seen in archive.asked("replay"))
    assert set(replays.values()) == {1}
    assert archives.one(db, "select sum(requests) from searches") == sum(spent) == len(archive.seen)
    assert sum(spent) - undisturbed[1] <= len(
        statuses
    )  # a question of the index may be asked again for a page under way


@pytest.mark.parametrize("at", [2, 5, 8, 11])
def test_kill_9_and_run_again_fetches_nothing_twice(
    archive: Archive, tmp_path: Path, undisturbed: tuple[Path, int], at: int
):
    db = tmp_path / "archive.db"
    archive.stop_at(lambda seen: len(archive.seen) >= at)
    process = start(*discover(archive, db))
    assert archive.reached.wait(60)
    kill(process)
    archive.go_on()
    assert archives.is_intact(db)
    ended = run(*discover(archive, db))
    assert (ended.status, ended.err) == (0, "")
    assert archives.rows(db, LINEAGE) == archives.rows(undisturbed[0], LINEAGE)
    # What a home page tells was found out before it was looked through: it need not be.
    assert content(db) == content(undisturbed[0])
    replays = Counter(seen.path for seen in archive.asked("replay"))
    assert sum(replays.values()) - len(replays) <= 1  # the one that was under way
    assert run(*discover(archive, db)).out.splitlines()[-1] == "0 requests, 0 new addresses of 1 retailer"


def content(db: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all that an archive says, except captures of home pages."""
    facts = archives.content(db)
    return {**facts, "captures": [row for row in facts["captures"] if row[1] != "example,shop)/"]}


def test_an_index_that_stumbles_is_no_answer_and_is_asked_again_by_the_next_run(
    archive: Archive, tmp_path: Path
):
    db = tmp_path / "archive.db"
    archive.instead = lambda seen: (
        html_page("Internet Archive services are temporarily offline.") if is_survey(seen) else None
    )
    ended = run(*discover(archive, db))
    assert ended.status == 3
    assert "index: the index answered with an HTML page instead of a list of captures" in ended.out
    assert ended.out.splitlines()[-1] == "not everything was answered: run the same command again"
    archive.instead = lambda _: None
    assert run(*discover(archive, db)).status == 0
    assert [row[0] for row in addresses(db)] == [OLD, NEW, PROMISE]


def is_survey(seen: Seen) -> bool:
    return seen.kind == "cdx" and seen.query.get("matchType") == "domain"


def is_query(seen: Seen, collapse: str, url: str = SHOP) -> bool:
    return seen.kind == "cdx" and seen.query.get("collapse") == collapse and url in seen.query["url"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            lambda seen: seen.kind == "replay" and "promise" in seen.path,
            f"  {PROMISE}: the archive could not replay it (status 503)\n",
        ),
        (
            lambda seen: is_query(seen, "timestamp:6", "promise"),
            f"  {PROMISE}: the index did not answer for the first to 1996; ",
        ),
        (
            lambda seen: seen.kind == "replay" and seen.path.endswith(".example/"),
            "  home: not answered: the home page of 2019; the home page of 2021\n",
        ),
        (
            lambda seen: is_survey(seen) or is_query(seen, "urlkey", "/privacy.html"),
            "  path: not answered: privacy.html\n",
        ),
    ],
    ids=["replay", "candidate", "home", "path"],
)
def test_what_had_no_answer_is_no_answer_and_is_asked_again_by_the_next_run(
    archive: Archive, tmp_path: Path, fault: Callable[[Seen], bool], said: str
):
    db = tmp_path / "archive.db"
    status = 504 if "index" in said or "path" in said else 503
    archive.instead = lambda seen: html_page("Out of time", status) if fault(seen) else None
    ended = run(*discover(archive, db))
    assert (ended.status, ended.err) == (3, "")
    assert said in ended.out
    archive.instead = lambda _: None
    assert run(*discover(archive, db)).status == 0
    assert [row[0] for row in addresses(db)] == [OLD, NEW, PROMISE]


def test_a_list_of_home_pages_that_had_no_answer_is_asked_for_again_after_a_week(
    archive: Archive, tmp_path: Path
):
    db = tmp_path / "archive.db"
    archive.instead = lambda seen: (
        html_page("Out of time", 504) if is_query(seen, "timestamp:6", "http://shop.example/") else None
    )
    ended = run(*discover(archive, db))
    assert (ended.status, ended.err) == (0, "")
    assert "  home: not answered: the first to 1996; " in ended.out
    archive.instead = lambda _: None
    found = []
    for days in (0, 6, 1):
        age(db, days)
        assert run(*discover(archive, db)).status == 0
        found.append([row[0] for row in addresses(db)])
    assert found == [[OLD, NEW], [OLD, NEW], [OLD, NEW, PROMISE]]


def test_an_address_that_may_not_be_shown_leaves_the_others_of_the_shop(archive: Archive, tmp_path: Path):
    db = tmp_path / "archive.db"
    home = "http://shop.example/"
    archive.instead = lambda seen: (
        html_page("Unavailable", 451) if is_query(seen, "timestamp:6", home) else None
    )
    ended = run(*discover(archive, db))
    assert (ended.status, ended.err) == (0, "")
    assert [row[0] for row in addresses(db)] == [OLD, NEW]
    assert archives.rows(db, "select distinct state from searches") == [("complete",)]


def test_429_pauses_and_refused_connections_stop_the_run(archive: Archive, tmp_path: Path):
    db = tmp_path / "archive.db"
    throttled = [html_page("Too Many Requests", 429, ("Retry-After", "1"))]
    archive.instead = lambda seen: throttled.pop() if throttled and seen.kind == "replay" else None
    assert run(*discover(archive, db)).status == 0
    assert addresses(db) == EXPECTED
    archive.down()
    ended = run(*discover(archive, tmp_path / "other.db"))
    assert (ended.status, ended.err) == (4, "")
    assert "refuses us: it refuses connections" in ended.out.splitlines()[-1]


@pytest.mark.parametrize(("full_match", "pywb"), [(False, True), (False, False)])
def test_pywb_and_the_other_reading_of_a_filter(tmp_path: Path, full_match: bool, pywb: bool):
    db = tmp_path / "archive.db"
    with Archive(full_match=full_match, pywb=pywb) as archive:
        populate(archive)
        ended = run(*discover(archive, db, source=archive.source))
        asked = len(archive.seen)
    assert (ended.status, ended.err) == (0, "")
    assert addresses(db) == EXPECTED
    assert asked == 14


def test_the_crawl_of_a_bare_domain_discovers_first_and_fetches_nothing_twice(
    archive: Archive, tmp_path: Path
):
    db, report = tmp_path / "archive.db", tmp_path / "report.json"
    crawl = ("crawl", db, SHOP, "--source", archive.address, "--jobs", 1, "--report", report, *RATES_OFF)
    ended = policytrail(*crawl)
    assert (ended.status, ended.err) == (0, "")
    assert addresses(db) == EXPECTED
    assert archives.one(db, "select count(*) from timeline") == len(YEARS) + len(LATER) + len(LAST)
    replays = Counter(seen.path for seen in archive.asked("replay"))
    assert set(replays.values()) == {1}
    rows = archives.rows(db, "select outcome, requests from crawls order by id")
    assert [outcome for outcome, _ in rows] == ["done", "done"]
    assert sum(requests for _, requests in rows) == len(archive.seen)
    assert json.loads(report.read_text())["outcome"] == "done"
    before = len(archive.seen)
    assert policytrail(*crawl).status == 0
    assert not [seen for seen in archive.seen[before:] if is_survey(seen) or seen.kind == "replay"]


def test_a_budget_is_shared_by_the_search_and_the_crawl(archive: Archive, tmp_path: Path):
    db = tmp_path / "archive.db"
    crawl = ("crawl", db, SHOP, "--source", archive.address, "--jobs", 1, "--budget", 16, *RATES_OFF)
    ended = policytrail(*crawl)
    assert ended.status == 3
    assert len(archive.seen) == 16
    assert "the budget of 16 requests is spent" in ended.out
    while policytrail(*crawl).status != 0:
        assert len(archive.seen) < 100
    assert archives.one(db, "select count(*) from timeline") == len(YEARS) + len(LATER) + len(LAST)


def test_a_crawl_goes_on_with_the_search_that_a_budget_cut_off(
    archive: Archive, tmp_path: Path, undisturbed: tuple[Path, int]
):
    db, csv, report = tmp_path / "archive.db", tmp_path / "shops.csv", tmp_path / "report.json"
    csv.write_text(f"domain,policy_url\n{SHOP},\nlisted.example,http://www.listed.example/privacy\n")
    options = ("--source", archive.address, "--jobs", 1, *RATES_OFF)
    assert (
        policytrail("crawl", db, "--retailers", csv, "--budget", 5, "--report", report, *options).status == 3
    )
    reported, spent = (
        json.loads(report.read_text()),
        "done in part: the budget of 5 requests is spent: run again to go on",
    )
    assert (reported["outcome"], reported["exit_status"], reported["requests"], reported["fetched"]) == (
        spent,
        3,
        5,
        3,
    )
    # What the search found counts as news too.
    (shop,) = (shop for shop in reported["retailers"] if shop["domain"] == SHOP)
    assert len(shop["versions"]) == archives.one(db, "select count(*) from versions") > 0
    rows = archives.rows(db, "select outcome, requests from crawls order by id")
    assert rows == [(spent.partition(": ")[2], 5), (spent, 0)]
    assert archives.rows(
        db,
        "select url from pages g join policies p on p.id = g.policy_id"
        " where kind = 'privacy' and retailer = ?",
        SHOP,
    )
    assert policytrail("crawl", db, *options).status == 0
    found = f"{LINEAGE.partition(' order')[0]} where retailer = '{SHOP}' order by url"
    assert [row[0] for row in archives.rows(db, found)] == [
        row[0] for row in archives.rows(undisturbed[0], LINEAGE)
    ]
    assert archives.one(db, "select count(*) from timeline") == len(YEARS) + len(LATER) + len(LAST)
    assert not [seen for seen in archive.seen if is_survey(seen) and "listed.example" in seen.path]
    before, runs = len(archive.seen), archives.one(db, "select count(*) from crawls")
    assert policytrail("crawl", db, *options).status == 0
    assert not [seen for seen in archive.seen[before:] if is_survey(seen) or seen.kind == "replay"]
    assert archives.one(db, "select count(*) from crawls") == runs + 1  # no search


def test_crawl_looks_for_further_addresses_of_those_that_have_some_when_told_so(
    archive: Archive, tmp_path: Path
):
    db, csv = tmp_path / "archive.db", tmp_path / "shops.csv"
    csv.write_text(f"domain,policy_url\n{SHOP},{OLD}\n")
    crawl = ("crawl", db, "--retailers", csv, "--source", archive.address, "--jobs", 1, *RATES_OFF)
    assert policytrail(*crawl).status == 0
    assert not [seen for seen in archive.seen if is_survey(seen)]
    assert PROMISE not in [row[0] for row in addresses(db)]
    assert archives.rows(db, "select waypoint from pages where url = ?", NEW) == [(1,)]
    assert policytrail(*crawl, "--discover").status == 0
    assert [row[0] for row in addresses(db)] == [OLD, NEW, PROMISE]
    assert archives.rows(db, "select waypoint from pages where url = ?", NEW) == [(0,)]


def test_a_bare_domain_that_was_never_archived_is_told_and_no_error(archive: Archive, tmp_path: Path):
    ended = policytrail("crawl", tmp_path / "a.db", "nobody.example", "--source", archive.address, *RATES_OFF)
    assert (ended.status, ended.err) == (0, "")
    today = times.now()[:10]
    assert ended.out.splitlines() == [
        "nobody.example",
        f"  nothing on {today}: the index had nothing of the domain",
        "  requests: index 1, home 1, path 1",
        "3 requests, 0 new addresses of 1 retailer",
        f"nobody.example has no address: the archive has no home page of it on {today};"
        f" the index had nothing of the domain on {today}",
        "0 requests, 0 captures new in the index, 0 fetched",
    ]


def test_as_a_plain_spider_of_scrapy(archive: Archive, tmp_path: Path):
    db = tmp_path / "archive.db"
    ended = scrapy("discover", archive, db, domains=f"{SHOP},nobody.example")
    assert (ended.status, " ERROR: " in ended.err) == (0, False)
    assert addresses(db) == EXPECTED
    assert [row[0] for row in archives.rows(db, "select domain from retailers order by 1")] == [
        "nobody.example",
        SHOP,
    ]
    only = scrapy("discover", archive, tmp_path / "only.db", domains=SHOP, strategies="home", budget="4")
    assert only.status == 0
    assert archives.rows(tmp_path / "only.db", "select distinct way from searches where requests") == [
        ("home",)
    ]


def test_a_plain_spider_says_what_is_wrong(archive: Archive, tmp_path: Path):
    bad = scrapy("discover", archive, tmp_path / "a.db", domains=SHOP, strategies="luck")
    assert "there is no strategy 'luck': choose from known, index, home, path, successor" in bad.err
    unknown = scrapy("history", archive, tmp_path / "a.db", domains="nobody.example")
    assert (
        "no address of the policy of nobody.example is known: find one with 'policytrail discover'"
        in unknown.err
    )
    assert archive.seen == []


def scrapy(spider: str, archive: Archive, db: Path, **arguments: str) -> Ended:
    given = {"db": db, "source": archive.address, "cdx_per_minute": 0, "replay_per_minute": 0, **arguments}
    return run(
        *SCRAPY,
        "crawl",
        spider,
        *(part for name, value in given.items() for part in ("-a", f"{name}={value}")),
    )


def test_a_file_that_another_run_holds_is_left_alone(archive: Archive, tmp_path: Path):
    db = tmp_path / "archive.db"
    archive.stop_at(lambda seen: len(archive.seen) >= 2)
    process = start(*discover(archive, db))
    assert archive.reached.wait(60)
    second = run(*discover(archive, db))
    assert second.status == 3
    assert second.err.startswith("Error: archive.db is in use by 'discover ")
    archive.go_on()
    assert end_of(process).status == 0


def test_the_built_in_list_costs_nothing_to_enter(archive: Archive, tmp_path: Path):
    db = tmp_path / "archive.db"
    known = built_in()["rei.com"].addresses
    archive.shows_policy(known[0], "REI", *YEARS)
    assert policytrail("discover", db, "rei.com", "--source", archive.address, *RATES_OFF).status == 0
    found = archives.rows(db, "select url, ways from lineage where kind = 'privacy' order by url")
    assert {url for url, ways in found if "list" in ways} == set(known)
    assert archives.one(db, "select name from retailers") == "REI"


def test_policy_words_are_no_policy(archive: Archive, tmp_path: Path):
    """A page named as a policy that shows none, or another party's, stays a candidate with its finding."""
    db = tmp_path / "archive.db"
    archive.has("http://www.other.example/privacy", (YEARS[0], page(words="Coming soon.")))
    archive.has(
        "http://www.other.example/partners/privacy-policy",
        (YEARS[0], policy("Theirs.", "Mighty Payments Inc")),
    )
    ended = policytrail("discover", db, "other.example", "--source", archive.address, *RATES_OFF)
    assert ended.status == 0
    found = archives.rows(db, "select kind, url from lineage order by url")
    assert found == [
        ("candidate", "http://www.other.example/partners/privacy-policy"),
        ("candidate", "http://www.other.example/privacy"),
    ]
    assert "  no address of its policy was found" in ended.out
    assert sum(line.startswith("  not taken: ") for line in ended.out.splitlines()) == 2
