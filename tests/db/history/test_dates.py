from datetime import date

import pytest

from db.history.dates import capture_dates, stated_date


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Privacy\nLast updated: March 3, 2014\nWe sell.", "2014-03-03"),
        ("Effective September 13, 2017", "2017-09-13"),
        ("Last Revised: 13 January 2015", "2015-01-13"),
        ("Effective date: Aug 09, 2019", "2019-08-09"),
        ("This policy is effective as of 1st of May 2018", "2018-05-01"),
        ("Dated 2015-12-09", "2015-12-09"),
        ("Last updated: 13/12/2015", "2015-12-13"),
        ("Stand: 1. Januar 2020", "2020-01-01"),
        ("Zuletzt geändert, Stand: 02.01.2020", "2020-01-02"),
        ("Version du 1er janvier 2019", "2019-01-01"),
        (
            "Effective: May 1, 2015. Last updated: April 2, 2015",
            "2015-04-02",
        ),  # what was written last, before what holds since
        ("Updated: 05/11/2019", None),  # the fifth or the eleventh: both had come
        ("Updated: 05/11/2020", "2020-05-11"),  # seen in June: November had not
        ("Updated: September 2012", None),
        ("Effective May 1, 2031", None),
        ("Born on May 1, 2000, we updated our site.", None),
        ("Current as of: 3/30/2020", None),
        ("Updated: February 30, 2014", None),
        ("", None),
    ],
)
def test_a_policys_own_date(text: str, stated: str | None) -> None:
    assert stated_date(text, date(2020, 6, 1)) == stated


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
