"""Where a text changed: each section with its size."""

import pytest

from crawler import fitting
from crawler.cli.read import log_places
from crawler.cli.read.log_places import SectionSize
from db.history.comparison.differences import Difference
from db.history.comparison.hunks import Reason


def place(section: str, removed: int, added: int, reason: Reason = "wording") -> Difference:
    return Difference(1, reason, section, "old " * removed, "new " * added, 5, 5 + removed, 9, 9 + added)


def test_the_sections_add_up_to_the_change() -> None:
    places = [place("Cookies", 2, 3), place("", 0, 1), place("Cookies", 1, 0), place("Ads", 9, 9, "noise")]
    assert log_places.sizes(places) == [SectionSize("Cookies", 3, 3), SectionSize("", 1, 0)]
    assert log_places.sizes([]) == []


def test_a_line_for_each_section() -> None:
    sections = [SectionSize("Cookies\x1b", 3, 3), SectionSize("", 400, 1), SectionSize("日本", 0, 200)]
    assert list(log_places.stat_lines(sections, None)) == [
        r"Cookies\x1b                |   6 +-",
        "(before the first heading) | 401 ++++++++++++++++++++++++++++++-",
        "日本                       | 200 ---------------",
    ]
    assert list(log_places.stat_lines([], 60)) == []


@pytest.mark.parametrize("width", [30, 60, 80])
def test_the_lines_fit(width: int) -> None:
    lines = list(log_places.stat_lines([SectionSize("A long heading of a section " * 3, 399, 8)], width))
    assert [fitting.columns(line) <= width for line in lines] == [True]
