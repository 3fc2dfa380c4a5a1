from sqlite_utils import Database

from crawler.crawl.plan import CrawlPlan
from crawler.discovery.plan import retailers_to_discover
from crawler.discovery.strategies import STRATEGY_NAMES
from db.database import transaction
from db.store import retailers as held
from db.store import searches


def test_retailers_without_a_known_address_are_discovered_first_others_only_when_asked(db: Database) -> None:
    with transaction(db):
        held.add_page(db, held.add_policy(db, "held.example"), "http://held.example/privacy", "given")
        held.add_policy(db, "bare.example")
    plan = CrawlPlan.make("a.db", ["held.example", "bare.example", "new.example", "rei.com"])
    assert [retailer.domain for retailer in plan.unknown(db)] == ["bare.example", "new.example"]
    assert retailers_to_discover(plan, db) == plan.unknown(db)
    assert retailers_to_discover(CrawlPlan.make("a.db", ["rei.com"], discover=True), db) == list(
        CrawlPlan.make("a.db", ["rei.com"]).retailers
    )
    assert [r.domain for r in retailers_to_discover(CrawlPlan.make("a.db", discover=True), db)] == [
        "bare.example",
        "held.example",
    ]
    assert [r.domain for r in retailers_to_discover(CrawlPlan.make("a.db"), db)] == ["bare.example"]
    with transaction(db):
        for strategy in STRATEGY_NAMES:
            searches.record(db, "bare.example", "web.archive.org", strategy, "complete")
        searches.record(db, "held.example", "web.archive.org", "known", "complete")
    assert [r.domain for r in retailers_to_discover(CrawlPlan.make("a.db"), db)] == ["held.example"]
    assert [
        r.domain for r in retailers_to_discover(CrawlPlan.make("a.db", ["held.example", "rei.com"]), db)
    ] == ["held.example"]
    assert [
        r.domain for r in retailers_to_discover(CrawlPlan.make("a.db", source="http://other.example"), db)
    ] == ["bare.example"]
