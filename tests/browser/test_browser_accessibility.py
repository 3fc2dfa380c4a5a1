"""What axe-core finds on every kind of page, in both colour schemes: nothing serious, nothing critical."""

import accessibility
import places
import pytest
from conftest import Visitor
from visits import PHONE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", places.PAGES)
def test_no_serious_fault_on_our_pages(visitor: Visitor, demo: str, name: str, scheme: str):
    page = visitor(demo, color_scheme=scheme).open(places.PAGES[name])
    assert accessibility.faults(page) == []


@pytest.mark.parametrize("name", places.PAGES)
def test_nor_on_a_phone(visitor: Visitor, demo: str, name: str):
    page = visitor(demo, viewport=PHONE, is_mobile=True).open(places.PAGES[name])
    assert accessibility.faults(page) == []


def test_the_check_finds_what_is_wrong(visitor: Visitor, demo: str):
    page = visitor(demo).open("/-/versions")
    page.evaluate("document.body.innerHTML = '<img src=/favicon.ico><p style=\"color: #bbb; background: #ccc\">pale</p>'")
    found = {fault.split(":")[0] for fault in accessibility.faults(page)}
    assert found >= {"serious color-contrast", "critical image-alt"}
