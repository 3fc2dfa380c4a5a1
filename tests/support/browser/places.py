"""The kinds of pages by name, each with an address that has much content."""

from urllib.parse import quote

BASE = "/archive/-"
SHOP = "northfork-outfitters.example"  # of the demonstration: it has gaps and failures


def of(shop: str) -> dict[str, str]:
    """Return the pages of an archive `archive`, with this retailer's."""
    policy = f"{BASE}/policies/{quote(shop, safe='')}"
    return {
        "home": f"{BASE}/policies",
        "retailer": policy,
        "version": f"{policy}/2",
        "comparison": f"{policy}/compare?old=1&new=2",
        "side-by-side": f"{policy}/compare?old=1&new=2&layout=side",
        "changes": f"{BASE}/changes",
        "panel": f"{BASE}/panel",
        "health": f"{BASE}/health",
        "reports": f"{BASE}/report",
        "report": f"{BASE}/report/a2?by=year",
        "adoption": f"{BASE}/trends/adoption?q=data&q=cookies",
        "search": f"{BASE}/search?q=data",
        "removed": f"{BASE}/search?q=data&view=removed",
        "versions": f"{BASE}/search?q=information&view=versions",
        "finding-trends": f"{BASE}/trends/findings?finding=sharing",
        "trends": f"{BASE}/trends?q=data&q=cookies&q=california&q=sell&q=opt+out",
    }


PAGES = {**of(SHOP), "captures": f"/web/*/http://www.{SHOP}/privacy-policy"}
FEEDS = (f"{BASE}/changes.atom", f"{BASE}/policies/{SHOP}/changes.atom")
# Datasette's own pages in our look, one of each kind.
IN_OUR_LOOK = {
    "database": "/archive",
    "question": "/archive/largest_changes",
    "view": "/archive/change_log",
    "table": "/archive/versions?_facet=suspect",
}
# All of Datasette's own, with what is hostile in them.
_TABLES = ("retailers", "pages", "captures", "texts", "versions", "changes", "variants", "crawls")
_VIEWS = ("latest_policies", "change_log", "timeline", "gaps", "capture_health", "panel_half_years")
DATASETTES = ("/-/versions", "/archive", *(f"/archive/{name}" for name in (*_TABLES, *_VIEWS)))
