"""Dates in a text that name the day of its capture."""

import re
from collections.abc import Iterator
from datetime import date

_NAMES = """
january jan januar janvier enero gennaio januari janeiro
february feb februar février febrero febbraio februari fevereiro
march mar märz mars marzo maart março
april apr avril abril aprile
may mai mayo maggio mei maio
june jun juni juin junio giugno junho
july jul juli juillet julio luglio julho
august aug août agosto augustus
september sept sep septembre septiembre settembre setembro
october oct oktober octobre octubre ottobre outubro
november nov novembre noviembre novembro
december dec dezember décembre diciembre dicembre dezembro
"""
_MONTHS = {
    name: number for number, names in enumerate(_NAMES.strip().split("\n"), 1) for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"""(?ix) (?<![\w/.-]) (?:
    (?P<month1>{_MONTH})\b\.? \s* (?P<day1>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:\s*+,)?\s+ (?P<year1>[0-9]{{4}})
    | (?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th|er|\.|º)? \s+ (?:de\s+|of\s+)?
      (?P<month2>{_MONTH})\b\.?,? \s+ (?:de\s+)? (?P<year2>[0-9]{{4}})
    | (?P<year3>[0-9]{{4}}) (?P<sign3>[-/.]) (?P<month3>[0-9]{{1,2}}) (?P=sign3) (?P<day3>[0-9]{{1,2}})
    | (?P<first>[0-9]{{1,2}}) (?P<sign>[-/.]) (?P<second>[0-9]{{1,2}}) (?P=sign)
      (?P<year4>[0-9]{{4}}|[0-9]{{2}})
    ) (?![\w/-])"""
)
_NUMBER = re.compile("[0-9]")  # a date has one, and most blocks have none
_HOUR = re.compile(r"(?i)\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s*[ap]\.?m\b\.?)?(?:\s+[A-Z]{2,4}T\b)?")
_WEEKDAY = re.compile(r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b,?")
_OWN = re.compile(
    r"(?i)\b(?:last\s{1,9})?(?:updated?|revised|revision|modified|amended|changed"
    r"|effective(?:\s{1,9}(?:date|as\s{1,9}of|from))?|in\s{1,9}effect"
    r"|version|dated?|(?<!current\s)as\s{1,9}of|stand"
    r"|mise\s{1,9}à\s{1,9}jour|actuali[sz]aci[oó]n|aggiornamento|bijgewerkt)\b[^\n.]{0,40}?$"
)
_LONGEST_OWN = 100  # the longest words that `_OWN` matches before a date, with the spaces between them


def capture_dates(text: str, day: date) -> str:
    """Return the parts of a text that name the day of its capture.

    The parts are joined by spaces; without any the result is "". The day before and the day after count too,
    because servers are in all time zones. If there is such a date, all hours and weekdays of the text are
    added. The policy's own date ("last updated ...") is left out unless an hour follows it: the policy can
    have changed on the day of the capture.
    """
    parts = [
        match[0]
        for match, days in _dates(text)
        if any(abs((found - day).days) <= 1 for found in days)
        and (_at_an_hour(match) or not _is_own(text, match.start()))
    ]
    return " ".join([*parts, *_HOUR.findall(text), *_WEEKDAY.findall(text)]) if parts else ""


def _is_own(text: str, start: int) -> bool:
    return bool(_OWN.search(text, max(0, start - _LONGEST_OWN), start))


def _at_an_hour(match: re.Match[str]) -> bool:
    return bool(_HOUR.match(match.string, match.end() + 1))


def _dates(text: str) -> Iterator[tuple[re.Match[str], list[date]]]:
    """Yield each date in a text with the days that it can mean.

    Each item is the regular expression's match and a list of one or two days (05/11/2021 has two).
    """
    if not _NUMBER.search(text):
        return
    for match in _DATE.finditer(text):
        part = match.groupdict()
        if part["month1"] or part["month2"]:
            n = "1" if part["month1"] else "2"
            tries: list[tuple[str, str | int, str]] = [
                (part[f"year{n}"], _MONTHS[part[f"month{n}"].lower()], part[f"day{n}"])
            ]
        elif part["year3"]:
            tries = [(part["year3"], part["month3"], part["day3"])]
        else:
            year = part["year4"] if len(part["year4"]) == 4 else f"20{part['year4']}"
            tries = [(year, part["second"], part["first"])]
            if part["sign"] != ".":  # 2.1.2025 is never written month first
                tries.insert(0, (year, part["first"], part["second"]))
        days = list(dict.fromkeys(day for numbers in tries if (day := _day(*numbers))))
        if days:
            yield match, days


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
