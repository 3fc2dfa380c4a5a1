from crawler.crawl.summary import OpenSpan, budget_is_spent, summarise
from crawler.runs import Result, Stop
from db.store.retailers import Page

COUNTS = {"requests": 3, "listed": 2, "fetched": 1, "failed": 1, "excluded": 0}
DONE = "3 requests, 2 captures new in the index, 1 fetched, 1 failed"


def page(number: int, policy_id: int) -> Page:
    return Page(number, policy_id, f"http://shop.example/{number}", f"example,shop)/{number}", "list")


def test_a_crawl_that_did_all() -> None:
    assert summarise(COUNTS, None, 0) == Result(0, "done", DONE)
    nothing = {"requests": 1, "listed": 0, "fetched": 0, "failed": 0, "excluded": 0}
    assert summarise(nothing, None, 0) == Result(0, "done", "nothing new: 1 request")


def test_what_is_left_is_for_the_next_run() -> None:
    left = "4 captures or listings are still missing: run the same command again"
    assert summarise(COUNTS, None, 4) == Result(3, "done in part", f"{DONE}\n{left}")


def test_the_reason_of_a_stop_comes_before_what_is_left() -> None:
    assert summarise(COUNTS, Stop(4, "it refuses us"), 4) == Result(
        4, "it refuses us", f"{DONE}\nit refuses us"
    )


def test_of_a_run_without_any_answer_only_the_reason_is_reported() -> None:
    nothing = {"requests": 1, "listed": 0, "fetched": 0, "failed": 0, "excluded": 0}
    stop = Stop(3, "it cannot be found: is there a network?")
    ended = summarise(nothing, stop, 3, findings={"a.example": "nobody has looked"}, has_asked=False)
    assert ended == Result(3, stop.reason, stop.reason)
    answered = summarise(nothing | {"fetched": 1}, stop, 3, has_asked=False)
    assert answered.summary == f"1 request, 0 captures new in the index, 1 fetched\n{stop.reason}"


def test_a_spent_budget_names_the_longest_span() -> None:
    spans = [OpenSpan(page(1, 7), 0, 10), OpenSpan(page(2, 8), 365, 400)]
    assert budget_is_spent(9, 2, 1, spans, {7: "a.example", 8: "b.example"}) == (
        "the budget of 9 requests is spent: 1 pages are not listed, 2 spans, the longest 35 days "
        "(b.example, 1971-01-01 to 1971-02-05), may hold changes; run again to go on"
    )
    assert budget_is_spent(9, 2, 0, [], {}) == (
        "the budget of 9 requests is spent: 2 captures are still missing; run again to go on"
    )
