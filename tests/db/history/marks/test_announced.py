"""Whether the date that a policy states announces a change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.marks.announced import announced, announcement

OLD, NEW = "2018-05-10T23:59:59Z", "2018-05-20T00:00:00Z"


def of(before: str | None, after: str | None) -> str:
    return announced(before, after, OLD, NEW)


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, None), (None, "2018-05-15"), ("2018-05-15", None), ("", "2018"), ("2018", "soon")],
)
def test_a_text_without_a_date(before: str | None, after: str | None):
    assert of(before, after) == "undated"


@pytest.mark.parametrize(
    "wrong", ["2018-13", "2018-00-01", "2018-02-30", "18-05-01", "0000", "2018-5", " 2018", "２０１８"]
)
def test_what_is_no_date_is_no_date(wrong: str):
    assert of("2017", wrong) == of(wrong, "2018-05-15") == "undated"


@pytest.mark.parametrize("stated", ["2018-05-15", "2016-01-01", "2019-01-01", "2018-05", "2017-01", "2018"])
def test_a_date_that_stays(stated: str):
    assert of(stated, stated) == "silent"


@pytest.mark.parametrize(
    "after", ["2018-05-10", "2018-05-11", "2018-05-20", "2017-01-02", "2018-05", "2018", "2018-04"]
)
def test_a_date_that_moved_into_the_bracket_or_before_it(after: str):
    assert of("2017-01-01", after) == of("2016-12", after) == of("2016", after) == "announced"


@pytest.mark.parametrize("after", ["2018-05-21", "2018-06-01", "2019-05-20", "2018-06", "2019-05", "2019"])
def test_a_date_that_moved_ahead(after: str):
    assert of("2017-01-01", after) == of("2018-05-15", after) == of("2018-04", after) == "ahead"


@pytest.mark.parametrize("after", ["2019-05-21", "2020-01-01", "2099-01-01", "2019-06", "2020", "9999-12-31"])
def test_a_date_that_moved_farther_ahead(after: str):
    assert of("2017-01-01", after) == "false"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2018-05-15", "2018-05-14"),
        ("2018-05-01", "2018-04"),
        ("2018-05", "2018-04-30"),
        ("2018-05", "2018-04"),
        ("2018-01-01", "2017"),
        ("2018", "2017-12-31"),
        ("2018-06-01", "2018-05-15"),
        ("2019-01-01", "2018-12-31"),
    ],
)
def test_a_date_that_went_back(before: str, after: str):
    assert of(before, after) == "false"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2018-04", "2018-04-02"),  # the day of the month
        ("2018-04-02", "2018-04"),
        ("2017", "2017-08-31"),
        ("2017-08", "2017"),
        ("2018-05", "2018-05-10"),  # a day on which the text with the month was still shown
        ("2018-05", "2018-05-01"),
        ("2018-06", "2018-06-30"),  # a month ahead, which says its day now
    ],
)
def test_a_date_that_became_more_or_less_exact_did_not_move(before: str, after: str):
    assert of(before, after) == "silent"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("2018-05", "2018-05-15", "announced"),
        ("2018-05", "2018-05-25", "ahead"),
        ("2018", "2018-05-11", "announced"),
        ("2018", "2018-12-01", "ahead"),
    ],
)
def test_a_day_after_the_capture_that_still_showed_its_month_is_another_date(
    before: str, after: str, found: str
):
    assert of(before, after) == found


def test_a_month_that_contains_the_bracket():
    inside = ("2018-05-03T00:00:00Z", "2018-05-28T00:00:00Z")
    assert announced("2018-04", "2018-05", *inside) == "announced"
    assert announced("2018-04", "2018-06", *inside) == "ahead"
    assert announced("2018-05", "2018-05", *inside) == "silent"
    assert announced("2018-06", "2018-05", *inside) == "false"


@pytest.mark.parametrize(
    ("first_new", "after", "found"),
    [
        ("2020-02-29", "2021-02-28", "ahead"),
        ("2020-02-29", "2021-03-01", "false"),
        ("2019-02-28", "2020-02-28", "ahead"),
        ("2019-02-28", "2020-02-29", "false"),
        ("9999-06-01", "9999-06-01", "announced"),
    ],
)
def test_twelve_months_end_on_the_same_day(first_new: str, after: str, found: str):
    assert announced("2001-01-01", after, "2002-01-01T00:00:00Z", f"{first_new}T00:00:00Z") == found


def test_the_hour_of_a_capture_does_not_count():
    late = ("2018-05-20T23:59:59Z", "2018-05-20T23:59:59Z")
    assert announced("2018-05-19", "2018-05-20", *late) == "announced"
    assert announced("2018-05-19", "2018-05-21", *late) == "ahead"


DATES = st.dates().map(str)
PARTS = st.tuples(DATES, st.sampled_from([4, 7, 10])).map(lambda part: part[0][: part[1]])


@given(before=st.none() | PARTS, after=st.none() | PARTS, first=DATES, second=DATES)
def test_every_pair_of_dates_is_one_of_five(before: str | None, after: str | None, first: str, second: str):
    last_old, first_new = sorted((f"{first}T00:00:00Z", f"{second}T12:00:00Z"))
    found = announced(before, after, last_old, first_new)
    assert found in {"announced", "ahead", "silent", "undated", "false"}
    assert (found == "undated") == (before is None or after is None)
    if before and before == after:
        assert found == "silent"


@pytest.mark.parametrize(
    ("mark", "before", "after", "said"),
    [
        (None, None, None, ""),
        ("undated", None, "2018-05", ""),
        ("silent", "2018-05", "2018-05", "silent: the policy still states 2018-05"),
        ("silent", "2018-05", "2018", "silent: the policy still states 2018 (before: 2018-05)"),
        ("announced", "2017", "2018-05", "announced: the policy states 2018-05 (before: 2017)"),
        ("ahead", "2017", "2018-05-25", "ahead: the policy states 2018-05-25 (before: 2017)"),
        ("false", "2018", "2017", "false: the policy states 2017 (before: 2018)"),
    ],
)
def test_what_people_read(mark: str | None, before: str | None, after: str | None, said: str):
    assert announcement(mark, before, after) == said
