"""When a run with a budget asks the index, and when it first fetches what is listed."""

from types import SimpleNamespace
from typing import Any

import pytest

from crawler.crawl.rounds import BisectScheduler
from db.database import transaction
from db.store import coverage, retailers
from db.store.coverage import Coverage
from tests.support.shop import Shop

THEN = "2024-01-01T00:00:00Z"


def needs_no_listing(shelf: Shop, *, archive: str = "web.archive.org", **window: str) -> bool:
    plan = SimpleNamespace(
        **{"budget": 9, "selection": SimpleNamespace(name="all"), "only": None, "first": None, "last": None}
        | window
    )
    context: Any = SimpleNamespace(db=shelf.db, plan=plan, source=SimpleNamespace(name=archive))
    return BisectScheduler(context, [shelf.page]).needs_no_listing(shelf.page)


@pytest.mark.parametrize(
    ("covered_from", "window", "expected"),
    [
        (None, {}, True),
        (None, {"first": "2014"}, True),
        (None, {"first": "2016"}, False),  # nothing listed is in the window
        ("2014", {}, False),
        ("2014", {"first": "2013"}, False),
        ("2014", {"first": "201401"}, True),
    ],
)
def test_the_index_is_asked_where_the_window_begins_before_what_is_known(
    shelf: Shop, covered_from: str | None, window: dict[str, str], expected: bool
) -> None:
    shelf.list("20150101000000")
    with transaction(shelf.db):
        retailers.set_listing(shelf.db, shelf.page.id, "complete", THEN)
        covered = Coverage(covered_from, "20150101000000", THEN)
        coverage.store(shelf.db, shelf.page.id, "web.archive.org", covered)
    assert needs_no_listing(shelf, **window) is expected


def test_the_index_of_another_archive_is_asked(shelf: Shop) -> None:
    shelf.list("20150101000000")
    with transaction(shelf.db):
        retailers.set_listing(shelf.db, shelf.page.id, "complete", THEN)
        for archive in ("web.archive.org", "arquivo.pt"):
            covered = Coverage(None, "20150101000000", THEN)
            coverage.store(shelf.db, shelf.page.id, archive, covered)
    assert needs_no_listing(shelf)
    assert not needs_no_listing(shelf, archive="arquivo.pt")
