"""Replayed captures in a real browser: foreign pages at the archive's own origin must not act."""

import re

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.browser import hostile
from tests.support.browser.tricks import BODIES, PAGE
from tests.support.browser.visits import Visit, Visitor

SECRET = "document.cookie = 'secret=1'; localStorage.secret = 1"


def replayed(address: str, modifier: str = "id_") -> str:
    return f"/web/{hostile.MOMENTS[0]}{modifier}/{address}"


@pytest.fixture
def visit(visitor: Visitor, hostile_address: str) -> Visit:
    """A visit to the hostile archive by a browser with a cookie and stored data for its origin."""
    visit = visitor(hostile_address)
    visit.open("/-/versions").evaluate(SECRET)
    return visit


def is_powerless(page: Page) -> bool:
    return page.evaluate("[window.pwned, window.origin]") == [None, "null"]


def assert_only_refusals(visit: Visit) -> None:
    """The browser reports that it blocked everything: no request, no dialog, no answer of 400."""
    refusal = re.compile(r"error: (Blocked |Refused to |.*(action|request) has been blocked)", re.DOTALL)
    assert [fault for fault in visit.faults if not refusal.match(fault)] == []
    visit.faults.clear()


@pytest.mark.parametrize(
    ("modifier", "address"), [*(("id_", address) for address in BODIES), ("", PAGE), ("if_", PAGE)]
)
def test_nothing_of_a_capture_runs_or_calls_home(visit: Visit, modifier: str, address: str):
    page = visit.open(replayed(address, modifier))
    assert visit.path == replayed(address, modifier)
    assert is_powerless(page)
    assert page.title() in ("captured", "")
    assert_only_refusals(visit)


def test_the_captured_page_can_be_read(visit: Visit):
    page = visit.open(replayed(PAGE))
    expect(page.get_by_role("heading", name="Captured page")).to_be_visible()
    visit.faults.clear()


def test_a_capture_reaches_neither_cookies_nor_storage_of_the_archive(visit: Visit):
    page = visit.open(replayed(PAGE))
    for secret in (
        "document.cookie",
        "localStorage.secret",
        "sessionStorage.length",
        "indexedDB.databases()",
    ):
        with pytest.raises(Error, match="SecurityError"):
            page.evaluate(secret)
    page = visit.open("/-/versions")
    assert page.evaluate("[localStorage.secret, localStorage.theirs]") == ["1", None]
    assert page.evaluate("document.cookie") == "secret=1"
    visit.faults.clear()


def test_links_and_forms_of_a_capture_do_nothing(visit: Visit):
    page = visit.open(replayed(PAGE))
    page.locator("#script").click()
    page.locator("#send").click()
    assert visit.path == replayed(PAGE)
    assert is_powerless(page)
    assert "pwned" not in page.title()
    assert_only_refusals(visit)


def test_a_capture_in_a_frame_of_the_archive_is_as_powerless(visit: Visit):
    page = visit.open("/-/versions")
    page.evaluate(
        "src => document.body.append(Object.assign(document.createElement('iframe'), {src}))", replayed(PAGE)
    )
    frame = page.frame_locator("iframe").first
    expect(frame.get_by_role("heading", name="Captured page")).to_be_visible()
    assert page.evaluate("[window.pwned, document.title === 'pwned', document.cookie]") == [
        None,
        False,
        "secret=1",
    ]
    visit.faults.clear()
