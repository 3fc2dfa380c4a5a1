"""The order in which a run takes its pages."""

from collections.abc import Sequence

from sqlite_utils import Database

from crawler.throttling.fault_row import NOT_SERVING
from db.store import retailers, run_log
from db.store.retailers import Page


def after_outage(db: Database, pages: Sequence[Page]) -> list[Page]:
    """Return the pages in their order; after a run that an outage ended, those first that it did not reach.

    So a page that fails alone, again and again, does not keep the archive from all others.
    """
    if NOT_SERVING not in (run_log.last_outcome(db) or ""):
        return list(pages)
    return sorted(pages, key=lambda page: (retailers.listed_at(db, page.id) or "", page.id))
