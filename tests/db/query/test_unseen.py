"""Days that no capture shows."""

import pytest

from db.query import reports
from db.query.unseen import UnseenTime
from tests.support.shop import Shop

OLD, NEW = "# Privacy\n\nWe sell data.\n", "# Privacy\n\nWe never sell data.\n"


def unseen(shop: Shop, day: str) -> UnseenTime | None:
    found = reports.show(shop.db, "shop.example", f"{day}T23:59:59Z")
    assert found is not None
    return found.unseen


@pytest.fixture
def seen(shelf: Shop) -> Shop:
    """Two versions, with a short bracket, a long gap, and other captures between them."""
    shelf.observe("20140101100000", OLD)
    shelf.observe("20140301100000", OLD)
    shelf.observe("20140902100000", OLD)
    shelf.observe("20140903100000", "Access denied", verdict="blocked")
    shelf.list("20140903110000")
    shelf.list("20140904100000")
    shelf.observe("20140905100000", NEW)
    shelf.derive()
    return shelf


@pytest.mark.parametrize("day", ["2014-01-01", "2014-03-01", "2014-09-02", "2014-09-05"])
def test_the_day_of_a_capture_was_seen(seen: Shop, day: str) -> None:
    assert unseen(seen, day) is None


@pytest.mark.parametrize("day", ["2014-01-02", "2014-02-28"])
def test_a_short_time_between_captures_of_one_version_was_seen(seen: Shop, day: str) -> None:
    assert unseen(seen, day) is None


@pytest.mark.parametrize("day", ["2014-03-02", "2014-09-01"])
def test_a_gap_in_one_version_was_not_seen(seen: Shop, day: str) -> None:
    found = unseen(seen, day)
    assert found == UnseenTime("2014-03-01T10:00:00Z", "2014-09-02T10:00:00Z", True, None)
    assert str(found) == "no capture between 2014-03-01 and 2014-09-02: nothing is known of this time"
    assert found.shown == "shown is the version seen before and after"


@pytest.mark.parametrize("day", ["2014-09-03", "2014-09-04"])
def test_a_bracket_was_not_seen_however_short(seen: Shop, day: str) -> None:
    found = unseen(seen, day)
    assert found == UnseenTime("2014-09-02T10:00:00Z", "2014-09-05T10:00:00Z", False, "2 listed, 1 blocked")
    assert str(found) == (
        "no capture between 2014-09-02 and 2014-09-05 is known to show the policy (2 listed, 1 blocked):"
        " nothing is known of this time"
    )
    assert found.shown == "shown is the version seen before"


@pytest.mark.parametrize("day", ["2014-09-06", "2026-01-01"])
def test_the_time_after_the_last_capture_was_not_seen(seen: Shop, day: str) -> None:
    found = unseen(seen, day)
    assert found == UnseenTime("2014-09-05T10:00:00Z", None, False, None)
    assert str(found) == "no capture after 2014-09-05: nothing is known of this time"
    assert found.shown == "shown is the version seen before"


def test_the_latest_text_has_no_day(seen: Shop) -> None:
    found = reports.show(seen.db, "shop.example")
    assert found is not None
    assert found.unseen is None


def test_captures_of_other_shops_do_not_count(seen: Shop, neighbour: Shop) -> None:
    neighbour.observe("20140401000000", OLD)
    neighbour.list("20140501000000")
    neighbour.derive()
    assert unseen(seen, "2014-05-01") == UnseenTime(
        "2014-03-01T10:00:00Z", "2014-09-02T10:00:00Z", True, None
    )
    assert unseen(seen, "2026-01-01") == UnseenTime("2014-09-05T10:00:00Z", None, False, None)


def test_a_version_that_is_not_derived_yet_is_compared_by_its_wording(shelf: Shop) -> None:
    shelf.observe("20140101100000", OLD)
    shelf.observe("20140110100000", NEW)
    assert unseen(shelf, "2014-01-05") == UnseenTime(
        "2014-01-01T10:00:00Z", "2014-01-10T10:00:00Z", False, None
    )
