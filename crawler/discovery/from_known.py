"""The first way: what lists and the archive file know already.

Cost: none for what is held; up to four requests for an address that nobody has crawled: for its first and last capture.
"""

from crawler.discovery.candidates import look_at_ends, settle_given
from crawler.discovery.session import Hunt
from db.database import transaction
from db.store import retailers


async def search(hunt: Hunt) -> None:
    """Look at both ends of given addresses; where all that is held leads is read after each way (following.py)."""
    for page in hunt.pages():
        if not page.waypoint and retailers.finding(hunt.db, page.id) is None:
            if retailers.listing(hunt.db, page.id) is None:
                await look_at_ends(hunt, page)
            settle_given(hunt, page)
    with transaction(hunt.db):
        hunt.record("complete")
