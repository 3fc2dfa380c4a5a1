from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.selection import Selection, same_digest_groups
from crawler.errors import SelectionError
from db import times
from db.store.captures import EMPTY_DIGEST, Capture


def capture(number: int, timestamp: str, digest: str | None = None, status: int | None = 200) -> Capture:
    original = "http://shop.example/privacy"
    return Capture(
        number, 1, "web.archive.org", timestamp.ljust(14, "0"), original, None, status, digest, "listed", 0
    )


def kept(select: str, captures: list[Capture]) -> list[int]:
    skipped = Selection.parse(select).skip(captures)
    assert all(skipped.values())
    return [c.id for c in captures if c.id not in skipped]


@pytest.mark.parametrize(
    ("text", "selection"),
    [("all", Selection("all")), ("changed", Selection("changed")), ("bisect", Selection("bisect")),
     ("every=6months", Selection("every=6months", 6)),
     ("every=1month", Selection("every=1month", 1)), ("every=2years", Selection("every=2years", 24))],
)  # fmt: skip
def test_selections(text: str, selection: Selection) -> None:
    assert Selection.parse(text) == selection


@pytest.mark.parametrize(
    "text",
    ["", "All", "every", "every=", "every=0months", "every=6", "every=6days", "every=-1months", "bisect=2"],
)
def test_what_is_no_selection(text: str) -> None:
    with pytest.raises(SelectionError, match="is no selection: use all, changed, bisect, or every=6months"):
        Selection.parse(text)


def test_all_keeps_everything() -> None:
    assert kept(
        "all", [capture(1, "2014", "A"), capture(2, "2015", "A"), capture(3, "2016", status=404)]
    ) == [1, 2, 3]


def test_changed_leaves_out_errors_and_what_is_as_before() -> None:
    captures = [
        capture(1, "2010", "A"), capture(2, "2011", "A"), capture(3, "2012", "B"), capture(4, "2013", "A"),
        capture(5, "2014", "A", 404), capture(6, "2015", "A", 301),
        capture(7, "2016", "A", None), capture(8, "2017", None),
        capture(9, "2018", None), capture(10, "2019", EMPTY_DIGEST), capture(11, "2020", EMPTY_DIGEST),
    ]  # fmt: skip
    assert Selection.parse("changed").skip(captures) == {
        2: "the index lists it with the same digest as 20100000000000",
        5: "the index lists it with status 404",
        6: "the index lists it with status 301",
        7: "the index lists it with the same digest as 20130000000000",
    }


def test_bisect_leaves_out_errors_and_the_middle_of_redirects() -> None:
    statuses = [301, 404, 302, 301, 200, 301, None, 500, 301, 301]
    captures = [capture(number, f"{2010 + number}", status=status) for number, status in enumerate(statuses)]
    assert Selection.parse("bisect").skip(captures) == {
        1: "the index lists it with status 404",
        2: "a redirect between two others, 20100000000000 and 20130000000000",
        7: "the index lists it with status 500",
    }


def test_every_takes_the_capture_nearest_to_the_middle_of_each_interval() -> None:
    captures = [
        capture(1, "20140101"),
        capture(2, "20140330"),
        capture(3, "20140630"),
        capture(4, "20140701"),
        capture(5, "20160229"),
    ]
    assert kept("every=6months", captures) == [2, 4, 5]
    assert kept("every=1year", captures) == [4, 5]
    assert kept("every=1month", captures) == [1, 2, 3, 4, 5]
    assert (
        Selection.parse("every=6months").skip(captures)[1]
        == "another capture is nearer to the middle of its 6 months"
    )


def test_every_takes_a_page_before_an_error_and_an_error_before_nothing() -> None:
    assert kept(
        "every=6months",
        [capture(1, "20140101"), capture(2, "20140401", status=404), capture(3, "20150401", status=301)],
    ) == [1, 3]


@pytest.mark.parametrize("select", ["every=1month", "every=6months", "every=999years"])
def test_every_bears_the_oddest_timestamps(select: str) -> None:
    captures = [capture(1, "00010101"), capture(2, "99991231235959"), capture(3, "20141350"), capture(4, "")]
    assert kept(select, captures) == [1, 2]


MOMENTS = st.datetimes(datetime(1996, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


@given(st.lists(MOMENTS).map(sorted), st.sampled_from([1, 3, 6, 12, 24]))
def test_every_keeps_exactly_one_of_each_interval(moments: list[datetime], months: int) -> None:
    captures = [capture(number, times.key(moment)) for number, moment in enumerate(moments)]
    chosen = [moments[number] for number in kept(f"every={months}months", captures)]
    intervals = [(moment.year * 12 + moment.month - 1) // months for moment in chosen]
    assert intervals == sorted({(moment.year * 12 + moment.month - 1) // months for moment in moments})


def test_the_middle_is_that_of_the_calendar() -> None:
    middle = datetime(2014, 1, 1, tzinfo=UTC) + timedelta(days=181 / 2)
    just = [middle - timedelta(minutes=2), middle + timedelta(minutes=1)]
    assert kept("every=6months", [capture(n, times.key(moment)) for n, moment in enumerate(just)]) == [1]


def test_same_digest_groups_have_one_telling_digest() -> None:
    captures = [
        capture(1, "2010", "A"), capture(2, "2011", "B"), capture(3, "2012", "A"),
        capture(4, "2013", "A", 302),
        capture(5, "2014", None), capture(6, "2015", None), capture(7, "2016", EMPTY_DIGEST),
        capture(8, "2017", "B", None),
    ]  # fmt: skip
    assert [[c.id for c in group] for group in same_digest_groups(captures)] == [
        [1, 3],
        [2, 8],
        [4],
        [5],
        [6],
        [7],
    ]
