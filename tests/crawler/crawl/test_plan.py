from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.crawl.plan import WAYS, CrawlPlan
from crawler.crawl.selection import Selection
from crawler.errors import RetailerListError, SelectionError, UnknownSourceError
from crawler.webarchive.sources import KNOWN, Source
from db.database import transaction
from db.errors import PolicytrailError
from db.store import retailers as held
from db.store import searches


def test_a_plan_without_options_is_all_of_what_the_archive_has_from_the_wayback_machine() -> None:
    plan = CrawlPlan.make("a.db")
    assert plan == CrawlPlan(
        Path("a.db"), (), KNOWN["web.archive.org"], Selection("all"), None, None, "crawl"
    )


def test_all_options_are_read() -> None:
    plan = CrawlPlan.make(
        "a.db", ["rei.com"], None, "arquivo.pt", "every=1year", "2018-05-25", "2019", 0, 7.5, "crawl a.db"
    )
    assert [retailer.domain for retailer in plan.retailers] == ["rei.com"]
    assert (plan.source.name, plan.source.cdx_per_minute, plan.source.replay_per_minute) == (
        "arquivo.pt",
        0,
        7.5,
    )
    assert (plan.selection.months, plan.first, plan.last, plan.command) == (
        12,
        "20180525",
        "2019",
        "crawl a.db",
    )


def test_rounds_are_for_budgets_and_for_bisecting() -> None:
    assert not CrawlPlan.make("a.db", select="changed").in_rounds
    assert CrawlPlan.make("a.db", select="bisect").in_rounds
    assert CrawlPlan.make("a.db", budget=100).in_rounds
    assert CrawlPlan.make("a.db", budget=100).budget == 100


def test_a_source_may_be_given_as_one() -> None:
    source = Source("demo", "a test", "http://127.0.0.1/cdx", "http://127.0.0.1/web")
    assert CrawlPlan.make("a.db", source=source).source is source


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"domains": ["nobody"]}, RetailerListError),
        ({"retailers_csv": "none.csv"}, RetailerListError),
        ({"source": "nowhere"}, UnknownSourceError),
        ({"select": "some"}, SelectionError),
        ({"first": "yesterday"}, SelectionError),
        ({"last": "2018-02-30"}, SelectionError),
        ({"first": "2019", "last": "2018"}, SelectionError),
    ],
)
def test_wrong_options_are_wrong_use(options: dict[str, object], error: type[PolicytrailError]) -> None:
    with pytest.raises(error) as caught:
        CrawlPlan.make("a.db", **options)  # type: ignore[arg-type]
    assert caught.value.exit_status == 2
    assert "\n" not in str(caught.value)


def test_retailers_without_a_known_address_are_discovered_first_others_only_when_asked(db: Database) -> None:
    with transaction(db):
        held.add_page(db, held.add_policy(db, "held.example"), "http://held.example/privacy", "given")
        held.add_policy(db, "bare.example")
    plan = CrawlPlan.make("a.db", ["held.example", "bare.example", "new.example", "rei.com"])
    assert [retailer.domain for retailer in plan.unknown(db)] == ["bare.example", "new.example"]
    assert plan.to_discover(db) == plan.unknown(db)
    assert CrawlPlan.make("a.db", ["rei.com"], discover=True).to_discover(db) == list(
        CrawlPlan.make("a.db", ["rei.com"]).retailers
    )
    assert [r.domain for r in CrawlPlan.make("a.db", discover=True).to_discover(db)] == [
        "bare.example",
        "held.example",
    ]
    assert [r.domain for r in CrawlPlan.make("a.db").to_discover(db)] == ["bare.example"]
    with transaction(db):
        for way in WAYS:
            searches.record(db, "bare.example", "web.archive.org", way, "complete")
        searches.record(db, "held.example", "web.archive.org", "known", "complete")
    assert [r.domain for r in CrawlPlan.make("a.db").to_discover(db)] == ["held.example"]
    assert [r.domain for r in CrawlPlan.make("a.db", ["held.example", "rei.com"]).to_discover(db)] == [
        "held.example"
    ]
    assert [r.domain for r in CrawlPlan.make("a.db", source="http://other.example").to_discover(db)] == [
        "bare.example"
    ]
