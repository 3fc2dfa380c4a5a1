from datetime import date

import pytest

from db.history.dates import capture_dates


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Current as of: 10/10/12 5:12:07 PM", "10/10/12 5:12:07 PM"),
        ("Today is Wednesday, October 10, 2012", "October 10, 2012 Wednesday,"),
        ("It was October 8, 2012", ""),
        ("Last updated: October 10, 2012", ""),  # may have been updated on the day of the capture
        ("Last updated: October 10, 2012 5:12 PM", "October 10, 2012 5:12 PM"),
        ("at 5:12:07 PM", ""),
    ],
)
def test_what_names_the_moment_of_a_capture(text: str, parts: str) -> None:
    assert capture_dates(text, date(2012, 10, 10)) == parts
