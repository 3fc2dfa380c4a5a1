"""`--select bisect` and `--budget` over HTTP.

Few requests are sent, each where it shows most, and never more than the budget allows.
"""

import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import times
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import POLICYTRAIL, RATES_OFF, Ended, end_of, kill, policytrail, start
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import Seen, StandIn, html_page, memento, row

DAYS = [times.key(datetime(2010, 1, 1, tzinfo=UTC) + timedelta(days=10 * n)) for n in range(120)]
SHOP = "old-mill.example"
URL = f"http://www.{SHOP}/privacy"
AT_ONCE = 5  # requests that may be under way when the end comes


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def db(tmp_path: Path) -> Path:
    write_retailers(tmp_path / "retailers.csv", SHOP)
    return tmp_path / "archive.db"


def three_versions(number: int) -> bytes:
    return policy(f"Revision {(number > 37) + (number > 90)}.")


def with_teaser(number: int) -> bytes:
    """The same policy with another teaser above it in each capture, and one real change."""
    goods = ("kettle", "lantern", "basket", "blanket", "ladder", "teapot", "candle")
    offer = f"a {goods[number % 7]} of the {number}th series for {17 + number} dollars"
    teaser = f"<p>Only today in our store: {offer}.</p><h2>What we"
    return three_versions(min(number, 60)).replace(b"<h2>What we", teaser.encode(), 1)


def holds(wayback: StandIn, body_of: Callable[[int], bytes] = three_versions) -> None:
    """One page, 120 captures, each with a digest of its own."""
    wayback.list_pages(URL, [row(day, URL, f"D{number}") for number, day in enumerate(DAYS)])
    for number, day in enumerate(DAYS):
        wayback.replay(day, URL, memento(day, body_of(number)))


def command(wayback: StandIn, db: Path, *options: object) -> tuple[object, ...]:
    retailers = db.with_name("retailers.csv")
    return (
        "crawl",
        db,
        "--retailers",
        retailers,
        "--source",
        wayback.address,
        *RATES_OFF,
        "--jobs",
        1,
        *options,
    )


def crawl(wayback: StandIn, db: Path, *options: object) -> Ended:
    return policytrail(*command(wayback, db, *options))


def changes(db: Path) -> list[tuple[str, str]]:
    found = archives.rows(
        db, "select last_old, first_new from changes where kind = 'wording' order by first_new"
    )
    return [(re.sub(r"\D", "", old), re.sub(r"\D", "", new)) for old, new in found]


def states(db: Path) -> dict[str, int]:
    return dict(archives.rows(db, "select state, count(*) from captures group by state"))


def asked_twice(wayback: StandIn) -> int:
    return sum(times - 1 for times in Counter(seen.path for seen in wayback.asked("replay")).values())


def test_changes_are_found_at_the_very_captures_with_few_requests(wayback: StandIn, db: Path):
    holds(wayback)
    first = crawl(wayback, db, "--select", "bisect")
    assert (first.status, first.out) == (
        0,
        "16 requests, 120 captures new in the index, 15 fetched\n"
        "3 new versions and 2 new changes of wording, of 1 retailer:\n"
        "  old-mill.example: 2 changes, the last between 2012-06-19 and 2012-06-29\n"
        f"See: policytrail news {db}\n",
    )
    assert changes(db) == [(DAYS[37], DAYS[38]), (DAYS[90], DAYS[91])]
    assert states(db) == {"fetched": 15, "skipped": 105}
    reasons = archives.rows(
        db, "select distinct reason from captures where timestamp between ? and ?", DAYS[1], DAYS[5]
    )
    assert reasons == [(f"between {DAYS[0]} and {DAYS[29]}, which show the same wording",)]
    assert crawl(wayback, db, "--select", "bisect").out == "nothing new: 1 request\n"
    assert crawl(wayback, db).out == "106 requests, 0 captures new in the index, 105 fetched\n"
    assert states(db) == {"fetched": 120}
    assert asked_twice(wayback) == 0


def test_a_banner_does_not_send_it_down_every_branch(wayback: StandIn, db: Path):
    holds(wayback, with_teaser)
    assert crawl(wayback, db, "--select", "bisect").status == 0
    assert changes(db) == [(DAYS[37], DAYS[38])]
    assert len(wayback.asked("replay")) <= 30


def test_a_bad_capture_in_the_middle_is_passed_by(wayback: StandIn, db: Path):
    holds(wayback)
    for number in (*range(30, 36), 59, 60, 61):
        wayback.replay(
            DAYS[number], URL, memento(DAYS[number], b"<html><h1>404</h1><p>Page not found.</p></html>")
        )
    assert crawl(wayback, db, "--select", "bisect").status == 0
    assert changes(db) == [(DAYS[37], DAYS[38]), (DAYS[90], DAYS[91])]
    assert len(wayback.asked("replay")) <= 30


def test_a_capture_that_cannot_be_had_is_replaced_by_its_neighbour_and_tried_again_only_where_it_matters(
    wayback: StandIn, db: Path
):
    holds(wayback)
    wayback.replay(DAYS[60], URL, html_page("Sorry", 503))
    ended = crawl(wayback, db, "--select", "bisect")
    assert ended.status == 0
    assert changes(db) == [(DAYS[37], DAYS[38]), (DAYS[90], DAYS[91])]


def unruly(wayback: StandIn) -> None:
    """Let every other replay fail once with 503; every tenth capture redirects to an unlisted page."""
    holds(wayback)
    elsewhere = f"http://www.{SHOP}/legal"
    listed = [row(d, URL, f"D{n}", status="301" if n % 10 == 5 else "200") for n, d in enumerate(DAYS)]
    wayback.list_pages(URL, listed[:60], listed[60:])
    for number, day in enumerate(DAYS):
        answer = memento(day, three_versions(number))
        if number % 10 == 5:
            answer = memento(day, b"", 301, ("Location", f"{wayback.address}/web/{day}id_/{elsewhere}"))
            wayback.replay(day, elsewhere, memento(day, three_versions(number)))
        wayback.replay(day, URL, *([html_page("busy", 503)] if number % 2 else []), answer)


@pytest.mark.parametrize("select", ["all", "every=1month", "bisect"])
@pytest.mark.parametrize("budget", [1, 13])
def test_a_budget_is_never_exceeded(wayback: StandIn, db: Path, select: str, budget: int):
    unruly(wayback)
    ended = crawl(wayback, db, "--select", select, "--budget", budget)
    assert len(wayback.seen) == budget
    assert ended.status == 3
    summary, reason = ended.out.splitlines()[-2:]
    assert summary.startswith(f"{budget} request{'' if budget == 1 else 's'}, ")
    assert re.fullmatch(
        rf"the budget of {budget} requests is spent: "
        r".* (may hold changes|still missing|not listed); run again to go on",
        reason,
    )
    assert "failed" not in states(db)


def test_the_longest_uncertain_span_is_named(wayback: StandIn, db: Path):
    holds(wayback)
    assert crawl(wayback, db, "--select", "bisect", "--budget", 4) == Ended(
        3,
        "3 new versions and 2 new changes of wording, of 1 retailer:\n"
        "  old-mill.example: 2 changes, the last between 2011-08-14 and 2013-04-05\n"
        "4 requests, 120 captures new in the index, 3 fetched\n"
        "the budget of 4 requests is spent: "
        "2 spans, the longest 600 days (old-mill.example, 2011-08-14 to 2013-04-05), "
        "may hold changes; run again to go on\n",
        "",
    )


def test_runs_with_a_budget_go_on_where_the_last_one_stopped(wayback: StandIn, db: Path):
    holds(wayback)
    runs = [crawl(wayback, db, "--select", "bisect", "--budget", 6) for _ in range(3)]
    assert [ended.status for ended in runs] == [3, 3, 0]
    assert changes(db) == [(DAYS[37], DAYS[38]), (DAYS[90], DAYS[91])]
    assert [seen.kind for seen in wayback.seen] == ["cdx"] + ["replay"] * 17
    assert asked_twice(wayback) == 0


def test_all_with_budgets_fetches_all_in_the_end(wayback: StandIn, db: Path):
    holds(wayback)
    runs = [crawl(wayback, db, "--budget", 50) for _ in range(3)]
    assert [ended.status for ended in runs] == [3, 3, 0]
    assert runs[0].out.splitlines()[-2] == "50 requests, 120 captures new in the index, 49 fetched"
    assert states(db) == {"fetched": 120}
    assert len(wayback.seen) == 121
    assert asked_twice(wayback) == 0


def test_a_budget_that_does_not_suffice_for_the_index_lists_the_other_pages_first_in_the_next_run(
    wayback: StandIn, db: Path
):
    shops = [f"shop{number}.example" for number in range(5)]
    write_retailers(db.with_name("retailers.csv"), *shops)
    for shop in shops:
        wayback.add_captures(f"http://www.{shop}/privacy", *((day, policy("", shop)) for day in DAYS[:3]))
    first = crawl(wayback, db, "--budget", 3)
    reason = "the budget of 3 requests is spent: 2 pages are not listed, 3 spans, the longest 20 days"
    assert first.out.splitlines()[1].startswith(reason)
    assert (first.status, states(db)) == (3, {"listed": 9})
    assert crawl(wayback, db, "--budget", 7) == Ended(
        0,
        "7 requests, 6 captures new in the index, 5 fetched\n"
        "5 new versions, of 5 retailers\n"
        f"See: policytrail log {db}\n",
        "",
    )
    assert [seen.kind for seen in wayback.seen] == ["cdx"] * 5 + ["replay"] * 5


def kill_at(wayback: StandIn, db: Path, number: int, *options: object) -> None:
    before = len(wayback.asked("replay"))

    def which(seen: Seen) -> bool:
        return seen in wayback.asked("replay")[before + number - 1 :]

    wayback.stop_at(which)
    process = start(*POLICYTRAIL, *command(wayback, db, *options))
    assert wayback.reached.wait(60), end_of(process)
    kill(process)
    wayback.go_on()


def test_a_killed_run_goes_on_without_asking_for_what_is_held(wayback: StandIn, db: Path):
    holds(wayback)
    for number in (3, 5):
        kill_at(wayback, db, number, "--select", "bisect")
    assert crawl(wayback, db, "--select", "bisect").status == 0
    assert changes(db) == [(DAYS[37], DAYS[38]), (DAYS[90], DAYS[91])]
    assert asked_twice(wayback) <= 2 * AT_ONCE
    assert len(wayback.asked("replay")) <= 15 + 2 * AT_ONCE


def test_a_stop_between_rounds_ends_the_run(wayback: StandIn, db: Path):
    holds(wayback)
    wayback.stop_at(lambda seen: seen.kind == "replay")
    process = start(*POLICYTRAIL, *command(wayback, db, "--select", "bisect"))
    assert wayback.reached.wait(60)
    process.send_signal(signal.SIGINT)
    wayback.go_on()
    ended = end_of(process)
    assert ended.status == 3
    assert ended.out.splitlines()[-1] == "stopped: run the same command again to go on"
