from typing import Any

import pytest

from db.errors import UnknownRetailerError
from db.query import reports
from db.query.findings import Meaning
from db.query.searching.search import TextQuery, match, versions
from db.store import captures, retailers, run_log
from tests.support.shop import Shop

LISTED = "2026-01-02T03:04:05Z"
OLD, NEW = "# Privacy\n\nWe sell data.\n", "# Privacy\n\nWe never sell [data](/x).\n"


@pytest.fixture
def told(shelf: Shop, neighbour: Shop) -> Shop:
    """A shop with two versions, a presentation change, a block page and a gap; a neighbour with nothing."""
    shelf.observe("20140101000000", OLD)
    shelf.observe("20140201000000", "Access denied", verdict="blocked")
    shelf.observe("20140301000000", OLD)
    shelf.observe("20160101000000", NEW)
    shelf.observe("20160201000000", NEW.replace("/x", "/y"))
    shelf.derive()
    return shelf


def test_status_says_what_is_held_and_what_is_missing(told: Shop) -> None:
    captures.set_failed(told.db, told.list("20170101000000").id, "503")
    told.list("20180101000000")
    retailers.set_listing(told.db, told.page.id, "complete", LISTED)
    assert reports.status(told.db, ["shop.example"]) == [
        {
            "domain": "shop.example",
            "name": None,
            "attributes": {},
            "pages": [
                {
                    "url": told.page.url,
                    "found_by": "given",
                    "waypoint": 0,
                    "listing": "complete",
                    "reason": None,
                    "listed_at": LISTED,
                }
            ],
            "lineage": [
                {
                    "retailer": "shop.example",
                    "url": told.page.url,
                    "kind": "privacy",
                    "relation": None,
                    "found_by": "given",
                    "ways": None,
                    "first_good": "2014-01-01T00:00:00Z",
                    "last_good": "2016-02-01T00:00:00Z",
                    "first_linked": None,
                    "last_linked": None,
                    "captures": 7,
                    "finding": None,
                }
            ],
            "captures": {"failed": 1, "fetched": 5, "listed": 1},
            "verdicts": {"policy": 4, "blocked": 1},
            "missing": [
                {"state": "listed", "reason": None, "captures": 1},
                {"state": "failed", "reason": "503", "captures": 1},
            ],
            "first_good": "2014-01-01T00:00:00Z",
            "last_good": "2016-02-01T00:00:00Z",
            "versions": 2,
            "changes": 1,
            "disagreements": [],
            "conflicts": [],
            "gaps": [
                {
                    "kind": "no good capture",
                    "last_good": "2014-03-01T00:00:00Z",
                    "next_good": "2016-01-01T00:00:00Z",
                    "days": 671,
                    "months": 22,
                    "captures": 0,
                    "reason": None,
                    "since": "2014-03-01T00:00:00Z",
                    "until": "2016-01-01T00:00:00Z",
                    "unlisted": 0,
                },
                {
                    "kind": "no good capture",
                    "last_good": "2016-02-01T00:00:00Z",
                    "next_good": None,
                    "days": 3623,
                    "months": 119,
                    "captures": 2,
                    "reason": "1 failed, 1 listed",
                    "since": "2016-02-01T00:00:00Z",
                    "until": LISTED,
                    "unlisted": 0,
                },
            ],
            "old_texts": 0,
            "underived": None,
            "over_limit": {},
        }
    ]


def test_status_of_all_also_tells_of_a_retailer_of_which_nothing_is_held(told: Shop) -> None:
    nothing, _ = reports.status(told.db)
    assert (nothing["domain"], nothing["captures"], nothing["first_good"]) == ("neighbour.example", {}, None)
    assert [(gap["kind"], gap["reason"]) for gap in nothing["gaps"]] == [
        ("no capture", "nobody has looked for any yet")
    ]


def test_status_counts_texts_of_another_extractor_and_captures_without_a_verdict(told: Shop) -> None:
    told.fetch(told.list("20170101000000"))
    assert [shop["old_texts"] for shop in reports.status(told.db, extractor="1")] == [0, 0]
    _, shop = reports.status(told.db, extractor="2", months=24)
    assert (shop["old_texts"], shop["gaps"]) == (4, [])
    assert shop["missing"] == [{"state": "fetched", "reason": None, "captures": 1}]


def capture(timestamp: str) -> dict[str, str | None]:
    found = {"archive": "web.archive.org", "timestamp": timestamp, "original": "http://shop.example/privacy"}
    return {**found, "replay_key": None}


def test_log_is_newest_first_with_a_witness_for_each_date(told: Shop) -> None:
    change, first = reports.log(told.db)
    assert change == {
        "domain": "shop.example",
        "event": "wording",
        "version": 2,
        "old_version": 1,
        "last_old": "2014-03-01T00:00:00Z",
        "first_new": "2016-01-01T00:00:00Z",
        "words_added": 1,
        "words_removed": 0,
        "similarity": 0.8889,
        "set_aside": 0,
        "change_id": 1000001,
        "stated_before": None,
        "stated_date": None,
        "announced": "undated",
        "suspect": None,
        "title": "Privacy",
        "words": 5,
        "captures": 2,
        "known_at": change["known_at"],
        "meaning": Meaning(),
        "old_capture": capture("20140301000000"),
        "new_capture": capture("20160101000000"),
        "variants": [],
    }
    assert (first["event"], first["version"], first["last_old"], first["first_new"]) == (
        "first",
        1,
        None,
        "2014-01-01T00:00:00Z",
    )
    assert (first["stated_date"], first["announced"], first["suspect"]) == (None, None, None)
    assert (first["old_capture"], first["new_capture"]) == (None, capture("20140101000000"))


def test_log_shows_changes_of_markup_when_asked(told: Shop) -> None:
    events = [event["event"] for event in reports.log(told.db, ["shop.example"], presentation=True)]
    assert events == ["presentation", "wording", "first"]


@pytest.mark.parametrize("report", [reports.status, reports.log])
def test_an_unknown_retailer_is_an_error(told: Shop, report: Any) -> None:
    with pytest.raises(UnknownRetailerError):
        list(report(told.db, ["nobody.example"]))


@pytest.mark.parametrize(
    ("until", "version", "captured_at", "next_seen", "changed"),
    [
        (None, 2, "2016-02-01T00:00:00Z", None, False),
        ("2016-01-31T23:59:59Z", 2, "2016-01-01T00:00:00Z", "2016-02-01T00:00:00Z", False),
        ("2015-06-01T00:00:00Z", 1, "2014-03-01T00:00:00Z", "2016-01-01T00:00:00Z", True),
        ("2014-02-15T00:00:00Z", 1, "2014-01-01T00:00:00Z", "2014-03-01T00:00:00Z", False),
        ("2014-01-01T00:00:00Z", 1, "2014-01-01T00:00:00Z", "2014-03-01T00:00:00Z", False),
    ],
)
def test_show_gives_the_nearest_good_capture_before(
    told: Shop, until: str | None, version: int, captured_at: str, next_seen: str | None, changed: bool
) -> None:
    shown = reports.show(told.db, "shop.example", until)
    assert shown is not None
    assert (shown.version, shown.captured_at, shown.next_seen, shown.changed_by_then) == (
        version,
        captured_at,
        next_seen,
        changed,
    )


def test_show_has_nothing_before_the_first_good_capture(told: Shop) -> None:
    assert reports.show(told.db, "shop.example", "2013-12-31T23:59:59Z") is None
    assert reports.show(told.db, "neighbour.example") is None


def test_show_works_where_a_killed_run_left_captures_without_a_history(shelf: Shop) -> None:
    shelf.observe("20140101000000", OLD)
    shown = reports.show(shelf.db, "shop.example")
    assert shown is not None
    assert (shown.version, shown.markdown) == (None, OLD)


@pytest.mark.parametrize("page_first", [True, False])
def test_of_two_captures_in_one_second_show_takes_the_one_that_the_history_ends_with(
    shelf: Shop, page_first: bool
) -> None:
    other = shelf.add_page("http://shop.example/zzz")
    for page in (shelf.page, other) if page_first else (other, shelf.page):
        shelf.observe("20140101000000", f"We sell data at {page.urlkey}", page=page)
    shelf.derive()
    shown = reports.show(shelf.db, "shop.example")
    assert shown is not None
    assert shown.original == "http://shop.example/zzz"
    assert shown.version == shelf.db.execute("select version from latest_policies").fetchone()[0] == 2


def hits(told: Shop, words: str, *domains: str) -> list[dict[str, Any]]:
    wanted = match(words)
    found = versions(told.db, TextQuery(wanted, domains), marks=("«", "»"), limit=20) if wanted else []
    return list(found)


@pytest.mark.parametrize(
    ("words", "versions"),
    [
        ("data", [1, 2]),
        ("never data", [2]),
        ("DATA", [1, 2]),
        ('"we sell"', [1]),
        ('never "we never"', [2]),
        ("telegram", []),
        ("we-sell", [1]),
        ("never AND", []),
        ("*", []),
        ('say "', []),
        ("", []),
        ('""', []),
        (" \t", []),
    ],
)
def test_search_finds_words_and_phrases_and_never_trips_over_an_operator(
    told: Shop, words: str, versions: list[int]
) -> None:
    assert sorted(hit["version"] for hit in hits(told, words)) == versions


def test_a_hit_shows_the_words_in_their_place(told: Shop) -> None:
    (hit,) = hits(told, '"we sell"', "shop.example")
    assert (hit["domain"], hit["first_seen"], hit["last_seen"]) == (
        "shop.example",
        "2014-01-01T00:00:00Z",
        "2014-03-01T00:00:00Z",
    )
    assert "«We sell» data" in hit["snippet"]
    assert hits(told, "sell", "neighbour.example") == []


def test_totals(told: Shop) -> None:
    assert reports.totals(told.db) == {
        "retailers": 2,
        "pages": 2,
        "captures": {"fetched": 5},
        "verdicts": {"policy": 4, "blocked": 1},
        "versions": 2,
        "changes": 1,
        "last_run": None,
    }
    run_log.begin(told.db, "crawl a.db")
    last_run = reports.totals(told.db)["last_run"]
    assert (last_run["command"], last_run["finished_at"], last_run["outcome"]) == ("crawl a.db", None, None)


def test_the_views_that_people_open_first(told: Shop) -> None:
    def rows(query: str) -> list[tuple[Any, ...]]:
        return told.db.execute(query).fetchall()

    assert rows("select retailer, version, captures, markdown from latest_policies") == [
        ("shop.example", 2, 2, NEW)
    ]
    assert rows("select kind, old_version, new_version from change_log order by first_new") == [
        ("wording", 1, 2),
        ("presentation", 2, 2),
    ]
    assert rows("select version, first_seen, last_seen from timeline order by version") == [
        (1, "2014-01-01T00:00:00Z", "2014-03-01T00:00:00Z"),
        (2, "2016-01-01T00:00:00Z", "2016-02-01T00:00:00Z"),
    ]
    assert rows("select retailer, days, kind from gaps order by 1") == [
        ("neighbour.example", None, "no capture"),
        ("shop.example", 671, "no good capture"),
    ]
    assert rows(
        "select retailer, listing, state, verdict, captures from capture_health order by retailer, verdict"
    ) == [
        ("neighbour.example", "not listed", None, None, 0),
        ("shop.example", "not listed", "fetched", "blocked", 1),
        ("shop.example", "not listed", "fetched", "policy", 4),
    ]
