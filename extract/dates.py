"""Dates in a line of text, in the forms and languages of ``extract/lexicon/languages``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from extract import lexicon, words
from extract.lexicon.folding import folded

BUDDHIST = 543
"""Years of the Buddhist era, as in Thailand, are greater by this number."""
# The year before the first year of an era: 平成30年 is 2018, 民國107年 too.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_CHINESE_NUMBER = re.compile("[〇零○一二三四五六七八九十]{1,4}(?=[年月日號号])")
_CHINESE_DIGITS = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
}
_QUOTED_DAY = re.compile('[«"“„]\\s?(\\d{1,2})\\s?[»"”“](?= )')  # «25» мая 2018 г.
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_WORD = re.compile("[^\\W\\d_\u0e00-\u0e7f]{2,}")
_SIGNS = re.compile("[\ue000-\ue00c]")  # signs of icon fonts, which we use for months
_ATTACHED = re.compile("[ב\u0e00-\u0e7f]")  # Thai has no spaces, and "in" of Hebrew is written with its noun


@dataclass(frozen=True)
class WrittenDate:
    """A date in a line, with its place.

    ``days`` are the days that it can mean, as ``2018-05-25``, or ``2018-05`` for a month. 05/11/2021 can mean
    two days: ``month_first`` is the first of them.
    """

    start: int
    end: int
    days: tuple[str, ...]
    numeric: str = ""
    """ "month" or "day" if the date shows by a number above 12 which of the two is written first."""


def plain(line: str) -> str:
    """Return a line as ``written_dates`` reads it: folded, with single spaces and digits 0 to 9."""
    text = _QUOTED_DAY.sub(r"\1", " ".join(folded(line).split()))
    if text.isascii():
        return text
    text = _OTHER_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)
    return _CHINESE_NUMBER.sub(_of_chinese, text)


def _of_chinese(found: re.Match[str]) -> str:
    """Return a number in Chinese signs as digits: 二〇一八 is 2018, 二十五 is 25, 十 is 10."""
    tens, ten, ones = found[0].partition("十")
    if not ten:
        return "".join(map(_CHINESE_DIGITS.__getitem__, found[0]))
    numbers = (_CHINESE_DIGITS.get(tens, "1"), _CHINESE_DIGITS.get(ones, "0"))
    return "".join(numbers) if len(tens) < 2 and len(ones) < 2 else found[0]


@cache
def _months() -> Mapping[str, Mapping[str, int]]:
    """Return the names of months (folded): name -> language -> number of the month."""
    found: dict[str, dict[str, int]] = {}
    for code, months in lexicon.by_language("dates", "months").items():
        for number, names in enumerate(months, 1):
            for name in names:
                found.setdefault(folded(name), {})[code] = number
    return found


def _month_of(name: str, language: str | None) -> int | None:
    """Return the number of a month, or None if its name means different months in several languages."""
    known = _months()[name]
    number = known.get(language or "") or known.get("en")
    return number or (next(iter(known.values())) if len(set(known.values())) == 1 else None)


@cache
def _other_names() -> re.Pattern[str]:
    """Return the regular expression of the names that are no words between spaces, the longest first.

    They are names of two words, and names in Thai, which has no spaces, with their abbreviations (พ.ค.).
    """
    names = sorted((name for name in _months() if not _WORD.fullmatch(name)), key=len, reverse=True)
    return re.compile("|".join(r"\.?".join(name) if len(name) < 4 else re.escape(name) for name in names))


@cache
def _whole_word(name: str) -> re.Pattern[str]:
    """Return the regular expression of a name of a month that is a word, with the name first: fast."""
    letter = _WORD.pattern.removesuffix("{2,}")
    return re.compile(f"{name}(?!{letter})(?<!{letter}{name})")


def _with_month_signs(line: str, language: str | None) -> str:
    """Return a line in which each name of a month is one private sign and filling, of the same length."""
    months = _months()

    def sign(found: re.Match[str]) -> str:
        name = found[0]
        if name not in months:
            name = name.replace(".", "").removeprefix("ב")  # "in" of Hebrew
            if name not in months:
                return found[0]
        month = _month_of(name, language)
        return found[0] if month is None else chr(_MONTH + month) + chr(_MONTH) * (len(found[0]) - 1)

    if not line.isascii():
        line = _other_names().sub(sign, _SIGNS.sub("\ufffd", line))
        if _ATTACHED.search(line):
            return _WORD.sub(sign, line)
    for name in months.keys() & words.of_letters(line):
        line = _whole_word(name).sub(sign, line)
    return line


_MONTH = 0xE000
_DAY, _YEAR, _NUMBER = r"(?P<day>[0-3]?\d)", r"(?P<year>(?:19|20|25)\d\d)", r"(?P<number>[01]?\d)"
# The same at the start of a date. An expression that begins with a digit finds its places much faster than
# one that begins with what must not be before it.
_FIRST_DAY = r"(?P<day>\d(?<![\w/.-].)(?:(?<=[0-3])\d)?)"
_FIRST_NUMBER = r"(?P<number>\d(?<![\w/.-].)(?:(?<=[01])\d)?)"
_FIRST_YEAR = r"(?P<year>[12](?<!\d.)(?:(?<=1)9|(?<=2)[05])\d\d)"
_YEAR_BEHIND_SPACE = r"(?P<year>[12](?<![\w/.-].)(?:(?<=1)9|(?<=2)[05])\d\d)"
_NAME = "(?P<month>[\ue001-\ue00c])\ue000*(?:/[\ue001-\ue00c]\ue000*)?"  # Arabic months can have two names
_AFTER = r"(?![\w/-]|\.\d)"
_ORDINAL = r"(?:st|nd|rd|th|er|re|e|o|a|-?го|-?a|inci|\.)?"
_OF = r"[ .,/-]{0,2}(?:(?:day of|de|del|of|di|เดือน|ngay) ?)?"
_YEARS = r"[ .,،/-]{0,2}(?:(?:de|del|of|di|nam|พ\.?ศ\.?|ค\.?ศ\.?) ?)?"
_MONTH_IN_SIGNS = rf" ?[年년] ?{_NUMBER} ?[月월](?: ?{_DAY} ?[日號号일])?"
_NAMED = (
    rf"{_FIRST_DAY}{_ORDINAL}{_OF}{_NAME}{_YEARS}{_YEAR}(?!\d)",
    rf"{_FIRST_DAY}{_ORDINAL}[-/ ]{_NAME}[-/ ]'?(?P<year>\d\d){_AFTER}",
    rf"{_NAME}[ .,/-]{{0,2}}{_DAY}(?:st|nd|rd|th)?[ .,/-]{{1,3}}(?:of )?{_YEAR}(?!\d)",
    rf"{_NAME}[ .]{{1,2}}{_DAY}(?:st|nd|rd|th)?,? '(?P<year>\d\d){_AFTER}",
    rf"{_FIRST_YEAR}\.?(?: ?(?:m|gada|года)\.?)?,? ?{_NAME} ?{_DAY}(?!\d)",
    rf"{_FIRST_YEAR}\.?(?: ?(?:m|gada|года)\.?)?,? ?{_DAY}\. ?{_NAME}",
)
_NUMBERED = (
    rf"(?P<era>{'|'.join(_ERAS)}) ?(?P<of_era>\d{{1,3}}|元){_MONTH_IN_SIGNS}",
    rf"{_FIRST_YEAR}{_MONTH_IN_SIGNS}",
    rf"(?:ngay {_DAY} )?thang {_NUMBER}(?:,? nam|[,/]) ?{_YEAR}",
    rf"{_YEAR_BEHIND_SPACE} ?(?P<sign>[-/.]) ?{_NUMBER} ?(?P=sign) ?{_DAY}(?!\d)",
)
_THREE_NUMBERS = (
    rf"(?P<one>\d(?<![\w/.-].)\d?) ?(?P<sign>[-/.]) ?(?P<two>\d{{1,2}}) ?(?P=sign) ?"
    rf"(?P<year>(?:19|20|25)?\d\d){_AFTER}"
)
_MONTH_AND_YEAR = (rf"{_NAME}\.?,?{_YEARS}{_YEAR}(?!\d)", rf"{_FIRST_YEAR}\.?,? {_NAME}")
_NUMBER_AND_YEAR = (
    rf"{_FIRST_NUMBER} ?[-/.] ?{_YEAR}{_AFTER}",
    rf"{_YEAR_BEHIND_SPACE}[-/](?P<number>[01]\d){_AFTER}",
)


def written_dates(line: str, language: str | None) -> list[WrittenDate]:
    """Return the dates in a line, in order.

    ``line`` is the result of ``plain``. ``language`` is the code of the text's language, or None: names of
    months, and the order of day and month in numbers, depend on it. Impossible dates are left out.
    """
    found: list[WrittenDate] = []
    signed = _with_month_signs(line, language)
    taken = bytearray(len(signed))  # 1 for each character of a date that was found
    for pattern, days_of, needed in _PATTERNS:
        for match in pattern.finditer(signed) if needed in signed else ():
            start, end = match.span()
            days = () if 1 in taken[start:end] else days_of(match, language)
            if days:
                taken[start:end] = b"\1" * (end - start)
                found.append(WrittenDate(start, end, days, _order(match)))
    return sorted(found, key=lambda one: one.start)


def _named(match: re.Match[str], language: str | None) -> tuple[str, ...]:
    part = match.groupdict()
    return tuple(_dates(part["year"], ord(part["month"]) - _MONTH, part.get("day")))


def _numbered(match: re.Match[str], language: str | None) -> tuple[str, ...]:
    part = match.groupdict()
    if "year" in part:
        year = part["year"]
    else:
        year = str(_ERAS[part["era"]] + (1 if part["of_era"] == "元" else int(part["of_era"])))
    return tuple(_dates(year, int(part["number"]), part.get("day")))


def _either(match: re.Match[str], language: str | None) -> tuple[str, ...]:
    """Return the days that a date of three numbers can mean, the one with the month first before the other.

    Only English texts write the month first.
    """
    part = match.groupdict()
    month_first = tuple(_dates(part["year"], int(part["one"]), part["two"]))
    day_first = tuple(_dates(part["year"], int(part["two"]), part["one"]))
    if day_first and language not in {"en", None}:
        return day_first
    return tuple(dict.fromkeys((*month_first, *day_first)))


def _order(match: re.Match[str]) -> str:
    part = match.groupdict()
    if not part.get("one"):
        return ""
    return "day" if int(part["one"]) > 12 else "month" if int(part["two"]) > 12 else ""


def _dates(year: str, month: int, day: str | None) -> Iterator[str]:
    """Yield a date in ISO 8601, or nothing if it is no date since 1990."""
    number = int(year) + (2000 if int(year) < 70 else 1900) * (len(year) < 3)
    number -= BUDDHIST if number > 2400 else 0
    if not 1990 <= number < 2100:
        return
    try:
        whole = date(number, month, int(day or 1)).isoformat()
    except ValueError:
        return
    yield whole if day else whole[:7]


# Whole dates before months: of two that overlap, the first counts.
_PATTERNS: list[tuple[re.Pattern[str], Callable[[re.Match[str], str | None], tuple[str, ...]], str]] = [
    *((re.compile(source), _named, chr(_MONTH)) for source in _NAMED),
    *((re.compile(source), _numbered, "thang" if "thang" in source else "") for source in _NUMBERED),
    (re.compile(_THREE_NUMBERS), _either, ""),
    *((re.compile(source), _named, chr(_MONTH)) for source in _MONTH_AND_YEAR),
    *((re.compile(source), _numbered, "") for source in _NUMBER_AND_YEAR),
]
"""Each form of a date, the function that reads it, and what every line with such a date has.

The name of a month has at least two letters, so it contains the filling."""
