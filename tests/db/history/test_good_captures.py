from db.history import good_captures
from db.query import reports
from tests.support.shop import Shop

MOMENT = "2012-01-01T00:00:00Z"


def two_of_one_moment(shelf: Shop) -> tuple[int, int]:
    """Two good captures of one moment with other texts; the first is of the address that sorts first."""
    second = shelf.observe("20120101000000", "We sell nothing.")
    page = shelf.add_page("http://shop.example/another")
    return shelf.observe("20120101000000", "We sell data.", page=page), second


def test_of_several_captures_of_a_moment_the_first_stands_for_it_and_the_last_is_shown(shelf: Shop) -> None:
    first, second = two_of_one_moment(shelf)
    found = [
        good_captures.at(shelf.db, shelf.policy_id, MOMENT),
        good_captures.next_after(shelf.db, shelf.policy_id, "2011"),
    ]
    assert [capture and capture.id for capture in found] == [first, first]
    latest = good_captures.latest(shelf.db, shelf.policy_id, "2013")
    assert latest and latest.id == second
    captures = good_captures.of_policy(shelf.db, shelf.policy_id)
    assert [capture.id for capture in captures] == [first, second]
    shown = reports.show(shelf.db, shelf.domain)
    assert shown and (shown.markdown, shown.original) == ("We sell nothing.", "http://shop.example/privacy")


def test_the_capture_with_the_text_goes_before_one_with_its_wording_before_others(shelf: Shop) -> None:
    first, second = two_of_one_moment(shelf)
    text = good_captures.of_policy(shelf.db, shelf.policy_id)
    ids = {capture.id: capture.text_id for capture in text}
    same_wording = shelf.observe("20110101000000", "We sell *nothing*.")
    (other,) = shelf.db.execute("select text_id from captures where id = ?", [same_wording]).fetchone()
    for wanted, expected in ((ids[second], second), (ids[first], first), (other, second)):
        found = good_captures.at(shelf.db, shelf.policy_id, MOMENT, wanted)
        assert found and found.id == expected


def test_no_good_capture_is_none(shelf: Shop) -> None:
    shelf.observe("20120101000000", "Not found.", verdict="soft-404")
    assert list(good_captures.of_policy(shelf.db, shelf.policy_id)) == []
    assert good_captures.at(shelf.db, shelf.policy_id, MOMENT) is None
    assert good_captures.latest(shelf.db, shelf.policy_id, "2013") is None
    assert good_captures.next_after(shelf.db, shelf.policy_id, "2011") is None
    assert good_captures.first_of_text(shelf.db, shelf.policy_id, 1) is None


def test_the_first_capture_of_a_text_is_the_earliest(shelf: Shop) -> None:
    shelf.observe("20130101000000", "We sell data.")
    earliest = shelf.observe("20120101000000", "We sell data.")
    capture = good_captures.latest(shelf.db, shelf.policy_id, MOMENT)
    assert capture and capture.id == earliest
    found = good_captures.first_of_text(shelf.db, shelf.policy_id, capture.text_id)
    assert found == capture
