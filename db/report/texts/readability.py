"""How hard a text is to read, by published formulas.

English has all three measures. Other languages have the reading ease where somebody has published its numbers
for that language; without, nothing is returned. Sources:

- English: R. Flesch 1948 (reading ease); J. P. Kincaid et al. 1975 (grade); G. H. McLaughlin 1969 (SMOG).
- German: T. Amstad 1978. Spanish: J. Fernández Huerta 1959, per word and sentence.
- Italian: P. Lucisano and M. E. Piemontese 1988 (Gulpease), which counts letters and no syllables.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from db.report.texts.syllables import LANGUAGES, syllables

FEWEST_WORDS = 100  # shorter texts have no measure


@dataclass(frozen=True)
class Readability:
    """The measures of a text; None where a language has no formula."""

    grade: float | None
    ease: float
    smog: float | None


def readability(words: Sequence[str], sentences: int, language: str | None) -> Readability | None:
    """Return the readability of a text by its words and its number of sentences (`plain`).

    Returns None for fewer than 100 words, and for a language without a published formula.
    """
    if len(words) < FEWEST_WORDS:
        return None
    count, per_sentence = len(words), len(words) / sentences
    if language == "it":
        letters = sum(map(len, words))
        return Readability(None, 89 + (300 * sentences - 10 * letters) / count, None)
    if language not in LANGUAGES:
        return None
    spoken = [(syllables(word, language), times) for word, times in Counter(words).items()]
    per_word = sum(number * times for number, times in spoken) / count
    if language == "de":
        return Readability(None, 180 - per_sentence - 58.5 * per_word, None)
    if language == "es":
        return Readability(None, 206.84 - 60 * per_word - 1.02 * per_sentence, None)
    long_words = sum(times for number, times in spoken if number >= 3)
    return Readability(
        grade=0.39 * per_sentence + 11.8 * per_word - 15.59,
        ease=206.835 - 1.015 * per_sentence - 84.6 * per_word,
        smog=1.043 * sqrt(30 * long_words / sentences) + 3.1291,
    )
