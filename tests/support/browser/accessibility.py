"""The accessibility check: axe-core, as a package carries it, run in the page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

GRAVE = ("serious", "critical")


def faults(page: Page) -> list[str]:
    """Return the serious and critical faults that axe finds in a page, one line per element."""
    page.evaluate(AXE_SCRIPT)
    results = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        _line(rule, node)
        for rule in results["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['impact']} {rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
