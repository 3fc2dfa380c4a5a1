"""How hard a text is to read, by published formulas.

English has all three measures. Other languages have the reading ease where somebody has published its numbers
for that language; without, nothing is returned. Sources:

- English: R. Flesch 1948 (reading ease); J. P. Kincaid et al. 1975 (grade); G. H. McLaughlin 1969 (SMOG).
- German: T. Amstad 1978. Spanish: J. Fernández Huerta 1959, per word and sentence.
- French: L. Kandel and A. Moles 1958. Dutch: W. H. Douma 1960.
- Italian: P. Lucisano and M. E. Piemontese 1988 (Gulpease), which counts letters and no syllables.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from db.report.texts.syllables import syllables

FEWEST_WORDS = 100  # shorter texts have no measure
# Reading ease: a number, less one for the words of a sentence, less one for the syllables of a word.
_EASE = {
    "en": (206.835, 1.015, 84.6),
    "de": (180, 1, 58.5),
    "es": (206.84, 1.02, 60),
    "fr": (207, 1.015, 73.6),
    "nl": (206.84, 0.93, 77),
}


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
    if language not in _EASE:
        return None
    spoken = [(syllables(word, language), times) for word, times in Counter(words).items()]
    per_word = sum(number * times for number, times in spoken) / count
    base, of_sentence, of_word = _EASE[language]
    ease = base - of_sentence * per_sentence - of_word * per_word
    if language != "en":
        return Readability(None, ease, None)
    long_words = sum(times for number, times in spoken if number >= 3)
    return Readability(
        grade=0.39 * per_sentence + 11.8 * per_word - 15.59,
        ease=ease,
        smog=1.043 * sqrt(30 * long_words / sentences) + 3.1291,
    )
