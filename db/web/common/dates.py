"""Dates as people write them in a form: a year, a month or a day."""

import re
from datetime import date

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


def is_date(text: str) -> bool:
    """Return whether a text is a year, a month or a day that exists: `2018`, `2018-05`, `2018-05-25`."""
    found = _DATE.fullmatch(text)
    if not found:
        return False
    try:
        date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        return False
    return True
