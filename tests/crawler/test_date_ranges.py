import pytest

from crawler.date_ranges import digits, window
from crawler.errors import SelectionError


@pytest.mark.parametrize(
    ("date", "expected"),
    [(None, None), ("2018", "2018"), ("2018-05", "201805"), ("201805", "201805"), ("2018-05-25", "20180525"),
     ("20180525", "20180525")],
)  # fmt: skip
def test_dates(date: str | None, expected: str | None) -> None:
    assert digits(date) == expected


@pytest.mark.parametrize(
    "date",
    [
        "",
        "18",
        "2018-13",
        "2018-02-30",
        "2018-5",
        "25.5.2018",
        "2018-05-25T00:00",
        "２０１８",
        "0000",
        "yesterday",
    ],
)
def test_what_is_no_date(date: str) -> None:
    with pytest.raises(SelectionError, match="is no date such as 2018, 2018-05 or 2018-05-25"):
        digits(date)


@pytest.mark.parametrize(
    "dates",
    [
        ("2018", "2018"),
        ("2018-05", "2018"),
        ("2018", "2018-05"),
        ("2017-12-31", "2018-01"),
        (None, "2018"),
        ("2018", None),
    ],
)
def test_a_span_of_time(dates: tuple[str | None, str | None]) -> None:
    assert window(*dates) == (digits(dates[0]), digits(dates[1]))


@pytest.mark.parametrize(
    "dates", [("2019", "2018"), ("2018-06", "2018-05"), ("2018-05-26", "2018-05-25"), ("2019-01-01", "2018")]
)
def test_a_span_that_ends_before_it_begins(dates: tuple[str, str]) -> None:
    with pytest.raises(SelectionError, match=f"{dates[0]} is after {dates[1]}: nothing lies between them"):
        window(*dates)
