"""Numbers that a clause names: durations, ages and amounts of money."""

import re
from typing import NamedTuple

from extract.claims.triggers import Sifted, pattern

_NUMBERS = {
    "en": """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""",
    "de": """ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
        siebzehn achtzehn neunzehn zwanzig""",
    "fr": """un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept
        dix-huit dix-neuf vingt""",
}
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_ARTICLES = ("a", "an", "eine", "einen", "einem", "eines", "einer", "une")
_SMALL, _TENS = _NUMBERS["en"].split()[:9], _TENS_TEXT.split()
_WORDS = {
    **{word: number for words in _NUMBERS.values() for number, word in enumerate(words.split(), 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    **dict.fromkeys(_ARTICLES, 1),
    **{"dreißig": 30, "sechzig": 60, "neunzig": 90, "vierundzwanzig": 24},
    **{"trente": 30, "soixante": 60, "vingt-quatre": 24, "vingt-cinq": 25},
}
# What a pattern without case takes for i and s, and `lower` does not: ı, the dot of a lowered İ, and ſ.
_PLAIN = str.maketrans({"ı": "i", "\u0307": None, "ſ": "s"})
_UNITS = {
    "seconds": "seconds? sekunden? secondes?",
    "minutes": "minutes? minuten?",
    "hours": "hours? stunden? heures?",
    "days": "days? tage?n? jours?",
    "weeks": "weeks? wochen? semaines?",
    "months": "months? monate?n? mois",
    "years": "years? jahre?n? ans? années?",
}
_UNIT = "|".join(rf"(?P<{unit}>{'|'.join(words.split())})" for unit, words in _UNITS.items())
_LONGEST_FIRST = "|".join(sorted(_WORDS, key=len, reverse=True))
_ONE = rf"(?:\d{{1,4}}|(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_SMALL)}))?|{_LONGEST_FIRST})"
_IN_BRACKETS = r"(?:\s?\([\w-]{1,20}\))?"
_RANGE = r"(?:\s?[-–]\s?|\s(?:to|and|or|bis|à|et|und|oder)\s)"
_DURATION = re.compile(
    rf"(?i)(?<![\w.,$€£-])(?P<low>{_ONE}){_IN_BRACKETS}(?:{_RANGE}(?P<high>{_ONE}){_IN_BRACKETS})?[\s-]"
    rf"(?:(?P<business>business|working)\s|(?:calendar|full|consecutive)\s)?(?:{_UNIT})\b"
    r"(?!['’]? (?:of age|old)\b|-olds?\b)"
)
_AGE = re.compile(
    rf"(?i)\b(?:(?:under|below|over|at least|younger than|older than|less than|ages?|aged|unter|moins de"
    rf"|âgée?s? de)"
    rf"(?: the)?(?: age)?(?: of)? (?P<low>{_ONE})(?:{_RANGE}(?P<high>{_ONE}))?\b(?!\s?%)"
    rf"|(?P<least>{_ONE}){_IN_BRACKETS} (?:years? (?:of age|old)|or (?:older|over|younger|under))\b)"
)
# What the sentence of each number of its kind has: a quick look before the slow search for a number in words.
_UNIT_WORD = pattern(rf"[\s-](?:{'|'.join('|'.join(words.split()) for words in _UNITS.values())})\b")
_AGE_WORD = pattern(
    r"\b(?:under|below|over|at least|younger|older|less than|ages?|aged|unter|moins de|âgée?s? de"
    r"|years? (?:of age|old))\b"
)
_SIGN = pattern("[$€£]")
PATTERNS = _UNIT_WORD, _AGE_WORD, _SIGN
"""The expressions that a sieve needs, so that `quantity` can be called with its sentences."""
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP"}
_MONEY = re.compile(
    r"(?i)(?P<sign>[$€£])\s?(?P<amount>\d{1,3}(?:,\d{3}){1,4}(?:\.\d\d)?|\d{1,12}(?:\.\d\d)?)"
    r"(?:\s(?P<times>thousand|million|billion)\b)?"
)
_TIMES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


class Quantity(NamedTuple):
    """A number in digits, or two with a hyphen between them for a range, and its unit.

    Units are `seconds` to `years`, `business days`, `age`, and `USD`, `EUR`, `GBP`.
    """

    value: str
    unit: str


def quantity(
    sentence: Sifted, trigger: tuple[int, int], clause: tuple[int, int], *, ages: bool
) -> Quantity | None:
    """Return the number that a clause of a sentence names; None without one.

    Of several numbers it is the first one that ends after the start of `trigger`, the characters that a rule
    matched; otherwise the last one before. With `ages` an age counts first, otherwise a duration.
    """
    age, duration, money = (_AGE_WORD, _AGE), (_UNIT_WORD, _DURATION), (_SIGN, _MONEY)
    for sign, number in (age, duration, money) if ages else (duration, money, age):
        found = list(number.finditer(sentence.text, *clause)) if sentence.has(sign) else []
        if found:
            return _read(next((one for one in found if one.end() > trigger[0]), found[-1]))
    return None


def _read(found: re.Match[str]) -> Quantity:
    groups = found.groupdict()
    if "sign" in groups:
        amount = float(groups["amount"].replace(",", "")) * _TIMES.get(_plain(groups["times"] or ""), 1)
        return Quantity(f"{amount:.2f}".removesuffix(".00"), _CURRENCIES[groups["sign"]])
    low, high = groups["low"] or groups["least"], groups["high"]
    value = f"{_number(low)}-{_number(high)}" if high else str(_number(low))
    if "least" in groups:
        return Quantity(value, "age")
    unit = next(unit for unit in _UNITS if groups[unit])
    return Quantity(value, f"business {unit}" if groups["business"] else unit)


def _plain(word: str) -> str:
    """Return a word in small letters, as the pattern that found it has them."""
    return word.lower().translate(_PLAIN)


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    word = _plain(text)
    return _WORDS[word] if word in _WORDS else sum(_WORDS[part] for part in re.split("[ -]", word))
