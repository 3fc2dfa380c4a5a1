import pytest

from db.database import transaction
from db.store import captures, retailers
from db.store.captures import Capture, IndexRow
from db.store.runs import save_requests
from tests.support.shop import Shop

URL, AT = "http://shop.example/privacy", "20260827142259"
KEY = "example,shop)/privacy"


def enter(shelf: Shop, row: IndexRow) -> tuple[int, bool]:
    with transaction(shelf.db):
        return save_requests.enter_capture(shelf.db, shelf.page, "web.archive.org", row)


def list_(shelf: Shop, *rows: IndexRow) -> int:
    with transaction(shelf.db):
        return captures.record_rows(shelf.db, shelf.page.id, "web.archive.org", rows)


def all_of(shelf: Shop) -> list[Capture]:
    return captures.of_page(shelf.db, shelf.page.id)


def test_a_request_and_what_becomes_of_it(shelf: Shop):
    with transaction(shelf.db):
        first = save_requests.begin(shelf.db, shelf.page.id, "web.archive.org")
    held = save_requests.latest(shelf.db, shelf.page.id, "web.archive.org")
    assert held
    assert (held.id, held.job, held.state, held.reason) == (first, None, "asked", None)
    with transaction(shelf.db):
        save_requests.set_pending(shelf.db, first, "spn2-0a")
        second = save_requests.begin(shelf.db, shelf.page.id, "web.archive.org")
        save_requests.undo(shelf.db, second)
    held = save_requests.latest(shelf.db, shelf.page.id, "web.archive.org")
    assert held
    assert (held.id, held.job, held.state, held.reason) == (
        first,
        "spn2-0a",
        "failed",
        "nobody asked in time what became of it",
    )
    assert save_requests.latest(shelf.db, shelf.page.id, "another") is None
    assert save_requests.count_since(shelf.db, shelf.page.id, "web.archive.org", "2000") == 1
    assert save_requests.count_since(shelf.db, shelf.page.id, "web.archive.org", "3000") == 0


def test_a_capture_is_entered_once(shelf: Shop):
    capture_id, new = enter(shelf, IndexRow(KEY, AT, URL, status=200))
    assert new
    assert enter(shelf, IndexRow(KEY, AT, URL, status=200)) == (capture_id, False)
    assert [(c.state, c.digest, c.status) for c in all_of(shelf)] == [("listed", None, 200)]


def test_a_capture_of_another_address_is_a_page_found_by_a_link(shelf: Shop):
    capture_id, _ = enter(shelf, IndexRow("example,other)/legal", AT, "https://other.example/legal"))
    page = retailers.find_page(shelf.db, shelf.policy_id, "https://other.example/legal")
    assert page
    assert page.found_by == "link"
    assert [c.id for c in captures.of_page(shelf.db, page.id)] == [capture_id]


def test_what_the_index_lists_later_is_the_same_capture(shelf: Shop):
    capture_id, _ = enter(shelf, IndexRow(KEY, AT, URL))
    row = IndexRow(KEY, AT, URL, "text/html", 200, "D1", 77)
    assert list_(shelf, row, row) == 0
    (joined,) = all_of(shelf)
    assert (joined.id, joined.digest, joined.status, joined.mimetype, joined.state) == (
        capture_id,
        "D1",
        200,
        "text/html",
        "listed",
    )


def test_what_the_index_listed_before_is_the_same_capture(shelf: Shop):
    list_(shelf, IndexRow(KEY, AT, URL, "text/html", 200, "D1", 77))
    (listed,) = all_of(shelf)
    assert enter(shelf, IndexRow(KEY, AT, URL, status=200)) == (listed.id, False)
    assert all_of(shelf) == [listed]


def test_a_fetched_capture_keeps_what_was_fetched(shelf: Shop):
    capture_id, _ = enter(shelf, IndexRow(KEY, AT, URL))
    (capture,) = all_of(shelf)
    shelf.fetch(capture, b"<p>body", status=203)
    with transaction(shelf.db):
        captures.record_rows(
            shelf.db, shelf.page.id, "elsewhere", [IndexRow(KEY, AT, URL, "text/html", 200, "D1", 77)]
        )
    assert shelf.row(capture_id, "archive, state, digest, status, body_id is null") == (
        "web.archive.org",
        "fetched",
        "D1",
        203,
        0,
    )


def test_a_capture_that_failed_while_no_index_listed_it_is_wanted_again(shelf: Shop):
    capture_id, _ = enter(shelf, IndexRow(KEY, AT, URL))
    with transaction(shelf.db):
        captures.set_failed(shelf.db, capture_id, "not there", final=True)
    list_(shelf, IndexRow(KEY, AT, URL, digest="D1"))
    assert shelf.row(capture_id, "state, reason, attempts") == ("listed", None, 0)


def test_two_captures_of_one_second_stay_two(shelf: Shop):
    enter(shelf, IndexRow(KEY, AT, URL))
    assert list_(shelf, IndexRow(KEY, AT, URL, digest="D1"), IndexRow(KEY, AT, URL, digest="D2")) == 1
    assert sorted(str(c.digest) for c in all_of(shelf)) == ["D1", "D2"]


@pytest.mark.parametrize("original", ["https://shop.example/privacy", "http://www.shop.example/privacy"])
def test_another_spelling_is_another_capture(shelf: Shop, original: str):
    enter(shelf, IndexRow(KEY, AT, URL))
    assert list_(shelf, IndexRow(KEY, AT, original, digest="D1")) == 1


def test_not_yet_is_no_attempt(shelf: Shop):
    capture_id, _ = enter(shelf, IndexRow(KEY, AT, URL))
    with transaction(shelf.db):
        captures.set_not_yet(shelf.db, capture_id, "not yet")
    assert shelf.row(capture_id, "state, reason, attempts") == ("listed", "not yet", 0)
