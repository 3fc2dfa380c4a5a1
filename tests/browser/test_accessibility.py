"""axe-core finds nothing serious on any kind of page, light on a desk and dark on a phone."""

from typing import Any

import pytest

from tests.support.browser import accessibility, places
from tests.support.browser.visits import PHONE, Visitor

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark", "viewport": PHONE, "is_mobile": True},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", [*places.PAGES.values(), *places.IN_OUR_LOOK.values()])
def test_no_serious_fault_on_our_pages(visitor: Visitor, demo: str, path: str, look: str):
    page = visitor(demo, **LOOKS[look]).open(path)
    assert accessibility.faults(page) == []


def test_the_check_finds_what_is_wrong(visitor: Visitor, demo: str):
    page = visitor(demo).open("/-/versions")
    page.evaluate(
        "document.body.innerHTML = '<img src=/favicon.ico><p style=\"color: #bbb; background:"
        " #ccc\">pale</p>'"
    )
    found = {fault.split(":")[0] for fault in accessibility.faults(page)}
    assert found >= {"serious color-contrast", "critical image-alt"}
