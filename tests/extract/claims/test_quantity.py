import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims.quantity import _WORDS, PATTERNS, Quantity, quantity
from extract.claims.triggers import Sieve, Sifted


def sifted(text: str) -> Sifted:
    return Sieve(PATTERNS).sift(text)


def of(text: str, *, ages: bool = False) -> Quantity | None:
    return quantity(sifted(text), (0, len(text)), (0, len(text)), ages=ages)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("for thirteen months", "13", "months"),
        ("for two years", "2", "years"),
        ("for 90 days", "90", "days"),
        ("for ninety (90) days", "90", "days"),
        ("for 90 (ninety) days", "90", "days"),
        ("for twenty-four months", "24", "months"),
        ("for thirty six hours", "36", "hours"),
        ("for 6-12 months", "6-12", "months"),
        ("for six to twelve months", "6-12", "months"),
        ("between 6 and 12 months", "6-12", "months"),
        ("a 30-day period", "30", "days"),
        ("for a year", "1", "years"),
        ("within 10 business days", "10", "business days"),
        ("within 10 calendar days", "10", "days"),
        ("for 15 minutes", "15", "minutes"),
        ("a fine of $1,000", "1000", "USD"),
        ("a fine of $25.50 each", "25.50", "USD"),
        ("a fine of €20 million", "20000000", "EUR"),
        ("a fine of £5", "5", "GBP"),
        ("zwei Jahre lang", "2", "years"),
        ("nach 30 Tagen", "30", "days"),
        ("pendant treize mois", "13", "months"),
        ("nach zwanzig Wochen", "20", "weeks"),
        ("binnen dreißig Tagen", "30", "days"),
        ("pendant dix-huit mois", "18", "months"),
        ("pendant vingt-cinq (25) mois", "25", "months"),
        ("au bout de quinze jours", "15", "days"),
        ("under 13", "13", "age"),
    ],
)
def test_numbers_have_one_form(text: str, value: str, unit: str):
    assert of(text) == Quantity(value, unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("children under 13", "13"),
        ("children under the age of thirteen", "13"),
        ("anyone younger than 16 years of age", "16"),
        ("people at least 18 years old", "18"),
        ("people 16 years of age", "16"),
        ("users 13 or older", "13"),
        ("users aged 13 to 16", "13-16"),
        ("users ages 13-15", "13-15"),
    ],
)
def test_ages(text: str, value: str):
    assert of(text, ages=True) == Quantity(value, "age")


@pytest.mark.parametrize(
    "text", ["", "for several years", "for years", "in 2018", "under 20 % of it", "Sept 12"]
)
def test_no_number(text: str):
    assert of(text) is None


def test_an_age_is_no_duration():
    assert of("16 years of age") == Quantity("16", "age")


def test_the_number_beside_the_trigger_is_preferred():
    text = "Within 30 days we delete data after two years"
    trigger = text.index("delete"), len(text)
    assert quantity(sifted(text), trigger, (0, len(text)), ages=False) == ("2", "years")
    assert quantity(sifted(text), trigger, (0, text.index("after")), ages=False) == ("30", "days")


@given(st.integers(1, 9999), st.sampled_from(["days", "weeks", "months", "years"]))
def test_digits_stay_as_they_are(number: int, unit: str):
    assert of(f"We keep it for {number} {unit}.") == (str(number), unit)


@given(st.text(alphabet="one two 12-$ ,.days months under 13", max_size=80))
def test_every_text_can_be_read(text: str):
    of(text)
    of(text, ages=True)


@pytest.mark.parametrize(
    "text", ["under 15", "Personen unter 15 Jahren", "les moins de 15 ans", "âgées de 15 ans"]
)
def test_ages_come_first_where_they_are_asked_for(text: str):
    assert of(text, ages=True) == Quantity("15", "age")


@cache
def _forms(letter: str) -> list[str]:
    """Return what a pattern without case takes for a letter."""
    return [one for one in map(chr, range(0x3000)) if re.fullmatch(re.escape(letter), one, re.IGNORECASE)]


@pytest.mark.parametrize("word", sorted(_WORDS))
def test_a_number_in_words_is_read_in_all_forms_that_the_pattern_takes_for_it(word: str) -> None:
    expected = Quantity(str(_WORDS[word]), "months")
    for place, letter in enumerate(word):
        for form in _forms(letter):
            text = f"We store it for {word[:place]}{form}{word[place + 1 :]} months."
            assert of(text) == expected, text


def test_a_multiple_of_an_amount_is_read_in_all_forms() -> None:
    assert of("A fine of $2 mıllİon is due.") == Quantity("2000000", "USD")
