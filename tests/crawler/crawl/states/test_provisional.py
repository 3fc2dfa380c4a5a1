"""Failures become facts, exclusions, or nothing."""

from crawler.crawl.states.provisional import ProvisionalFailures
from db.database import transaction
from db.store import captures
from db.store.captures import Capture
from tests.support.shop import Shop

FORBIDDEN = "the archive forbids it (status 403)"


def fail(shelf: Shop, failures: ProvisionalFailures, capture: Capture, *, forbidden: bool = False) -> None:
    before = captures.get(shelf.db, capture.id)
    with transaction(shelf.db):
        captures.set_failed(shelf.db, capture.id, FORBIDDEN)
    failures.add(before, FORBIDDEN, forbidden=forbidden)


def test_failures_are_given_back_as_they_were_before_the_first_of_them(shelf: Shop):
    failures = ProvisionalFailures()
    one, other = (shelf.list(timestamp) for timestamp in ("20140101000000", "20150101000000"))
    fail(shelf, ProvisionalFailures(), other)
    before = captures.of_page(shelf.db, shelf.page.id)
    for capture in (one, other, one):
        fail(shelf, failures, capture)
    failures.pages.add(99)  # its captures are being tried again
    assert failures.pages == {shelf.page.id, 99}
    assert failures.give_back(shelf.db) == [one.id, other.id]
    assert failures.pages == set()
    assert captures.of_page(shelf.db, shelf.page.id) == before
    assert failures.give_back(shelf.db) == []


def test_when_another_capture_comes_what_was_forbidden_is_excluded(shelf: Shop):
    failures = ProvisionalFailures()
    one, other = (shelf.list(timestamp) for timestamp in ("20140101000000", "20150101000000"))
    fail(shelf, failures, one, forbidden=True)
    fail(shelf, failures, other)
    assert failures.has_forbidden
    assert failures.confirm(shelf.db) == [one.id]
    assert [c.state for c in captures.of_page(shelf.db, shelf.page.id)] == ["excluded", "failed"]
    assert not failures.has_forbidden
    assert failures.give_back(shelf.db) == []
