"""The result of a discovery run, from what it found for each retailer."""

from typing import Any

from crawler.discovery.from_common_paths import NEVER_ARCHIVED
from crawler.discovery.summary import MAX_REJECTED, RetailerOutcome, summarise
from crawler.runs import Result, Stop
from db.store.searches import Search


def outcome(**facts: Any) -> RetailerOutcome:
    nothing: dict[str, Any] = {
        "domain": "shop.example",
        "name": None,
        "addresses": [],
        "searches": [],
        "rejected": {},
        "requests": {},
        "failures": [],
        "found": 0,
        "excluded": None,
        "is_open": False,
    }
    return RetailerOutcome(**(nothing | facts))


def result(
    *outcomes: RetailerOutcome, requests: int = 0, stop: Stop | None = None, spent_budget: int | None = None
) -> Result:
    return summarise(outcomes, requests=requests, stop=stop, spent_budget=spent_budget)


def search(state: str, reason: str | None = None, strategy: str = "index") -> Search:
    return Search(strategy, state, "2026-01-01T00:00:00Z", 1, 0, reason, None)


def test_a_run_without_retailers_is_done():
    assert result() == Result(0, "done", "0 requests, 0 new addresses of 0 retailers")


def test_a_search_that_found_nothing_is_done_and_says_so():
    done = result(outcome(name="Shop", requests={"index": 1, "home": 0}), requests=1)
    assert done == Result(
        0,
        "done",
        "shop.example (Shop)\n  no address of its policy was found\n  requests: index 1\n"
        "1 request, 0 new addresses of 1 retailer",
    )


def test_a_search_that_is_not_complete_says_that_nothing_was_found_yet():
    part = result(outcome(is_open=True, searches=[search("part", "the run was stopped")]))
    assert (part.exit_status, part.outcome) == (3, "done in part")
    assert part.summary.splitlines()[1:3] == [
        "  no address of its policy was found yet",
        "  index: the run was stopped",
    ]


def test_a_spent_budget_is_the_reason_only_if_something_is_left():
    assert result(outcome(), requests=5, spent_budget=5).exit_status == 0
    left = result(outcome(is_open=True), requests=5, spent_budget=5)
    assert (left.exit_status, left.outcome) == (3, "the budget of 5 requests is spent: run again to go on")


def test_what_had_no_answer_leaves_the_run_done_in_part():
    part = result(outcome(failures=["index: it took too long"]))
    assert (part.exit_status, part.outcome) == (3, "done in part")
    assert "  index: it took too long" in part.summary.splitlines()


def test_what_stopped_the_run_comes_before_all_else():
    stopped = result(outcome(is_open=True), stop=Stop(4, "the archive refuses us"), spent_budget=5)
    assert (stopped.exit_status, stopped.outcome) == (4, "the archive refuses us")
    assert stopped.summary.endswith("\nthe archive refuses us")


def test_of_a_run_that_nobody_answered_only_the_reason_is_reported():
    stop = Stop(3, "it cannot be found: is there a network?")
    ended = summarise([outcome(is_open=True)], requests=1, stop=stop, spent_budget=None, has_asked=False)
    assert ended == Result(3, stop.reason, stop.reason)


def test_a_retailer_without_captures_and_an_excluded_one_are_named_as_such():
    never = result(outcome(searches=[search("complete", NEVER_ARCHIVED, "path")]))
    assert never.summary.splitlines()[1:-1] == [f"  nothing on 2026-01-01: {NEVER_ARCHIVED}"]
    excluded = result(outcome(excluded="blocked", searches=[search("excluded", "blocked")]))
    assert excluded.summary.splitlines()[1:-1] == ["  excluded on 2026-01-01: blocked"]


def test_only_a_few_rejected_addresses_are_listed():
    rejected = {f"http://shop.example/{number}": "no policy" for number in range(MAX_REJECTED + 2)}
    lines = result(outcome(rejected=rejected)).summary.splitlines()
    assert sum(line.startswith("  not taken: http") for line in lines) == MAX_REJECTED
    assert "  not taken: 2 more (see 'policytrail status shop.example --json')" in lines
