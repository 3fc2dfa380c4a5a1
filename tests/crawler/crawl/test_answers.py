"""What is stored of an answer about the target of a redirect, and what is requested next."""

from crawler.crawl import answers
from crawler.items import FetchTask
from crawler.webarchive.memento import Answer, Kind
from db.store import captures
from db.store.captures import MAX_ATTEMPTS, Capture
from tests.support.shop import Shop

BEFORE = ("http://shop.example/old",)


def store(shelf: Shop, task: FetchTask, answer: Answer) -> answers.Stored:
    return answers.store(shelf.db, shelf.bodies, task, answer)


def target(shelf: Shop) -> Capture:
    page = shelf.add_page("http://shop.example/legal", "link")
    return shelf.list("20140530130240", page=page)


def test_an_exclusion_of_a_target_has_a_date_and_an_absence_is_final(shelf: Shop) -> None:
    columns = "state, attempts, fetched_at is null"
    excluded = target(shelf)
    store(
        shelf, FetchTask(shelf.page, [excluded], BEFORE), Answer(Kind.EXCLUDED, "excluded from the archive")
    )
    assert shelf.row(excluded, columns) == ("excluded", 1, 0)
    absent = shelf.list("20150530130240")
    store(shelf, FetchTask(shelf.page, [absent], BEFORE), Answer(Kind.NOT_ARCHIVED, "not there"))
    assert shelf.row(absent, columns) == ("failed", MAX_ATTEMPTS, 1)


def test_a_neighbour_of_a_target_is_requested_and_no_neighbour_of_that(shelf: Shop) -> None:
    task = FetchTask(shelf.page, [target(shelf)], BEFORE)
    (second,) = store(shelf, task, Answer(Kind.NEAREST, "another", "20140530130241")).next_tasks
    assert (second.capture.timestamp, second.hops, second.is_neighbour) == ("20140530130241", BEFORE, True)
    stored = store(shelf, second, Answer(Kind.NEAREST, "another", "20140530130242"))
    assert (stored.state, stored.next_tasks) == ("failed", ())
    timestamps = [capture.timestamp for capture in captures.of_page(shelf.db, shelf.page.id)]
    assert timestamps == ["20140530130241"]
