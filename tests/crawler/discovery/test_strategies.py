"""The ways: their order, and that the documentation tells their costs."""

from crawler.crawl import plan as crawl_plan
from crawler.discovery.strategies import WAYS
from tests.support.paths import DOCS

PAGE = DOCS / "discovery.md"


def test_the_documentation_has_each_way_with_its_cost():
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert [(row[0].strip("`"), row[-1]) for row in rows] == [(way.name, way.cost) for way in WAYS]


def test_a_plan_has_all_of_them_in_their_order():
    assert tuple(way.name for way in WAYS) == crawl_plan.WAYS[:-1]
