"""Usual tasks in a real browser: with `policytrail serve`, and with plain `datasette`, also read-only."""

import shutil
from collections.abc import Iterator

import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.support.browser import places
from tests.support.browser.servers import datasette
from tests.support.browser.visits import Visit, Visitor

OPTIONS = {"plain": (), "read-only": ("-i",)}


@pytest.fixture(scope="module", params=["policytrail", *OPTIONS])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demonstration archive, served in each of the usual ways."""
    if request.param == "policytrail":
        yield request.getfixturevalue("demo")
        return
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(request.getfixturevalue("demo_archive"), folder / "archive.db")
    with datasette(*OPTIONS[request.param], "archive.db", folder=folder) as address:
        yield address


@pytest.fixture
def visit(visitor: Visitor, address: str) -> Visit:
    return visitor(address)


def test_from_home_over_a_retailer_and_a_version_to_a_comparison(visit: Visit):
    page = visit.open("/")
    expect(page.locator("h1")).to_be_visible()
    visit.follow(f"main a[href$='/policies/{places.SHOP}']")
    expect(page.locator("h1")).to_contain_text("Northfork Outfitters")
    expect(page.locator("main svg").first).to_be_visible()
    visit.follow(f"main a[href$='/policies/{places.SHOP}/2']")
    expect(page.locator("main")).to_contain_text("2")
    visit.follow("main a[href*='/compare']")
    expect(page.locator("main ins").first).to_be_visible()
    expect(page.locator("main del").first).to_be_visible()


def test_a_search_leads_to_the_words_in_a_version(visit: Visit):
    page = visit.open("/")
    page.locator("input[name=q]").first.fill("cookies")
    with page.expect_navigation():
        page.locator("input[name=q]").first.press("Enter")
    expect(page.locator("main mark").first).to_contain_text("cookie", ignore_case=True)
    visit.follow("main a:is([href*='/policies/']):not([href$='.atom'])")
    expect(page.locator("main")).to_contain_text("cookie", ignore_case=True)


def test_a_search_for_nothing_there_says_so(visit: Visit):
    page = visit.open(f"{places.BASE}/search?q=zebrafish")
    expect(page.locator("main")).to_contain_text("0 retailers")
    assert page.locator("main mark").count() == 0


def test_the_trend_of_a_phrase_is_a_chart_and_a_table(visit: Visit):
    page = visit.open(f"{places.BASE}/trends")
    page.locator("main input[name=q]").first.fill("cookies")
    with page.expect_navigation():
        page.locator("main input[name=q]").first.press("Enter")
    expect(page.locator("main svg").first).to_be_visible()
    expect(page.locator("main table").first).to_contain_text("2018")


def test_the_feed_that_home_names_has_the_latest_changes(visit: Visit):
    page = visit.open("/")
    href = page.locator("link[rel=alternate][type='application/atom+xml']").first.get_attribute("href")
    answer = page.request.get(f"{visit.address}{href}")
    assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, "application/atom+xml")
    feed = etree.fromstring(answer.body())
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    for entry in feed.findall("{*}entry")[:3]:
        to = entry.findall("{*}link")[0].get("href") or ""
        assert to.startswith(visit.address)
        visit.open(to)


def test_what_is_captured_is_a_click_away(visit: Visit):
    page = visit.open(places.PAGES["version"])
    snapshot = page.locator(f"main a[href^='/web/'][href*='{places.SHOP}']").first.get_attribute("href")
    assert snapshot
    visit.open(snapshot)
    assert visit.path == snapshot
    assert "Privacy" in page.inner_text("body")
    visit.faults.clear()  # the browser says what of the captured page it does not load


def test_all_the_rest_is_datasette(visit: Visit):
    for path in ("/archive", "/archive/versions", "/archive/change_log"):
        visit.open(path)


def test_what_is_not_there_is_said_on_a_page_of_ours(visit: Visit):
    page = visit.open(f"{places.BASE}/policies/nobody.example")
    expect(page.locator("h1")).to_be_visible()
    assert [fault[:4] for fault in visit.faults] in (["404:", "erro"], ["erro", "404:"])
    visit.faults.clear()
    visit.follow("a[href]:not([href^='#'])")
