"""The pages by keyboard alone."""

import pytest

from tests.support.browser import places
from tests.support.browser.visits import INTERACTIVE, Visit

# The outline, shadow, border and background of an element: one of them must differ when it has the focus.
_MARKS = """e => {
    const s = getComputedStyle(e);
    const outline = s.outlineStyle === "none" ? "" : s.outlineWidth + s.outlineColor;
    return [outline, s.boxShadow, s.borderColor, s.backgroundColor];
}"""
# Numbers every visible element that a pointer can use; returns their count. A link that is left out of the
# tab order (`tabindex=-1`) must be there a second time.
_NUMBER = f"""() => {{
    const drawn = e => !e.disabled && e.checkVisibility({{visibilityProperty: true}});
    const twin = e => `a[href="${{e.getAttribute("href")}}"]:not([tabindex])`;
    const is_twice = e => e.tabIndex < 0 && document.querySelector(twin(e));
    const all = [...document.querySelectorAll("{INTERACTIVE}")].filter(e => drawn(e) && !is_twice(e));
    all.forEach((e, number) => e.dataset.number = number);
    return all.length;
}}"""
_FOCUSED = f"""() => {{
    const e = document.activeElement;
    return [e.dataset.number ?? null, ({_MARKS})(e), e.outerHTML.slice(0, 120)];
}}"""
_UNFOCUSED = f"""number => {{
    const e = document.querySelector(`[data-number='${{number}}']`);
    e.blur();
    return ({_MARKS})(e);
}}"""
_IN_VIEW = """() => { const r = document.activeElement.getBoundingClientRect();
    return r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth }"""


@pytest.mark.parametrize("name", places.PAGES)
def test_tab_reaches_everything_and_shows_where_it_is(visit: Visit, name: str):
    page = visit.open(places.PAGES[name])
    waiting = set(map(str, range(page.evaluate(_NUMBER))))
    assert waiting
    marked = {}
    for _ in range(len(waiting) + 20):  # boxes that scroll take the focus too
        page.keyboard.press("Tab")
        number, marks, html = page.evaluate(_FOCUSED)
        if number is None:
            continue
        assert page.evaluate(_IN_VIEW), html
        marked[number] = (marks, html)
        waiting.discard(number)
        if not waiting:
            break
    assert [
        page.locator(f"[data-number='{number}']").evaluate("e => e.outerHTML") for number in waiting
    ] == []
    unmarked = [
        html for number, (marks, html) in marked.items() if page.evaluate(_UNFOCUSED, number) == marks
    ]
    assert unmarked == []


@pytest.mark.parametrize("name", places.PAGES)
def test_the_first_tab_offers_to_skip_to_the_content(visit: Visit, name: str):
    page = visit.open(places.PAGES[name])
    page.keyboard.press("Tab")
    assert page.evaluate(_IN_VIEW)
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.activeElement.closest('main') !== null || document.querySelector('main :is(a,"
        " button)') === null"
    )


def test_from_home_to_a_comparison_with_tab_and_enter_alone(visit: Visit):
    page = visit.open("/")
    while f"/policies/{places.SHOP}" not in visit.path:
        _tab_to(visit, f"a[href$='/policies/{places.SHOP}']")
    _tab_to(visit, "a[href*='compare']")
    assert page.locator("main ins").count() > 0


def test_the_search_is_sent_with_enter(visit: Visit):
    page = visit.open("/")
    _focus(visit, "input[name=q]")
    page.keyboard.type("cookies")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "q=cookies" in visit.path
    assert page.locator("main mark").count() > 0


def _focus(visit: Visit, selector: str) -> None:
    """Press Tab until an element that matches has the focus."""
    for _ in range(200):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


def _tab_to(visit: Visit, selector: str) -> None:
    """Press Tab until an element that matches has the focus, then Enter."""
    _focus(visit, selector)
    with visit.page.expect_navigation():
        visit.page.keyboard.press("Enter")
