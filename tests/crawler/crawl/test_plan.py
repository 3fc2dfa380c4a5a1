from pathlib import Path

import pytest

from crawler.crawl.plan import CrawlPlan
from crawler.crawl.selection import Selection
from crawler.errors import RetailerListError, SelectionError, UnknownSourceError
from crawler.webarchive.sources import KNOWN, Source
from db.errors import PolicytrailError


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
