"""The hostile archive in a real browser: on no page does anything run, call home or break the page."""

import re
import urllib.request
from urllib.parse import urlsplit

import pytest
from lxml import etree

from tests.support.browser import places
from tests.support.browser.tricks import DOMAIN, DOMAIN_OF_TAGS
from tests.support.browser.visits import DESK, PHONE, Visit, Visitor

SHOPS = (DOMAIN, DOMAIN_OF_TAGS)
_LIVE = re.compile(
    r"<(script|img|style|svg|iframe|object|base|form)|<[^>]*\son\w+=|href=.?(javascript|data):", re.I
)
OURS = sorted({path for shop in SHOPS for path in places.of(shop).values()})

# Elements that could act: scripts, loads from elsewhere, invalid links. Our files are named by their path.
_ACTING = """() => {
    const ours = address => new URL(address, location.href).origin === location.origin;
    const bad = [];
    for (const e of document.querySelectorAll("*")) {
        const loads = ["src", "srcset", "data", "action", "formaction", "poster", "background"];
        for (const {name, value} of e.attributes) {
            if (name.startsWith("on")) bad.push(`${e.tagName} ${name}`);
            if (loads.includes(name) && !ours(value)) bad.push(`${e.tagName} ${name}=${value}`);
            const scheme = () => new URL(value, location.href).protocol;
            if (/href$/.test(name) && !/^(https?|mailto):$/.test(scheme())) bad.push(value);
            if (value.includes("elsewhere.invalid") && e.tagName === "LINK") bad.push(e.outerHTML);
        }
        if (["BASE", "IFRAME", "OBJECT", "EMBED"].includes(e.tagName)) bad.push(e.tagName);
        if (e.tagName === "META" && /refresh/i.test(e.httpEquiv)) bad.push("META refresh");
    }
    return bad;
}"""

_NO_PAGES = (".md", ".atom", ".csv", ".json", ".svg", ".bib")
# Links of SVG have no `href` of text.
_HREFS = "links => links.map(a => new URL(a.getAttribute('href'), location).href)"
# An override of the writing direction that is not closed reverses the rest of the line too.
_REVERSED = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), bad = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (!/[\u202a-\u202e]/.test(text.data)) continue;
        let e = text.parentElement;
        const style = () => getComputedStyle(e);
        const opens = () => style().display === "inline" && !/isolate|plaintext/.test(style().unicodeBidi);
        while (opens()) e = e.parentElement;
        const after = document.createRange();
        after.setStartAfter(text);
        after.setEndAfter(e.lastChild);
        const reversed = after.toString().trim();
        const found = `${e.tagName} ${e.className}: ${(reversed || "").slice(0, 60)}`;
        if (e.checkVisibility() && reversed) bad.push(found);
    }
    return bad;
}"""


@pytest.fixture
def visit(visitor: Visitor, hostile_address: str) -> Visit:
    return visitor(hostile_address)


def assert_untouched(visit: Visit, path: str) -> None:
    assert visit.path == path
    assert visit.page.evaluate("window.pwned") is None
    assert visit.page.title() != "pwned"


@pytest.mark.parametrize("path", OURS)
def test_nothing_on_our_pages_acts_or_breaks_them(visitor: Visitor, hostile_address: str, path: str):
    """There is no fault either: the browser has nothing to block."""
    for size in (DESK, PHONE):
        visit = visitor(hostile_address, viewport=size)
        page = visit.open(path)
        assert_untouched(visit, path)
        assert page.evaluate(_ACTING) == []
        assert page.evaluate(_REVERSED) == []
        assert visit.too_wide() == []
        covering = (
            "e => getComputedStyle(e).position === 'fixed' && e.textContent.includes('covers everything')"
        )
        assert not page.evaluate(f"[...document.querySelectorAll('*')].some({covering})")


@pytest.mark.parametrize("path", places.DATASETTES)
def test_nothing_on_datasettes_pages_acts(visit: Visit, path: str):
    visit.open(path)
    assert_untouched(visit, path)


def test_every_link_of_every_page_leads_to_a_page_that_does_nothing(visit: Visit):
    """Also follow links on the pages reached; a few of each kind, because rows do not matter."""
    waiting = list(OURS)
    seen, kinds = set(waiting), dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        page = visit.open(path)
        assert_untouched(visit, path)
        for href in page.eval_on_selector_all("a[href]", _HREFS):
            parts = urlsplit(href)
            to = f"{parts.path}?{parts.query}" if parts.query else parts.path
            kind = re.sub(r"%[0-9A-F]{2}|[\d.]+", "", parts.path)
            # Questions about names that are no domain are refused (tests/db/web/pages/changes).
            is_page = (
                href.startswith(f"{visit.address}/archive/-/")
                and not parts.path.endswith(_NO_PAGES)
                and "retailer=" not in parts.query
            )
            if is_page and to not in seen and kinds.get(kind, 0) < 3:
                seen.add(to)
                kinds[kind] = kinds.get(kind, 0) + 1
                waiting.append(to)
    assert len(seen) > 20


@pytest.mark.parametrize("shop", ["", *SHOPS])
def test_the_feed_is_well_formed_and_holds_no_live_html(hostile_address: str, shop: str):
    of_shop = f"{places.of(shop)['retailer']}/changes.atom"
    with urllib.request.urlopen(f"{hostile_address}{of_shop if shop else places.FEEDS[0]}") as answer:
        feed = etree.fromstring(answer.read())
    contents = feed.findall(".//{*}content") + feed.findall(".//{*}summary") + feed.findall(".//{*}title")
    assert contents
    for content in contents:
        assert content.get("type") in (None, "text", "html")
        if content.get("type") == "html":
            assert not _LIVE.search(content.text or "")


def test_the_markdown_of_a_version_is_no_page(hostile_address: str):
    with urllib.request.urlopen(f"{hostile_address}{places.of(DOMAIN)['version']}.md") as answer:
        assert answer.headers.get_content_type() in ("text/markdown", "text/plain")
        assert answer.headers["x-content-type-options"] == "nosniff"
