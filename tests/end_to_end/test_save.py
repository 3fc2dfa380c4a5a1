"""Save Page Now over HTTP: which pages are requested, how the jobs end, and what is stored."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from db import times
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, end_of, kill, policytrail, start, wait_until
from tests.support.wayback.save_page_now import PENDING, error, success
from tests.support.wayback.save_stage import LONG_AGO, Stage
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import html_page, memento, row


def now() -> str:
    return times.key(times.after(0))


def test_a_page_is_captured_and_joined_into_the_captures(stage: Stage):
    captured = times.key(times.after(0))
    stage.wayback.saving.then(stage.url(), [PENDING, PENDING, success(captured, stage.url())])
    ended = stage.save("a.example")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"{stage.url()}: saved: captured at {captured}\n5 requests, 1 saved\n"
    assert stage.wayback.saving.asked == [
        {"url": stage.url(), "skip_first_archive": "1", "if_not_archived_within": str(7 * 24 * 3600)}
    ]
    ((state, timestamp, original, status, digest, listed),) = archives.rows(
        stage.db,
        """select s.state, c.timestamp, c.original, c.status, c.digest, c.state from saves s
        join captures c on c.id = s.capture_id""",
    )
    assert (state, timestamp, original, status, digest, listed) == (
        "saved",
        captured,
        stage.url(),
        200,
        "-",
        "listed",
    )
    assert archives.rows(
        stage.db, "select outcome, listed, failed, requests from crawls where command like 'save%'"
    ) == [("done", 1, 0, 5)]


def test_all_retailers_without_a_domain_and_an_answer_for_each(stage: Stage):
    stage.wayback.saving.then(stage.url("b.example"), [error("blocked-url", "on the list")])
    captured = now()
    stage.wayback.saving.then(
        stage.url("c.example"),
        {"url": stage.url("c.example"), "message": "The same snapshot had been made 3 hours ago."},
    )
    stage.wayback.saving.then(stage.url(), [success(captured, stage.url())])
    ended = stage.save()
    assert ended.status == 3
    assert sorted(ended.out.splitlines()[:3]) == [
        f"{stage.url()}: saved: captured at {captured}",
        f"{stage.url('b.example')}: refused: the address is on the archive's block list [blocked-url]",
        f"{stage.url('c.example')}: held: The same snapshot had been made 3 hours ago.",
    ]
    asked = stage.wayback.asked("save")
    again = stage.save()
    assert again.status == 0
    assert again.out.count("left out: it was asked for at") == 3
    assert stage.wayback.asked("save") == asked


CODES = {
    # final: one request
    "blocked-url": (1, "refused"),
    "not-found": (1, "refused"),
    "no-access": (1, "refused"),
    "filesize-limit": (1, "refused"),
    "invalid-url-syntax": (1, "refused"),
    "unauthorized": (1, "refused"),
    "no-request": (1, "refused"),
    # a passing fault: three requests
    "celery": (3, "failed"),
    "gateway-timeout": (3, "failed"),
    "soft-time-limit-exceeded": (3, "failed"),
    "no-captures": (3, "failed"),
    "job-failed": (3, "failed"),
    # later, or an unknown code: one request in a run
    "too-many-requests": (1, "failed"),
    "max-daily-bandwidth-host": (1, "failed"),
    "brand-new-code": (1, "failed"),
}


@pytest.mark.parametrize("where", ["job", "request"])
def test_each_class_of_errors(stage: Stage, where: str):
    """All codes in one run: each has its own page, added to the shop."""
    for code in CODES:
        stage.add_page(f"http://www.a.example/{code}")
        failure = error(code, "Said \x1b[31mby the archive.")
        stage.wayback.saving.then(
            f"http://www.a.example/{code}", [PENDING, failure] if where == "job" else failure
        )
    ended = stage.save("a.example", "--all-pages", interval=0.01)
    assert (ended.status, ended.err) == (3, "")
    times_asked = {
        code: sum(form["url"].endswith("/" + code) for form in stage.wayback.saving.asked) for code in CODES
    }
    assert times_asked == {code: number for code, (number, _) in CODES.items()}
    lines = dict(line.split(": ", 1) for line in ended.out.splitlines() if "a.example/" in line)
    for code, (_, state) in CODES.items():
        line = lines[f"http://www.a.example/{code}"]
        assert line.startswith(f"{state}: ")
        assert code in line
        assert "\x1b" not in line
    assert (
        "the archive says 'error:brand-new-code': Said [31mby the archive."
        in lines["http://www.a.example/brand-new-code"]
    )


def test_a_stumble_that_passes_is_forgotten(stage: Stage):
    captured = now()
    stage.wayback.saving.then(
        stage.url(), [PENDING, error("celery")], error("cannot-fetch"), [success(captured, stage.url())]
    )
    ended = stage.save("a.example", interval=0.01)
    assert (ended.status, ended.out.splitlines()[0]) == (0, f"{stage.url()}: saved: captured at {captured}")
    assert [state for state, _ in stage.saves()] == ["failed", "failed", "saved"]


def test_a_page_that_redirects_is_a_page_found_by_a_link_and_fetched_by_the_next_crawl(stage: Stage):
    captured, target = now(), "https://shop.example/legal/privacy"
    stage.wayback.saving.then(stage.url(), [success(captured, target)])
    ended = stage.save("a.example")
    assert (ended.status, ended.out.splitlines()[0]) == (
        0,
        f"{stage.url()}: saved: captured at {captured}, at {target}",
    )
    assert archives.rows(stage.db, "select url, found_by, policy_id from pages where id > 3") == [
        (target, "link", 1)
    ]
    # What was captured a moment ago is not to be had at first: that costs it nothing.
    assert crawl(stage).status == 3
    assert archives.captures(stage.db, "a.example", "state", "attempts")[-1] == ("listed", 0)
    stage.wayback.replay(captured, target, memento(captured, policy("By Save Page Now.", "a.example")))
    assert crawl(stage).status == 0
    assert archives.captures(stage.db, "a.example", "timestamp", "state", "verdict")[-1] == (
        captured,
        "fetched",
        "policy",
    )
    assert archives.one(stage.db, "select count(*) from versions where policy_id = 1") == 2


def crawl(stage: Stage):
    return policytrail("crawl", stage.db, "--source", stage.wayback.address, "--jobs", 1, *RATES_OFF)


def test_the_index_lists_a_capture_that_is_entered_already(stage: Stage):
    """The index lists it before and after it is fetched; in the end there is one row with its values."""
    early, late = now(), times.key(times.after(1))
    stage.wayback.saving.then(stage.url(), [success(early, stage.url())], [success(late, stage.url())])
    assert stage.save("a.example").status == 0
    stage.wayback.replay(early, stage.url(), memento(early, policy("Early.", "a.example")))
    assert crawl(stage).status == 0  # fetched while no index lists it
    assert stage.save("a.example", "--if-older-than", "0").status == 0
    stage.wayback.replay(late, stage.url(), memento(late, policy("Late.", "a.example")))
    stage.wayback.list_pages(stage.url(), [row(early, stage.url(), "E"), row(late, stage.url(), "L")])
    assert crawl(stage).out.startswith("4 requests, 0 captures new in the index, 1 fetched")
    assert archives.captures(stage.db, "a.example", "timestamp", "digest", "state", "mimetype", "attempts")[
        1:
    ] == [
        (early, "E", "fetched", "text/html", 1),
        (late, "L", "fetched", "text/html", 1),
    ]
    assert len(archives.rows(stage.db, "select 1 from saves join captures c on c.id = capture_id")) == 2


def test_a_capture_that_the_archive_held_is_not_entered_twice(stage: Stage):
    stage.wayback.saving.then(stage.url(), [success(LONG_AGO, stage.url())])
    assert stage.save("a.example").status == 0
    assert len(archives.captures(stage.db, "a.example", "1")) == 1
    assert archives.one(stage.db, "select capture_id from saves") == 1


def test_only_the_address_at_which_the_policy_is(stage: Stage):
    """Of four addresses one is dead for years, one redirects, one is excluded, one shows the policy."""
    url = "http://www.moved.example/{}".format
    good, stub = policy("Here.", "moved.example"), html_page("found", 301, ("Location", url("now"))).body
    stage.wayback.add_captures(url("now"), ("20160101000000", good), ("20200101000000", good + b"<!-- -->"))
    stage.wayback.add_captures(url("dead"), ("20020101000000", policy("There.", "moved.example")))
    stage.wayback.list_pages(
        url("dead"), [row("20020101000000", url("dead"), "G"), row("20100101000000", url("dead"), "D", "404")]
    )
    stage.wayback.replay(
        "20100101000000", url("dead"), memento("20100101000000", b"<h1>404 Not Found</h1>", 404)
    )
    stage.wayback.list_pages(url("old"), [row("20170101000000", url("old"), "R", "301")])
    location = f"{stage.wayback.address}/web/20170101000000id_/{url('now')}"
    stage.wayback.replay(
        "20170101000000", url("old"), memento("20170101000000", stub, 301, ("Location", location))
    )
    csv = write_retailers(stage.folder / "more.csv", "moved.example")
    csv.write_text(
        "domain,policy_url\n" + "".join(f"moved.example,{url(n)}\n" for n in ("dead", "old", "now"))
    )
    assert (
        policytrail(
            "crawl", stage.db, "--retailers", csv, "--source", stage.wayback.address, *RATES_OFF
        ).status
        == 0
    )
    lines = stage.save("moved.example", "--dry-run", env={}).out.splitlines()
    assert lines == [
        f"{url('now')}: would be asked for",
        f"{url('dead')}: left out: it has shown no policy for long (error-page, 2010-01-01)",
        f"{url('old')}: left out: it redirects since 2017-01-01 or before",
    ]
    assert (
        stage.save("moved.example", "--dry-run", "--all-pages", env={}).out.count("would be asked for") == 3
    )
    assert not stage.wayback.asked("save")
    assert not stage.wayback.asked("status")


def test_a_young_capture_is_enough(stage: Stage):
    stage.wayback.add_captures(
        stage.url(), (times.key(times.after(-3 * 24 * 3600)), policy("Of late.", "a.example"))
    )
    assert crawl(stage).status == 0
    assert "left out: the archive has a capture of" in stage.save("a.example").out
    assert stage.save("a.example", "--if-older-than", "2d").status == 0
    assert [form["if_not_archived_within"] for form in stage.wayback.saving.asked] == [str(2 * 24 * 3600)]


def test_the_limit_and_what_the_account_may_still_do(stage: Stage):
    ended = stage.save("--limit", 2)
    assert ended.status == 3
    assert len(stage.wayback.saving.asked) == 2
    assert ended.out.endswith(
        "1 pages are still to be saved: run the same command again, best within the hour\n"
    )
    stage.wayback.saving.account |= {"daily_captures": 29999}
    assert stage.save("--if-older-than", "0", "--limit", 2).status == 3
    assert len(stage.wayback.saving.asked) == 3
    stage.wayback.saving.account |= {"daily_captures": 30000}
    ended = stage.save("--if-older-than", "0")
    assert ended.status == 4
    assert (
        "refuses us: the account has had all its captures of today made. "
        "Nothing is lost; run this again after" in ended.out
    )
    assert len(stage.wayback.saving.asked) == 3


def test_five_captures_a_day_of_an_address(stage: Stage):
    for _ in range(5):
        assert stage.save("a.example", "--if-older-than", "0", interval=0).status == 0
    ended = stage.save("a.example", "--if-older-than", "0")
    assert ended.status == 3
    assert "it was asked for 5 times within a day, which is all that the archive allows" in ended.out
    assert len(stage.wayback.saving.asked) == 5
    assert "if_not_archived_within" not in stage.wayback.saving.asked[0]


def test_no_more_at_once_than_the_account_may(stage: Stage):
    stage.wayback.saving.account |= {"available": 1}
    stage.save()
    kinds = [seen.kind for seen in stage.wayback.seen]
    assert kinds == ["status"] + ["save", "status", "status"] * 3


def test_killed_between_the_request_and_its_capture(stage: Stage):
    """The next run asks for the state of the job, and requests no other capture."""
    captured = now()
    stage.wayback.saving.then(stage.url(), [PENDING])
    process = start(*stage.command("a.example"), env=stage.keys)
    wait_until(lambda: len(stage.wayback.asked("status", about="spn2-")) > 1, "a look at the job")
    kill(process)
    assert stage.saves() == [("pending", None)]
    next(iter(stage.wayback.saving.jobs.values())).answers[:] = [success(captured, stage.url())]
    ended = stage.save("a.example")
    assert (ended.status, ended.out.splitlines()[0]) == (0, f"{stage.url()}: saved: captured at {captured}")
    assert len(stage.wayback.asked("save")) == 1
    assert archives.is_intact(stage.db)


def test_killed_before_the_archive_named_a_job(stage: Stage):
    """The result is unknown: the page is left alone for an hour."""
    stage.wayback.stop_at(lambda seen: seen.kind == "save")
    process = start(*stage.command("a.example"), env=stage.keys)
    assert stage.wayback.reached.wait(60)
    kill(process)
    stage.wayback.go_on()
    assert stage.saves() == [("asked", None)]
    ended = stage.save("a.example")
    assert ended.status == 3
    assert "by a run that was stopped: wait an hour" in ended.out
    assert len(stage.wayback.asked("save")) == 1
    backdate(stage, timedelta(hours=1, minutes=1))
    assert stage.save("a.example").status == 0
    assert stage.saves()[0] == ("failed", "nobody asked in time what became of it")


def backdate(stage: Stage, by: timedelta) -> None:
    with closing(sqlite3.connect(stage.db)) as db, db:
        db.execute("update saves set asked_at = ?", [times.iso(times.after(-by.total_seconds()))])


def test_a_job_that_does_not_end_is_left_to_the_next_run(stage: Stage):
    stage.wayback.saving.then(stage.url(), [PENDING])
    ended = stage.save("a.example", interval=0.005)
    assert ended.status == 3
    assert ended.out.splitlines()[0] == f"{stage.url()}: asked: it is still under way"
    assert ended.out.splitlines()[-1].startswith("1 pages are still to be saved: run the same command again")
    assert stage.saves() == [("pending", None)]
    assert len(stage.wayback.asked("status", about="spn2-")) == 12


def test_stopped_by_hand(stage: Stage):
    stage.wayback.saving.then(stage.url(), [PENDING])
    process = start(*stage.command("a.example", interval=0.2), env=stage.keys)
    wait_until(lambda: stage.wayback.asked("status", about="spn2-"), "a look at the job")
    process.send_signal(2)
    ended = end_of(process)
    assert ended.status == 3
    assert ended.out.endswith("stopped: run the same command within the hour to go on\n")
    assert "Traceback" not in ended.err
    assert stage.saves() == [("pending", None)]
