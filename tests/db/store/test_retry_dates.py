"""Until when a "no" is believed, and what waits for it."""

import pytest

from crawler.webarchive.memento import classify
from crawler.webarchive.sources import find
from db import times
from db.database import transaction
from db.store import capture_states, captures
from db.store.captures import BLOCKED, MAX_ATTEMPTS, IndexRow
from db.store.retry_dates import BELIEVED_DAYS, RETRY_DAYS, is_due, is_over, may_pass
from db.store.runs import waiting
from tests.support.shop import Shop

FAULT, GONE = "the archive could not replay it (status 503)", "the archive has not archived it (404)"
ARCHIVE = "web.archive.org"


def ago(days: float) -> str:
    return times.iso(times.after(-days * 24 * 3600))


@pytest.mark.parametrize(
    ("status", "passes"), [(503, True), (200, True), (403, True), (404, False), (451, False)]
)
def test_the_reasons_of_replay_that_may_pass(status: int, passes: bool):
    answer = classify(find(ARCHIVE), "20140530130240", "http://shop.example/", status, [], b"<p>no")
    assert may_pass(answer.reason) is passes


def test_other_reasons_that_may_pass():
    assert may_pass("no answer: it took too long")
    assert may_pass("the compressed body is cut off after 7 bytes")
    assert not may_pass("its timestamp names no moment")
    assert not may_pass(None)


def test_a_capture_gets_new_attempts_after_a_week_or_a_month():
    assert [is_due(FAULT, ago(days)) for days in (0, RETRY_DAYS - 0.1, RETRY_DAYS)] == [False, False, True]
    assert [is_due(GONE, ago(days)) for days in (RETRY_DAYS, BELIEVED_DAYS)] == [False, True]
    assert [is_due(FAULT, ago(days)) for days in (-0.9, -1.1)] == [
        False,
        True,
    ]  # a wrong clock wrote the second
    assert [is_over(ago(days)) for days in (-0.9, -1.1)] == [False, True]
    assert (is_due(FAULT, None), is_due(GONE, None), is_due(FAULT, "no moment")) == (True, False, True)


def fail(shelf: Shop, capture_id: int, reason: str, times_: int = 1) -> None:
    with transaction(shelf.db):
        for _ in range(times_):
            captures.set_failed(shelf.db, capture_id, reason)


def set_back(shelf: Shop, days: float) -> None:
    with transaction(shelf.db):
        shelf.db.execute("update captures set fetched_at = ?", [ago(days)])


def test_what_waits_is_counted_by_what_will_happen_to_it(shelf: Shop):
    capture = shelf.list("20140530130240", digest="D1")
    began = times.now()
    fail(shelf, capture.id, FAULT, MAX_ATTEMPTS - 1)
    ids = [shelf.policy_id]
    assert waiting.of_captures(shelf.db, ARCHIVE, ids, since=began)[:3] == (1, 0, 0)
    fail(shelf, capture.id, FAULT)
    assert not captures.get(shelf.db, capture.id).wanted
    assert waiting.of_captures(shelf.db, ARCHIVE, ids, since=began)[:3] == (0, 1, 0)
    set_back(shelf, 2)
    resting = waiting.of_captures(shelf.db, ARCHIVE, ids, since=began)
    assert resting == (0, 0, 1, resting.due_at)
    assert str(resting.due_at)[:10] == times.iso(times.after(5 * 24 * 3600))[:10]
    set_back(shelf, RETRY_DAYS)
    assert captures.get(shelf.db, capture.id).wanted
    fail(shelf, capture.id, FAULT)
    again = captures.get(shelf.db, capture.id)
    assert (again.attempts, again.wanted) == (1, True)


def test_a_blocked_row_is_excluded_and_listed_again_when_it_is_open(shelf: Shop):
    values = ("example,shop)/privacy", "20140530130240", "http://shop.example/privacy", None, 200, "D1", 7)
    for blocked, state in ((True, "excluded"), (True, "excluded"), (False, "listed"), (True, "excluded")):
        with transaction(shelf.db):
            captures.record_rows(shelf.db, shelf.page.id, ARCHIVE, [IndexRow(*values, blocked=blocked)])
        (capture,) = captures.of_page(shelf.db, shelf.page.id)
        assert (capture.state, capture.reason) == (state, BLOCKED if blocked else None)


def test_an_exclusion_by_replay_is_not_lifted_by_a_row(shelf: Shop):
    capture = shelf.list("20140530130240", digest="D1")
    with transaction(shelf.db):
        captures.set_failed(shelf.db, capture.id, "excluded from the archive", state="excluded")
    assert shelf.list("20140530130240", digest="D1").state == "excluded"
    with transaction(shelf.db):
        capture_states.readmit(shelf.db, [capture.id])
    assert captures.get(shelf.db, capture.id).state == "listed"
