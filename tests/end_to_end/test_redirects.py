"""Archived redirects: followed within the archive, from page to page, and never out of it."""

from collections.abc import Iterator

import pytest

from tests.support.policies import policy
from tests.support.wayback.scenarios import Outcome, Shop, Stage
from tests.support.wayback.standin import Answer, html_page, memento

T, HOUR_LATER, MONTHS_LATER = "20140530130240", "20140530140241", "20140901000000"
stage = Stage()
STATE = ("g.url", "c.timestamp", "c.state", "c.verdict", "c.status", "g.found_by")


def moved(location: str, timestamp: str = T, status: int = 301) -> Answer:
    return memento(timestamp, b"", status, ("Location", location))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    yield stage.play(tmp_path_factory.mktemp("redirects"))


@stage.shop
def chain(shop: Shop) -> None:
    shop.has(T, moved(shop.at(T, "https://chain.example/legal")), status="301")
    shop.wayback.replay(
        T, "https://chain.example/legal", moved(shop.at(T, "https://other.example/p?a=1"), status=302)
    )
    shop.wayback.replay(T, "https://other.example/p?a=1", memento(T, policy("At the end of the chain.")))


def test_a_chain_of_archived_redirects_is_followed_to_its_end(seen: Outcome):
    assert seen.captures("chain.example", *STATE) == [
        ("http://www.chain.example/privacy", T, "fetched", "redirect-stub", 301, "given"),
        ("https://chain.example/legal", T, "fetched", "redirect-stub", 302, "link"),
        ("https://other.example/p?a=1", T, "fetched", "policy", 200, "link"),
    ]
    ((location,),) = seen.captures("chain.example", "max(c.headers) filter (where c.status = 301)")
    assert '["Location","https://chain.example/legal"]' in location
    assert [r.path for r in seen.wayback.asked("cdx", about="chain.example/legal")] == []


@stage.shop
def loop(shop: Shop) -> None:
    shop.has(T, moved(shop.at(T, "http://loop.example/login")), status="302")
    shop.wayback.replay(T, "http://loop.example/login", moved(shop.at(T, "http://loop.example/privacy")))


def test_a_loop_of_archived_redirects_ends(seen: Outcome):
    assert [c[:3] for c in seen.captures("loop.example", *STATE)] == [
        ("http://www.loop.example/privacy", T, "fetched"),
        ("http://loop.example/login", T, "fetched"),
    ]
    assert len(seen.requests("loop.example", "replay")) == 2


@stage.shop
def endless(shop: Shop) -> None:
    shop.has(T, moved(shop.at(T, "http://endless.example/1")), status="302")
    for number in range(1, 30):
        shop.wayback.replay(
            T, f"http://endless.example/{number}", moved(shop.at(T, f"http://endless.example/{number + 1}"))
        )


def test_an_endless_chain_ends_after_five_hops(seen: Outcome):
    assert len(seen.requests("endless.example", "replay")) == 6
    assert seen.requests("endless.example", "replay", during=2) == []


@stage.shop
def within_a_day(shop: Shop) -> None:
    shop.has(T, moved(shop.at(T, "http://within-a-day.example/legal")), status="302")
    there = (("Location", shop.at(HOUR_LATER, "http://within-a-day.example/legal")),)
    shop.wayback.replay(T, "http://within-a-day.example/legal", html_page("found", 302, *there))
    shop.wayback.replay(
        HOUR_LATER, "http://within-a-day.example/legal", memento(HOUR_LATER, policy("An hour later."))
    )


def test_a_redirects_target_may_have_been_captured_within_a_day(seen: Outcome):
    assert seen.captures("within-a-day.example", *STATE[:4]) == [
        ("http://www.within-a-day.example/privacy", T, "fetched", "redirect-stub"),
        ("http://within-a-day.example/legal", T, "failed", None),
        ("http://within-a-day.example/legal", HOUR_LATER, "fetched", "policy"),
    ]
    assert seen.requests("within-a-day.example", "replay", during=2) == []


@stage.shop
def months_away(shop: Shop) -> None:
    shop.has(T, moved(shop.at(T, "http://months-away.example/legal")), status="302")
    there = (("Location", shop.at(MONTHS_LATER, "http://months-away.example/legal")),)
    shop.wayback.replay(T, "http://months-away.example/legal", html_page("found", 302, *there))
    shop.wayback.replay(
        MONTHS_LATER, "http://months-away.example/legal", memento(MONTHS_LATER, policy("Months later."))
    )


def test_a_target_of_months_later_is_recorded_and_not_taken(seen: Outcome):
    assert seen.captures("months-away.example", "c.timestamp", "c.state", "c.reason")[1:] == [
        (T, "failed", f"the archive has no such capture and points to {MONTHS_LATER}")
    ]
    assert len(seen.requests("months-away.example", "replay")) == 2
    assert seen.requests("months-away.example", "replay", during=2) == []


@stage.shop
def fault_on_the_way(shop: Shop) -> None:
    """The first run requests the target three times, and once more at its end; so does the second run."""
    target = "http://fault-on-the-way.example/legal"
    shop.has(T, moved(shop.at(T, target)), status="302")
    fault = html_page("Service Unavailable", 503)
    shop.wayback.replay(T, target, *[fault] * 4, memento(T, policy("At last.")))


def test_a_target_that_the_archive_fails_to_replay_is_tried_again_by_the_next_run(seen: Outcome):
    after = [
        seen.captures("fault-on-the-way.example", "c.state", "c.attempts", after=run)[1] for run in (1, 2)
    ]
    assert after == [("failed", 2), ("fetched", 3)]


@stage.shop
def to_a_listed_page(shop: Shop) -> None:
    shop.lists([shop.row(T, status="301"), shop.row(HOUR_LATER)])
    shop.replays(T, moved(shop.at(T, "https://TO-A-LISTED-PAGE.example:443/Privacy/")))
    shop.replays(HOUR_LATER, memento(HOUR_LATER, policy("The same page.")))


def test_a_redirect_to_another_spelling_of_the_same_page_costs_nothing(seen: Outcome):
    assert [c[1:3] for c in seen.captures("to-a-listed-page.example", *STATE)] == [
        (T, "fetched"),
        (HOUR_LATER, "fetched"),
    ]
    assert len(seen.requests("to-a-listed-page.example", "replay")) == 2


# Out of the archive


@stage.shop
def off_archive(shop: Shop) -> None:
    """Archived redirects with a Location that the archive has not rewritten."""
    shop.has(T, moved(f"{shop.elsewhere}/off-archive"), status="302")


def test_an_archived_redirect_off_the_archive_is_asked_of_the_archive_alone(seen: Outcome):
    assert [c[1:3] for c in seen.captures("off-archive.example", *STATE)] == [(T, "fetched"), (T, "failed")]
    (hop,) = seen.wayback.asked("replay", about=f"id_/{seen.elsewhere.address}/off-archive")
    assert hop.path.startswith(f"/web/{T}id_/")


@stage.shop
def live_off_archive(shop: Shop) -> None:
    """Redirects of the archive itself: a portal, a login, a trap."""
    shop.has(T, html_page("over there", 302, ("Location", f"{shop.elsewhere}/live")))


def test_a_redirect_of_the_archive_itself_to_elsewhere_is_a_fault(seen: Outcome):
    (capture,) = seen.captures("live-off-archive.example", "c.state", "c.reason")
    assert capture == ("failed", "the archive could not replay it (status 302)")


@stage.shop
def no_web_page(shop: Shop) -> None:
    shop.lists([shop.row(t, status="302") for t in (T, HOUR_LATER, MONTHS_LATER)])
    for timestamp, location in (
        (T, "mailto:privacy@shop.example"),
        (HOUR_LATER, "javascript:void(0)"),
        (MONTHS_LATER, ""),
    ):
        shop.replays(timestamp, moved(location, timestamp))


def test_a_redirect_to_no_web_page_leads_nowhere(seen: Outcome):
    assert [c[1:4] for c in seen.captures("no-web-page.example", *STATE)] == [
        (t, "fetched", "redirect-stub") for t in (T, HOUR_LATER, MONTHS_LATER)
    ]
    assert len(seen.requests("no-web-page.example", "replay")) == 3


@stage.shop
def index_elsewhere(shop: Shop) -> None:
    shop.lists(first=(html_page("over there", 302, ("Location", f"{shop.elsewhere}/cdx/search/cdx")),))


def test_a_redirect_of_the_index_is_an_error(seen: Outcome):
    assert seen.pages("index-elsewhere.example", "listing", "listing_reason") == [
        ("failed", "the index answered with status 302 (<html><body><h1>over there</h1></body></html>)")
    ]


def test_nothing_else_is_ever_spoken_to(seen: Outcome):
    assert seen.elsewhere.connections == 0
    assert {r.headers["host"] for r in seen.wayback.seen} == {seen.wayback.address.removeprefix("http://")}


def test_the_second_run_only_tries_again_what_failed(seen: Outcome):
    again = {r.path for r in seen.wayback.seen[seen.requests_of_first :] if r.kind == "replay"}
    assert again == {
        f"/web/{T}id_/http://www.live-off-archive.example/privacy",
        f"/web/{T}id_/http://fault-on-the-way.example/legal",
    }
    assert all("Traceback" not in ended.err for ended in seen.ended)
    assert [ended.status for ended in seen.ended] == [3, 3]
