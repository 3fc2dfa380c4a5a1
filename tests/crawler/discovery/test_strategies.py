"""The ways: their order, and that the documentation tells their costs."""

from pathlib import Path

from crawler.discovery import plan
from crawler.discovery.ways import WAYS

DOCS = Path(__file__).parents[3] / "docs" / "discovery.md"


def test_the_documentation_has_each_way_with_its_cost():
    rows = [line.strip("| ").split(" | ") for line in DOCS.read_text().splitlines() if line.startswith("| `")]
    assert [(row[0].strip("`"), row[-1]) for row in rows] == [(way.name, way.cost) for way in WAYS]


def test_a_plan_has_all_of_them_in_their_order():
    assert tuple(way.name for way in WAYS) == plan.WAYS[:-1]
