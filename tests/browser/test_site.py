"""The static site of the demonstration, from a plain server below a path, and as files."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from filelock import FileLock
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_accessibility import LOOKS
from tests.support import sites
from tests.support.browser import accessibility, places
from tests.support.browser.visits import PHONE, Visit, Visitor
from tests.support.processes import policytrail

SHOP = f"policies/{places.SHOP}"


def write(archive: Path, out: Path) -> None:
    """Export the site in a process of its own: the browser's event loop runs in this one."""
    ended = policytrail("export", archive, out, "--format", "site")
    assert (ended.status, ended.err) == (0, ""), ended


@pytest.fixture(scope="session")
def site(demo_archive: Path, shared_folder: Path) -> Path:
    """The folder with the site of the demonstration, below another folder."""
    root = shared_folder / "public"
    with FileLock(shared_folder / "site.lock"):
        if not root.exists():
            root.mkdir()
            write(demo_archive, root / "policies")
    return root / "policies"


@pytest.fixture(scope="session")
def hostile_site(hostile_archive: Path) -> Path:
    write(hostile_archive, hostile_archive.with_name("site"))
    return hostile_archive.with_name("site")


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, str]:
    """The kinds of pages by name, each with a file that has much content."""
    versions = sorted(path.name for path in (site / SHOP).glob("[0-9]*.html"))
    return {
        "home": "index.html",
        "changes": "changes.html",
        "preset": "changes-2018-03-2018-09.html",
        "health": "health.html",
        "search": "search.html?q=personal information",
        "retailer": f"{SHOP}/index.html",
        "version": f"{SHOP}/{next(name for name in versions if '-' not in name)}",
        "comparison": f"{SHOP}/{next(name for name in versions if '-' in name)}",
    }


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with sites.serving(site.parent) as root:
        yield f"{root}policies/"


def searched(visit: Visit, question: str) -> Page:
    page = visit.open("search.html")
    page.get_by_label("Words").fill(question)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"\.$"))
    return page


def test_every_link_of_the_demonstration_leads_somewhere(site: Path):
    assert sites.broken(site) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    "name", ["home", "changes", "preset", "health", "search", "retailer", "version", "comparison"]
)
def test_no_serious_fault_and_nothing_too_wide(
    visitor: Visitor, address: str, pages: dict[str, str], name: str, look: str
):
    visit = visitor(address, **LOOKS[look])
    page = visit.open(pages[name])
    if name == "search":
        expect(page.get_by_role("status")).to_have_text(re.compile(r"retailers\.$"))
        expect(page.locator("mark").first).to_be_visible()
    assert accessibility.faults(page) == []
    assert visit.too_wide() == []
    visit.screenshot(SCREENSHOTS / f"site-{name}-{look}.png")


def test_a_reader_walks_from_the_first_page_to_a_comparison(visitor: Visitor, address: str):
    visit = visitor(address, java_script_enabled=False)
    visit.open("index.html")
    visit.follow(f"a[href='{SHOP}/index.html']")
    visit.follow("table a[href$='.html'] >> nth=0")
    page = visit.follow("text=Compare with version")
    expect(page.get_by_role("heading", level=1)).to_contain_text("what differs between version")
    visit.follow("header.site a >> text=Policies")
    assert visit.path == "/policies/index.html"


def test_the_search_leads_to_the_passage(visitor: Visitor, address: str):
    visit = visitor(address)
    visit.open("index.html")
    visit.page.get_by_label("Search all texts").fill('"personal information"')
    with visit.page.expect_navigation():
        visit.page.get_by_label("Search all texts").press("Enter")
    page = visit.page
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^[0-9]+ versions of [0-9]+ retailers\.$"))
    expect(page.locator("#found > li").first.locator("mark").first).to_have_text(
        re.compile("^personal$", re.I)
    )
    page.locator("#found > li").first.locator(".snippet a").click()
    expect(page.locator("article.policy")).to_contain_text(re.compile("personal information", re.I))


def test_the_search_finds_what_the_server_finds(visitor: Visitor, address: str, demo: str):
    for question in ("cookies", "cookies email", '"personal information"', "zzzz", '"do not sell"'):
        page = searched(visitor(address), question)
        found = int((re.match("[0-9]+", page.get_by_role("status").inner_text()) or ["0"])[0])
        served = page.request.get(f"{demo}/archive/-/search.json", params={"q": question}).json()
        assert (question, found) == (question, served["versions"])


@pytest.mark.parametrize("question", ["", '"', "<zzzz>", "__proto__ constructor", "'; --", "💥", "x" * 200])
def test_odd_questions_have_an_answer(visitor: Visitor, address: str, question: str):
    page = visitor(address).open("search.html")
    page.get_by_label("Words").fill(question)
    page.get_by_label("Words").press("Enter")
    words = re.sub(r"[\W_]+", "", question)
    expect(page.get_by_role("status")).to_have_text("No version has all of these words." if words else "")


def test_pages_open_as_files_and_the_search_says_what_it_needs(
    visitor: Visitor, site: Path, pages: dict[str, str]
):
    visit = visitor(f"{site.as_uri()}/")
    page = visit.open("index.html")
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui")
    visit.follow(f"a[href='{SHOP}/index.html']")
    page = visit.open("search.html?q=cookies")
    expect(page.get_by_role("status")).to_contain_text("The search needs a web server")


def test_words_of_strangers_stay_words(visitor: Visitor, hostile_site: Path):
    """A visit has a fault if a page runs something, loads from elsewhere, or breaks its policy."""
    assert sites.broken(hostile_site) == []
    with sites.serving(hostile_site) as address:
        visit = visitor(address, viewport=PHONE)
        for path in sorted(hostile_site.rglob("*.html")):
            visit.open(quote(str(path.relative_to(hostile_site))))
        for question in ("script", "privacy", "img onerror"):
            searched(visit, question)
            visit.page.wait_for_load_state("networkidle")
            assert visit.page.locator("#found img, #found script, #found iframe").count() == 0
