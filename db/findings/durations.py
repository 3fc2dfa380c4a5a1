"""The durations that a quote names, in any language with rules."""

import re
from functools import cache

from db.findings.languages import tables

_MONTH = 30  # days


def months(quote: str) -> float | None:
    """Return the longest duration that a quote names, in months; None if it names none."""
    found = [
        (int(number) if number.isdigit() else numbers[number]) * days
        for duration, units, numbers in _languages()
        for number, unit in duration.findall(quote.lower())
        for one, days in units
        if one.fullmatch(unit)
    ]
    return max(found) / _MONTH if found else None


@cache
def _languages() -> list[tuple[re.Pattern[str], list[tuple[re.Pattern[str], int]], dict[str, int]]]:
    """Return for each language: an expression for a duration, its units with their days, and its numbers."""
    found = []
    for one in tables():
        words, units = "|".join(sorted(one["numbers"], key=len, reverse=True)), "|".join(one["units"])
        duration = re.compile(rf"\b(\d{{1,4}}|{words})[ -](?:\(\d+\) )?({units})\b")
        found.append(
            (duration, [(re.compile(unit), days) for unit, days in one["units"].items()], one["numbers"])
        )
    return found
