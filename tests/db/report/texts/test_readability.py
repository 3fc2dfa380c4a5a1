"""Readability by the published formulas; blank where nobody has published one."""

import pytest

from db.report.texts import plain
from db.report.texts.readability import Readability, readability

LINE = "We use your data."  # four words, five syllables
HARD = "We use your information."  # four words, seven syllables; one of three and more


def of_lines(lines: list[str], language: str | None) -> Readability | None:
    return readability(plain.words(" ".join(lines)), len(plain.sentences(lines)), language)


def test_english_has_three_measures() -> None:
    found = of_lines([LINE] * 20 + [HARD] * 20, "en")
    assert found
    assert found.grade == pytest.approx(0.39 * 4 + 11.8 * 240 / 160 - 15.59)
    assert found.ease == pytest.approx(206.835 - 1.015 * 4 - 84.6 * 240 / 160)
    assert found.smog == pytest.approx(1.043 * (30 * 20 / 40) ** 0.5 + 3.1291)


@pytest.mark.parametrize(
    ("line", "language", "ease"),
    [
        ("Wir nutzen Ihre Daten.", "de", 180 - 4 - 58.5 * 7 / 4),
        ("Usamos datos de todos.", "es", 206.84 - 60 * 8 / 4 - 1.02 * 4),
        ("Nous utilisons vos données.", "fr", 207 - 1.015 * 4 - 73.6 * 8 / 4),
        ("Wij gebruiken uw gegevens.", "nl", 206.84 - 0.93 * 4 - 77 * 8 / 4),
        ("Noi usiamo i dati.", "it", 89 + (300 * 30 - 10 * 14 * 30) / 120),
    ],
)
def test_other_languages_have_their_own_reading_ease(line: str, language: str, ease: float) -> None:
    found = of_lines([line] * 30, language)
    assert found and (found.grade, found.smog) == (None, None)
    assert found.ease == pytest.approx(ease)


@pytest.mark.parametrize("language", ["sv", "pt", "ja", None])
def test_a_language_without_a_formula_has_none(language: str | None) -> None:
    assert of_lines([LINE] * 40, language) is None


def test_a_short_text_has_none() -> None:
    assert of_lines([LINE] * 24, "en") is None
    assert of_lines([LINE] * 25, "en") is not None
    assert of_lines([], "en") is None
