"""The first way: what lists and the archive file know already.

Cost: none for what is held; up to four requests for an address that nobody has crawled: for its first and last capture.
"""

from crawler.discovery.following import follow
from crawler.discovery.hunt import Hunt
from crawler.discovery.looking import look_at_ends, settle_given
from db import retailers
from db.archive import transaction


async def search(hunt: Hunt) -> None:
    """Look at both ends of given addresses, and read where all held pages lead."""
    for page in hunt.pages():
        if not page.waypoint and retailers.finding(hunt.db, page.id) is None:
            if retailers.listing(hunt.db, page.id) is None:
                await look_at_ends(hunt, page)
            settle_given(hunt, page)
    if "successor" in hunt.spider.plan.ways:
        await follow(hunt)
    with transaction(hunt.db):
        hunt.record("complete")
