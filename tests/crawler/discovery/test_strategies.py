"""The strategies: their order, and that the documentation has their costs."""

from crawler.discovery.plan import DiscoveryPlan
from crawler.discovery.strategies import STRATEGIES, STRATEGY_NAMES
from tests.support.paths import DOCS

PAGE = DOCS / "discovery.md"


def test_the_documentation_has_each_strategy_with_its_cost():
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert [(row[0].strip("`"), row[-1]) for row in rows] == [
        (strategy.name, strategy.cost) for strategy in STRATEGIES
    ]


def test_the_names_have_all_of_them_in_their_order():
    assert STRATEGY_NAMES == ("known", "index", "home", "path", "successor")
    assert DiscoveryPlan.make("a.db").strategies == STRATEGY_NAMES
