from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import times


def test_both_forms_of_a_moment() -> None:
    when = datetime(2014, 5, 30, 15, 2, 40, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert times.iso(when) == "2014-05-30T13:02:40Z"
    assert times.key(when) == "20140530130240"


@pytest.mark.parametrize(
    ("timestamp", "repaired"),
    [
        ("20140530130240", "20140530130240"),
        ("20000800241623", "20000824162300"),  # "00" between the month and the day
        ("20000008241731", "20000824173100"),  # "00" between the year and the month
        ("20000229000000", "20000229000000"),
        ("00010101000000", "00010101000000"),
    ],
)
def test_stray_zeros_are_taken_out(timestamp: str, repaired: str) -> None:
    moment = times.moment(timestamp)
    assert moment is not None
    assert times.key(moment) == repaired


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "2014",
        "2014053013024",
        "201405301302400",
        "20140530130260",
        "20010229000000",
        "20141350000000",
        "00000000000000",
        "2014053013024x",
        "２０１４０５３０１３０２４０",
        " 0140530130240",
    ],
)
def test_what_names_no_moment(timestamp: str) -> None:
    assert times.moment(timestamp) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_is_read_back_and_sorts_as_text(when: datetime) -> None:
    assert times.moment(times.key(when)) == when.replace(microsecond=0)
    assert (len(times.key(when)), len(times.iso(when))) == (14, 20)
    assert (times.iso(when) < "2014-05-30T13:02:40Z") == (when < datetime(2014, 5, 30, 13, 2, 40, tzinfo=UTC))


@given(st.text(max_size=16) | st.text("0123456789", min_size=14, max_size=14))
def test_no_text_raises(timestamp: str) -> None:
    times.moment(timestamp)


@pytest.mark.parametrize(
    ("digits", "end"),
    [
        ("2018", "2018-12-31T23:59:59Z"),
        ("201802", "2018-02-28T23:59:59Z"),
        ("202002", "2020-02-29T23:59:59Z"),
        ("201804", "2018-04-30T23:59:59Z"),
        ("20180525", "2018-05-25T23:59:59Z"),
        ("20180525103000", "2018-05-25T10:30:00Z"),
        *((digits, None) for digits in ("20180231", "201813", "201800", "0000", "20180525250000")),
    ],
)
def test_the_last_second(digits: str, end: str | None) -> None:
    assert times.last_second(digits) == end


def test_an_archives_timestamp_of_another_length_stands_for_14_digits() -> None:
    assert times.padded("20140601") == "20140601000000"
    assert times.padded("201") == "20100101000000"
    assert times.is_replay_key("20140601", "20140601000000")
    assert times.is_replay_key("20140601000000123", "20140601000000")
    assert not times.is_replay_key("20140601000000", "20140601000000")
    assert not times.is_replay_key("20140602", "20140601000000")
    assert not times.is_replay_key("2014060x", "2014060x000000")
