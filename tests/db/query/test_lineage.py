"""Addresses over time: kinds of pages, clues, periods, searches; and what reads the privacy policy alone."""

import pytest
from sqlite_utils import Database

from db import times
from db.database import transaction
from db.query import gaps, lineage, reports
from db.store import captures, clues, retailers, searches
from db.store.captures import IndexRow
from db.store.retailers import AGAIN, Page
from tests.support.shop import Shop

LEGAL, HOME = "http://shop.example/legal", "http://shop.example/"


@pytest.fixture
def shelf(db: Database) -> Shop:
    return Shop(db)


def policy(shelf: Shop, kind: str) -> int:
    with transaction(shelf.db):
        return retailers.add_policy(shelf.db, shelf.domain, kind=kind)


def add(shelf: Shop, kind: str, url: str, found_by: str = "link", **options: bool) -> Page:
    number = policy(shelf, kind)
    with transaction(shelf.db):
        return retailers.add_page(shelf.db, number, url, found_by, **options)


def settle(shelf: Shop, page: Page, kind: str, relation: str | None = None, finding: str = "so") -> None:
    number = policy(shelf, kind)
    with transaction(shelf.db):
        retailers.settle(shelf.db, page.id, number, relation, finding)


def kind_of(shelf: Shop, url: str) -> str | None:
    found = retailers.find_anywhere(shelf.db, shelf.domain, url)
    return found[1] if found else None


# Kinds


def test_a_page_moves_from_the_candidates_with_its_captures(shelf: Shop) -> None:
    page = add(shelf, "candidate", LEGAL, "cdx")
    shelf.observe("20100101000000", "We keep your name.", page=page)
    assert retailers.open_candidates(shelf.db, policy(shelf, "candidate")) == [page]
    settle(shelf, page, "privacy", "other", "the parent's")
    assert retailers.open_candidates(shelf.db, policy(shelf, "candidate")) == []
    assert kind_of(shelf, LEGAL) == "privacy"
    shelf.derive()
    assert [v["captures"] for v in shelf.db["versions"].rows] == [1]
    settle(shelf, page, "candidate")
    shelf.derive()
    assert shelf.db["versions"].count == 0


def test_a_candidate_that_a_list_or_a_redirect_names_is_a_page_of_the_policy(shelf: Shop) -> None:
    page = add(shelf, "candidate", LEGAL, "cdx")
    settle(shelf, page, "candidate", finding="terms")
    moved = shelf.add_page("https://www.shop.example/legal/", "given")
    assert (moved.id, moved.url, moved.policy_id, moved.waypoint) == (page.id, LEGAL, shelf.policy_id, False)
    assert retailers.finding(shelf.db, page.id) is None
    assert retailers.pages(shelf.db, policy(shelf, "candidate")) == []


def test_a_candidate_of_another_retailer_stays(shelf: Shop) -> None:
    other = Shop(shelf.db, "other.example")
    page = add(other, "candidate", LEGAL)
    assert shelf.add_page(LEGAL).id != page.id
    assert kind_of(other, LEGAL) == "candidate"


def test_a_home_page_is_found_among_no_addresses(shelf: Shop) -> None:
    add(shelf, "home", HOME, "cdx")
    assert kind_of(shelf, HOME) is None
    assert kind_of(shelf, shelf.page.url) == "privacy"
    assert lineage.of_retailer(shelf.db, shelf.domain, ("home",)) == []


def test_a_waypoint_becomes_a_page_when_it_is_found_otherwise_and_when_it_shows_the_policy(
    shelf: Shop,
) -> None:
    first, second = (add(shelf, "privacy", url, waypoint=True) for url in (LEGAL, "http://shop.example/b"))
    assert first.waypoint
    assert not shelf.add_page(LEGAL, "cdx").waypoint
    assert not add(shelf, "privacy", LEGAL, waypoint=True).waypoint
    with transaction(shelf.db):
        retailers.become_page(shelf.db, second.id)
    assert [page.waypoint for page in retailers.pages(shelf.db, shelf.policy_id)] == [False, False, False]


def test_what_is_to_be_looked_at_again_is_open_again(shelf: Shop) -> None:
    page = add(shelf, "candidate", LEGAL)
    settle(shelf, page, "candidate", finding="terms")
    assert retailers.open_candidates(shelf.db, page.policy_id) == []
    settle(shelf, page, "candidate", finding=AGAIN)
    assert retailers.open_candidates(shelf.db, page.policy_id) == [page]


# Clues and periods


def test_a_clue_is_noted_once(shelf: Shop) -> None:
    seen = shelf.list("20100101000000")
    with transaction(shelf.db):
        assert clues.note(shelf.db, shelf.page.id, "list")
        assert not clues.note(shelf.db, shelf.page.id, "list")
        assert clues.note(shelf.db, shelf.page.id, "home", seen.id, "Privacy")
        assert not clues.note(shelf.db, shelf.page.id, "home", seen.id, "Other words")
    assert clues.of_page(shelf.db, shelf.page.id) == [
        clues.Clue("list", "", None, None, None),
        clues.Clue("home", "Privacy", seen.id, shelf.page.url, "2010-01-01T00:00:00Z"),
    ]


def test_lineage_tells_since_when_until_when_and_how_it_is_known(shelf: Shop) -> None:
    new, gone = add(shelf, "privacy", LEGAL), add(shelf, "privacy", "http://shop.example/gone", waypoint=True)
    home = add(shelf, "home", HOME, "cdx")
    shelf.observe("20010101000000", "Old.")
    last = shelf.observe("20050101000000", "Old.")
    shelf.observe("20060101000000", "Not found", verdict="soft-404")
    shelf.observe("20070101000000", "New.", page=new)
    links = [shelf.list(timestamp, page=home) for timestamp in ("20060601000000", "20080601000000")]
    with transaction(shelf.db):
        clues.note(shelf.db, shelf.page.id, "list")
        clues.note(shelf.db, new.id, "redirect", last)
        for link in links:
            clues.note(shelf.db, new.id, "home", link.id, "Privacy")
        clues.note(shelf.db, gone.id, "redirect", last)
    settle(shelf, new, "privacy", "own", "named often")
    columns = (
        "url",
        "relation",
        "ways",
        "first_good",
        "last_good",
        "first_linked",
        "last_linked",
        "captures",
        "finding",
    )
    found = lineage.of_retailer(shelf.db, shelf.domain)
    assert [tuple(row[name] for name in columns) for row in found] == [
        (shelf.page.url, None, "list", "2001-01-01T00:00:00Z", "2005-01-01T00:00:00Z", None, None, 3, None),
        (
            LEGAL,
            "own",
            "redirect, home",
            "2007-01-01T00:00:00Z",
            "2007-01-01T00:00:00Z",
            "2005-01-01T00:00:00Z",
            "2008-06-01T00:00:00Z",
            1,
            "named often",
        ),
    ]
    assert lineage.covered(shelf.db, shelf.policy_id) == [
        ("2001-01-01T00:00:00Z", "2005-01-01T00:00:00Z"),
        ("2007-01-01T00:00:00Z", "2007-01-01T00:00:00Z"),
    ]
    assert [at[:4] for _, at in lineage.goods(shelf.db, shelf.page.id)] == ["2001", "2005"]


# Searches


def test_a_search_is_recorded_with_what_it_cost_in_all_runs(shelf: Shop) -> None:
    with transaction(shelf.db):
        searches.spend(shelf.db, shelf.domain, "web.archive.org", "index", 2, 1)
        searches.record(
            shelf.db, shelf.domain, "web.archive.org", "index", "part", "the budget is spent", "{}"
        )
        searches.spend(shelf.db, shelf.domain, "web.archive.org", "index", 3, 0)
        searches.record(shelf.db, shelf.domain, "web.archive.org", "home", "complete")
    found = searches.find(shelf.db, shelf.domain, "web.archive.org", "index")
    assert found
    assert (found.state, found.requests, found.found, found.reason, found.cursor) == (
        "part",
        5,
        1,
        "the budget is spent",
        "{}",
    )
    assert times.seconds(found.asked_at) <= times.clock()
    assert searches.find(shelf.db, shelf.domain, "arquivo.pt", "index") is None
    assert [search.way for search in searches.of_retailer(shelf.db, shelf.domain)] == ["home", "index"]


# What reads policies means the privacy policy


def test_reports_gaps_and_health_are_of_the_privacy_policy_alone(shelf: Shop) -> None:
    shelf.observe("20010101000000", "Old.")
    before = (
        reports.status(shelf.db),
        reports.totals(shelf.db),
        list(shelf.db.query("select * from capture_health")),
    )
    told = gaps.gaps(shelf.db, 12), list(shelf.db.query("select * from gaps"))
    page, home = add(shelf, "candidate", LEGAL), add(shelf, "home", HOME)
    shelf.observe("20150101000000", "Another's policy.", page=page)
    with transaction(shelf.db):
        retailers.set_listing(shelf.db, page.id, "excluded", "2020-01-01T00:00:00Z", "Blocked Site Error")
        captures.record_rows(
            shelf.db, home.id, "web.archive.org", [IndexRow(home.urlkey, "20160101000000", HOME)]
        )
        captures.set_failed(shelf.db, captures.of_page(shelf.db, home.id)[0].id, "503")
        retailers.settle(shelf.db, page.id, page.policy_id, None, "another's")
    after = (
        reports.status(shelf.db),
        reports.totals(shelf.db),
        list(shelf.db.query("select * from capture_health")),
    )
    assert [row.pop("url") for row in after[0][0].pop("lineage")] == [shelf.page.url, LEGAL]
    assert [row.pop("url") for row in before[0][0].pop("lineage")] == [shelf.page.url]
    assert after == before
    assert (gaps.gaps(shelf.db, 12), list(shelf.db.query("select * from gaps"))) == told
    assert gaps.gaps_of(shelf.db, [shelf.policy_id]) == {}


def test_a_retailer_for_whom_addresses_were_sought_in_vain_has_a_gap_that_says_so(db: Database) -> None:
    with transaction(db):
        retailers.add_policy(db, "sought.example")
        retailers.add_policy(db, "unsought.example")
        retailers.add_policy(db, "cut-off.example")
        searches.record(db, "sought.example", "web.archive.org", "index", "complete")
        searches.record(db, "cut-off.example", "web.archive.org", "index", "complete")
        searches.record(db, "cut-off.example", "web.archive.org", "home", "part", "the budget is spent")
    assert {domain: gap[0]["reason"] for domain, gap in gaps.gaps(db, 12).items()} == {
        "cut-off.example": "the search for its addresses is not complete",
        "sought.example": "no address of it was found",
        "unsought.example": "nobody has looked for any yet",
    }


def test_a_search_is_open_until_every_way_is_at_its_end_and_no_candidate_waits(db: Database) -> None:
    ways, here = ("index", "home"), "web.archive.org"

    def is_open(*states: tuple[str, str]) -> bool:
        with transaction(db):
            db.execute("delete from searches")
            for way, state in states:
                searches.record(db, "shop.example", here, way, state)
        return searches.is_open(db, "shop.example", here, ways)

    with transaction(db):
        retailers.add_policy(db, "shop.example")
    assert not is_open()
    assert is_open(("index", "complete"))
    assert is_open(("index", "complete"), ("home", "part"))
    assert is_open(("index", "failed"), ("home", "complete"))
    assert not is_open(("index", "complete"), ("home", "complete"))
    assert not is_open(("index", "excluded"))
    with transaction(db):
        candidates = retailers.add_policy(db, "shop.example", kind="candidate")
        page = retailers.add_page(db, candidates, LEGAL, "cdx")
    assert is_open(("index", "complete"), ("home", "complete"))
    assert not searches.is_open(db, "shop.example", "another.example", ways)
    with transaction(db):
        retailers.settle(db, page.id, candidates, None, "terms of use")
    assert not is_open(("index", "complete"), ("home", "complete"))


def test_policies_are_the_privacy_policies_and_all_but_home_pages_are_judged(shelf: Shop) -> None:
    candidate, _ = policy(shelf, "candidate"), policy(shelf, "home")
    assert retailers.policies(shelf.db) == [(shelf.policy_id, shelf.domain)]
    assert retailers.policy_of(shelf.db, shelf.domain) == shelf.policy_id
    assert retailers.judged(shelf.db) == [shelf.policy_id, candidate]
    assert (retailers.has_pages(shelf.db, shelf.domain), retailers.has_pages(shelf.db, "nobody.example")) == (
        True,
        False,
    )
