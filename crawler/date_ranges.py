"""Dates as users write them, converted to the digits that a web archive's index uses.

A date becomes the beginning of a timestamp: `2018-05` becomes `201805`.
"""

import re

from crawler.errors import SelectionError
from db import times

_DATE = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?", re.ASCII)


def digits(date: str | None) -> str | None:
    """Convert a date to 4, 6 or 8 digits: `2018-05` becomes `201805`.

    The date has a year, or a year and a month, or also a day. The hyphens are optional. Return None for None.
    Raises SelectionError if the text is no date.
    """
    if date is None:
        return None
    match = _DATE.fullmatch(date)
    if not match or not times.moment(f"{match[1]}{match[2] or '01'}{match[3] or '01'}000000"):
        raise SelectionError(f"{date!r} is no date such as 2018, 2018-05 or 2018-05-25")
    return "".join(part for part in match.groups() if part)


def window(first: str | None, last: str | None) -> tuple[str | None, str | None]:
    """Convert the first and last date of a time range to digits, as `digits` does.

    Both dates belong to the range. None means that this end of the range is open. Raises SelectionError if a
    text is no date, or if the first date is after the last one.
    """
    begin, end = digits(first), digits(last)
    if begin and end and begin[: len(end)] > end:
        raise SelectionError(f"{first} is after {last}: nothing lies between them")
    return begin, end


def within(timestamp: str, first: str | None, last: str | None) -> bool:
    """Return whether the timestamp of a capture lies in a time range.

    `first` and `last` are the beginnings of timestamps, 1 to 14 digits, and belong to the range:
    `last="2018"` includes all of 2018. None means that this end of the range is open.
    """
    return (first or "") <= timestamp and (last is None or timestamp[: len(last)] <= last)
