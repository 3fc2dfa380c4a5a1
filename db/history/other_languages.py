"""Captures of a page in another language than most of its captures.

A shop can choose the language by the address of the visitor, and crawlers ask from many countries. Such texts
are variants: the timeline follows the language of most captures.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import groupby

from db.history.comparison.tokenized import TokenizedText
from db.history.noise.steps import ReadText
from db.history.timeline import Witness

SWITCH = 3  # a page that ends or begins with so many captures in another language has changed its language
SHARED = 0.5  # two texts that share more of their different words are of one language, whatever was detected


def other_languages(page: Sequence[Witness], read: ReadText) -> list[Witness]:
    """Return the captures whose language is not that of most captures, on a page that alternates.

    `page` has the good captures of a page in order of time. `read` takes a text's id. A language alternates
    if it was captured between two captures of the main language. Returns [] for a page in one language, and
    for a page that changed its language once.
    """
    counts = Counter(witness.language for witness in page if witness.language)
    if len(counts) < 2:
        return []
    main = counts.most_common(1)[0][0]
    runs = [(language, list(of)) for language, of in groupby(page, lambda witness: witness.language or main)]
    at = [number for number, (language, _) in enumerate(runs) if language == main]
    between = {language for language, _ in runs[at[0] : at[-1] + 1]} - {main}
    reference = read(next(witness.text_id for witness in page if witness.language == main))

    @cache
    def is_other(text_id: int) -> bool:
        return not are_one_language(read(text_id), reference)

    return [
        witness
        for number, (language, of) in enumerate(runs)
        if language in between and (at[0] < number < at[-1] or len(of) < SWITCH)
        for witness in of
        if is_other(witness.text_id)
    ]


def are_one_language(one: TokenizedText, other: TokenizedText) -> bool:
    """Return whether two texts share so many different words that they are of one language."""
    shared = len(one.vocabulary & other.vocabulary)
    return shared > SHARED * min(len(one.vocabulary), len(other.vocabulary))
