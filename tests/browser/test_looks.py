"""The look of the pages: on a desk and a phone, light and dark, with and without JavaScript."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import places
from tests.support.browser.visits import DESK, PHONE, Visit, Visitor

# The luminance behind an element, from 0 to 1: that of its nearest ancestor with a background.
_BRIGHTNESS = """() => {
    for (let e = document.querySelector("main"); e; e = e.parentElement) {
        const [r, g, b, a = 1] = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number);
        if (a > 0) return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? 0 : 1;
}"""
LOOKS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": DESK},
    "desk-dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True},
    "phone-dark": {"viewport": PHONE, "is_mobile": True, "has_touch": True, "color_scheme": "dark"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_fits_the_window_and_follows_the_colours_asked_for(
    visitor: Visitor, demo: str, screenshots: Path, look: str
):
    visit = visitor(demo, **LOOKS[look])
    for name, path in {**places.PAGES, **places.IN_OUR_LOOK}.items():
        page = visit.open(path)
        visit.screenshot(screenshots / f"{name}-{look}.png")
        assert visit.too_wide() == [], name
        assert page.evaluate("document.documentElement.clientWidth") == LOOKS[look]["viewport"]["width"], name
        brightness = page.evaluate(_BRIGHTNESS)
        assert brightness < 0.2 if "dark" in look else brightness > 0.8, name


def test_every_page_says_what_it_is(visit: Visit):
    titles = set()
    for name, path in places.PAGES.items():
        page = visit.open(path)
        assert page.locator("h1").count() == 1, name
        assert page.locator("main").count() == 1, name
        assert page.locator("html").get_attribute("lang") == "en", name
        titles.add(page.title())
    assert len(titles) == len(places.PAGES) - 1  # side by side is the same page in another layout


def test_without_javascript_every_page_says_the_same(visitor: Visitor, demo: str):
    """Script may add controls but no content: the text of `main` is complete without it."""
    with_script, without = visitor(demo), visitor(demo, java_script_enabled=False)
    for name, path in places.PAGES.items():
        printed = {line.strip() for line in with_script.open(path).locator("main").inner_text().splitlines()}
        plain = {line.strip() for line in without.open(path).locator("main").inner_text().splitlines()}
        lost = {line for line in printed - plain if len(line) > 40}
        assert lost == set(), name
        assert len(plain) > 10, name


def test_on_paper_the_text_of_a_version_is_dark_on_white(visitor: Visitor, demo: str):
    visit = visitor(demo, color_scheme="light")
    page = visit.open(places.PAGES["version"])
    page.emulate_media(media="print")
    assert page.evaluate(_BRIGHTNESS) > 0.95
