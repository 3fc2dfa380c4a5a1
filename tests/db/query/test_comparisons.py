from typing import Any

import pytest

from db.history import good_captures, versions
from db.history.good_captures import GoodCapture
from db.query import comparisons
from db.query.comparisons import Comparison
from tests.support.shop import Shop

POLICY = "# Privacy\n\nWe collect your name and your address when you order.\n\nWe never sell any of it."
NEWER = POLICY.replace("name", "phone")
WITH_CART = "{}\n\nYour cart: {} items"


def capture(shelf: Shop, timestamp: str) -> GoodCapture:
    day = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
    found = good_captures.latest(shelf.db, shelf.policy_id, f"{day}T23:59:59Z")
    assert found
    return found


def between(shelf: Shop, old: str, new: str) -> Comparison:
    return comparisons.of_captures(shelf.db, shelf.policy_id, capture(shelf, old), capture(shelf, new))


def places(found: Comparison) -> list[tuple[str, str, str]]:
    return [(one.reason, one.removed, one.added) for one in found.differences]


@pytest.fixture
def daily(shelf: Shop) -> Shop:
    """A page with a cart that differs every day, and a change on the eighth."""
    for day in range(1, 15):
        shelf.observe(f"201401{day:02d}000000", WITH_CART.format(POLICY if day < 8 else NEWER, day * day))
    shelf.derive()
    return shelf


def test_a_change_is_its_two_captures_with_what_their_page_tells(daily: Shop) -> None:
    found = comparisons.of_latest_change(daily.db, daily.policy_id)
    assert found
    assert (found.old.timestamp, found.new.timestamp) == ("20140107000000", "20140108000000")
    assert places(found) == [("wording", "name", "phone"), ("volatile", "49", "64")]
    assert found.size == (1, 1, 0.9524, 0)
    assert not found.is_one_capture


def test_two_days_around_a_change_with_its_texts_are_that_change(shelf: Shop) -> None:
    for year, text in (("2014", POLICY), ("2015", POLICY), ("2016", NEWER), ("2017", NEWER)):
        shelf.observe(f"{year}0101000000", text)
    shelf.derive()
    change = comparisons.of_latest_change(shelf.db, shelf.policy_id)
    assert change
    assert between(shelf, "20140101", "20170101").differences == change.differences


def test_two_days_of_one_version_differ_in_nothing_that_counts(daily: Shop) -> None:
    found = between(daily, "20140102", "20140106")
    assert places(found) == [("noise", "4", "36")]
    assert found.size == (0, 0, 1.0, 0)


def test_two_days_of_different_versions_are_judged_by_their_texts(daily: Shop) -> None:
    assert places(between(daily, "20140101", "20140114")) == [
        ("wording", "name", "phone"),
        ("wording", "1", "196"),
    ]


def test_a_variant_is_another_wording(shelf: Shop) -> None:
    for day, text in ((1, POLICY), (2, NEWER), (3, POLICY), (4, POLICY)):
        shelf.observe(f"201401{day:02d}000000", text)
    shelf.derive()
    assert shelf.db.execute("select count(*) from variants").fetchone() == (1,)
    assert places(between(shelf, "20140101", "20140102")) == [("wording", "name", "phone")]


def test_one_capture_has_no_difference(daily: Shop) -> None:
    found = between(daily, "20140101", "20140101")
    assert (found.is_one_capture, found.differences, found.size) == (True, (), (0, 0, 1.0, 0))


def test_an_archive_of_an_older_policytrail_is_judged_when_it_is_read(daily: Shop) -> None:
    daily.db.execute("delete from differences")
    found = comparisons.of_latest_change(daily.db, daily.policy_id)
    assert found
    assert [one.reason for one in found.differences] == ["wording", "wording"]


@pytest.mark.parametrize("column", ["old_start", "new_end"])
def test_differences_that_do_not_fit_the_texts_are_judged_again(daily: Shop, column: str) -> None:
    right = comparisons.of_latest_change(daily.db, daily.policy_id)
    daily.db.execute(f"update differences set {column} = {column} + 500 where place = 1")
    found = comparisons.of_latest_change(daily.db, daily.policy_id)
    assert right
    assert found
    assert found.differences[0] == right.differences[0]


def test_a_policy_without_a_change(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.derive()
    assert comparisons.of_latest_change(shelf.db, shelf.policy_id) is None


def rows(shelf: Shop) -> list[Any]:
    return shelf.db.execute("select * from differences order by 1, 2").fetchall()


def test_a_history_without_differences_is_derived_again(daily: Shop) -> None:
    before = rows(daily)
    assert versions.outdated(daily.db) == []
    daily.db.execute("delete from differences")
    assert versions.outdated(daily.db) == [daily.policy_id]
    daily.derive()
    assert (rows(daily), versions.outdated(daily.db)) == (before, [])
