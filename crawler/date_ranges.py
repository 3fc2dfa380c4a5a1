"""Dates and spans of time as users write them, in the digits of the archives' indexes."""

import re

from crawler.errors import SelectionError
from db import times

_DATE = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?", re.ASCII)


def digits(date: str | None) -> str | None:
    """Convert a date (2018, 2018-05, 2018-05-25, hyphens optional) to 4, 6 or 8 digits.

    Raises SelectionError.
    """
    if date is None:
        return None
    match = _DATE.fullmatch(date)
    if not match or not times.moment(f"{match[1]}{match[2] or '01'}{match[3] or '01'}000000"):
        raise SelectionError(f"{date!r} is no date such as 2018, 2018-05 or 2018-05-25")
    return "".join(part for part in match.groups() if part)


def window(first: str | None, last: str | None) -> tuple[str | None, str | None]:
    """Convert both ends of a span of time to digits. The span contains its ends. Raises SelectionError."""
    begin, end = digits(first), digits(last)
    if begin and end and begin[: len(end)] > end:
        raise SelectionError(f"{first} is after {last}: nothing lies between them")
    return begin, end


def within(timestamp: str, first: str | None, last: str | None) -> bool:
    """Return whether a capture lies in a span. Its ends are 1 to 14 digits, or None where it is open."""
    return (first or "") <= timestamp and (last is None or timestamp[: len(last)] <= last)
