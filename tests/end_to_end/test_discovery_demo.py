"""Discovery on the bundled archive, where the true addresses are known.

The tests cover what each strategy finds alone, what all of them find, and at which cost.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.build import build
from crawler.demo.run import serving
from db.urlkey import urlkey
from tests.support.archives import content, one, rows
from tests.support.paths import ROOT
from tests.support.processes import RATES_OFF, SCRAPY, Ended, policytrail, run

DEMO = ROOT / "crawler" / "demo"
ALL = {"index": 102, "home": 32, "path": 1, "successor": 19}  # requests, by strategy, for all eighteen shops


def table(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


TRUTH = {(row["domain"], urlkey(row["url"])): row for row in table("addresses.csv")}
POLICIES = {place for place, row in TRUTH.items() if row["kind"] == "privacy"}


def of_strategy(strategy: str) -> set[tuple[str, str]]:
    return {place for place in POLICIES if strategy in TRUTH[place]["ways"].split()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("discovery")


@pytest.fixture(scope="module")
def source(folder: Path) -> Iterator[str]:
    build(folder / "shops.warc.gz")
    assert policytrail("import", folder / "origin.db", folder / "shops.warc.gz").status == 0
    with serving(folder / "origin.db") as address:
        yield address


@pytest.fixture(scope="module")
def bare(folder: Path) -> Path:
    """The list of all shops, without addresses."""
    shops = {row["domain"]: row["name"] for row in table("retailers.csv")}
    with (folder / "bare.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("domain", "name", "policy_url"), *((*shop, "") for shop in shops.items())]
        )
    return folder / "bare.csv"


@pytest.fixture(scope="module")
def found(folder: Path, source: str, bare: Path) -> Path:
    """The archive with the addresses that all strategies together find."""
    db = folder / "found.db"
    result = policytrail("discover", db, "--retailers", bare, "--source", source, *RATES_OFF)
    assert (result.status, result.err) == (0, "")
    return db


def taken(db: Path, kind: str = "privacy") -> set[tuple[str, str]]:
    """Return the retailers and urlkeys of all addresses of a kind that showed a policy."""
    stored = rows(db, "select retailer, url from lineage where kind = ? and first_good is not null", kind)
    return {(retailer, urlkey(url)) for retailer, url in stored}


def alone(folder: Path, source: str, bare: Path, strategy: str) -> Path:
    db = folder / f"{strategy}.db"
    arguments = {
        "db": db,
        "retailers": bare,
        "source": source,
        "strategies": strategy,
        "cdx_per_minute": 0,
        "replay_per_minute": 0,
    }
    ended = run(
        *SCRAPY,
        "crawl",
        "discover",
        *(part for item in arguments.items() for part in ("-a", "=".join(map(str, item)))),
    )
    assert ended.status == 0, ended.err
    return db


# All strategies


def test_every_address_is_found_and_no_other_one(found: Path):
    assert taken(found) == POLICIES


def test_regional_policies_are_kept_apart(found: Path):
    assert taken(found, "regional") == {place for place, row in TRUTH.items() if row["kind"] == "regional"}


def test_every_address_has_the_relation_that_it_was_written_for(found: Path):
    stored = rows(
        found,
        "select retailer, url, relation from lineage where kind != 'candidate' and first_good is not null",
    )
    assert {(retailer, urlkey(url)): relation for retailer, url, relation in stored} == {
        place: row["relation"] for place, row in TRUTH.items() if row["relation"]
    }


def test_every_clue_is_one_that_the_captures_give(found: Path):
    for retailer, url, ways in rows(found, "select retailer, url, ways from lineage where kind = 'privacy'"):
        if row := TRUTH.get((retailer, urlkey(url))):
            assert set(ways.split(", ")) <= set(row["ways"].split()), url


def test_what_was_looked_at_in_vain_stays_a_candidate_with_its_reason(found: Path):
    stored = {
        urlkey(url): finding
        for url, finding in rows(found, "select url, finding from lineage where kind = 'candidate'")
    }
    assert all(stored.values())
    sister = stored[urlkey("http://www.copperpot-kitchen.example/littleladle/info/privacy.html")]
    assert sister.startswith("the document of Little Ladle, which it names 7 times, the retailer 0 times")
    assert (
        stored[urlkey("https://www.fernhill-garden.example/privacy-centre")]
        == "the capture is no policy: thin"
    )
    products = [
        key for key in stored if key.startswith("example,shade-and-screen)/") and "privacy-screen" in key
    ]
    assert products == []  # goods that are called so are not looked at


def test_requests_of_each_way(found: Path):
    spent = dict(rows(found, "select way, sum(requests) from searches group by way having sum(requests) > 0"))
    assert spent == ALL
    assert one(found, "select sum(requests) from crawls") == sum(ALL.values())


def test_home_pages_are_kept_as_captures_and_not_judged(found: Path):
    stored = rows(
        found,
        """select c.timestamp, c.original, c.verdict from captures c join pages g on g.id = c.page_id
        join policies p on p.id = g.policy_id where p.kind = 'home' and c.state = 'fetched'""",
    )
    assert stored
    assert {verdict for *_, verdict in stored} == {None}
    written = {(row["timestamp"], row["url"]) for row in table("verdicts.csv") if not row["verdict"]}
    assert {(timestamp, url) for timestamp, url, _ in stored} <= written


def test_what_was_never_archived_is_told(found: Path, source: str):
    result = policytrail("discover", found, "vanished-vinyl.example", "--source", source, *RATES_OFF)
    assert result.status == 0
    assert ": the index had nothing of the domain" in result.out


def test_a_second_search_asks_only_where_nothing_was_found(found: Path, source: str):
    before = content(found)
    result = policytrail("discover", found, "--source", source, *RATES_OFF)
    assert result.status == 0
    assert result.out.splitlines()[-1] == "3 requests, 0 new addresses of 18 retailers"
    assert content(found) == before


# Each strategy alone


@pytest.mark.parametrize(("strategy", "requests"), [("index", 102), ("home", 153), ("path", 340)])
def test_a_strategy_alone_finds_what_it_can(
    folder: Path, source: str, bare: Path, strategy: str, requests: int
):
    db = alone(folder, source, bare, strategy)
    assert taken(db) == of_strategy(strategy)
    assert one(db, "select sum(requests) from crawls") == requests


# From a domain to a timeline


def test_a_crawl_of_a_bare_domain_has_the_whole_timeline(folder: Path, source: str):
    db = folder / "bare.db"
    shops = ("saltmarsh-goods.example", "fernhill-garden.example", "pinnacle-pets.example")
    result: Ended = policytrail("crawl", db, *shops, "--source", source, *RATES_OFF)
    assert (result.status, result.err) == (0, "")
    changes = rows(db, "select retailer, last_old, first_new from change_log where kind = 'wording'")
    compact = {(retailer, digits(old), digits(new)) for retailer, old, new in changes}
    assert compact == {
        (row["domain"], row["last_old"], row["first_new"])
        for row in table("truth.csv")
        if row["domain"] in shops
    }
    periods = rows(db, "select retailer, url, first_good, last_good from lineage where kind = 'privacy'")
    assert {
        (retailer, urlkey(url)): (digits(first), digits(last))
        for retailer, url, first, last in periods
        if first
    } == {
        place: (TRUTH[place]["first_good"], TRUTH[place]["last_good"])
        for place in POLICIES
        if place[0] in shops
    }


def digits(moment: str) -> str:
    return "".join(filter(str.isdigit, moment))
