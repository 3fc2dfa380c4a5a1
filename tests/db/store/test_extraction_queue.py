import pytest

from db.database import transaction
from db.store import extraction_queue, retailers
from tests.support.shop import HTML, Shop


@pytest.mark.parametrize(
    ("headers", "mimetype", "expected"),
    [
        (HTML, "application/pdf", "text/html"),
        ((("content-TYPE", "a/b; charset=x"),), None, "a/b; charset=x"),
        ((), "application/pdf", "application/pdf"),
        ((), "warc/revisit", None),
        ((), "unk", None),
        ((), None, None),
    ],
)
def test_the_evidence_of_a_capture(
    shelf: Shop, headers: tuple[tuple[str, str], ...], mimetype: str | None, expected: str | None
) -> None:
    capture = shelf.list("20140101000000", mimetype=mimetype, status=200)
    shelf.fetch(capture, headers=headers)
    evidence = extraction_queue.extraction_input(shelf.db, capture.id)
    assert (evidence.original, evidence.content_type, evidence.status, evidence.headers) == (
        capture.original,
        expected,
        200,
        headers,
    )


def test_fetched_and_unjudged_captures_of_a_policy(shelf: Shop, neighbour: Shop) -> None:
    neighbour.observe("20130101000000", "not ours")
    second_page = shelf.add_page("http://shop.example/legal")
    on_second = shelf.observe("20120101000000", "old", page=second_page)
    late, early = shelf.list("20150101000000"), shelf.list("20140101000000")
    shelf.list("20160101000000")
    for capture in (late, early):
        shelf.fetch(capture)
    assert extraction_queue.fetched(shelf.db, shelf.policy_id) == [early.id, late.id, on_second]
    assert extraction_queue.unjudged(shelf.db, shelf.policy_id) == [early.id, late.id]


def test_policies_wait_for_the_captures_that_are_held_and_not_judged(shelf: Shop, neighbour: Shop) -> None:
    for number in range(2):
        shelf.fetch(shelf.list(f"{20140101000000 + number}"), b"<p>")
    neighbour.list("20140101000000")
    neighbour.observe("20150101000000", "We sell data.")
    assert extraction_queue.policies_to_judge(shelf.db) == {shelf.policy_id: 2}


def test_home_pages_are_not_judged(shelf: Shop) -> None:
    with transaction(shelf.db):
        home = retailers.add_policy(shelf.db, "shop.example", kind="home")
        page = retailers.add_page(shelf.db, home, "http://shop.example/", "given")
    shelf.fetch(shelf.list("20140101000000", page=page))
    assert (extraction_queue.unjudged(shelf.db, home), extraction_queue.policies_to_judge(shelf.db)) == (
        [],
        {},
    )
    assert len(extraction_queue.fetched(shelf.db, home)) == 1
