"""How many changed words of a change no finding quotes."""

from collections.abc import Iterable, Sequence

from db.findings.statement import Finding
from db.history.comparison.differences import Difference
from db.history.comparison.words import Words, split


def unquoted(old: Words, new: Words, differences: Sequence[Difference], found: Sequence[Finding]) -> int:
    """Return how many of the words that a change added and removed are in no quote of its findings.

    `differences` are those of the change; only those that count are read. A quote covers its words wherever
    the text has them.
    """
    counted = [one for one in differences if one.counts]
    removed = {word for one in counted for word in range(one.old_start, one.old_end)}
    added = {word for one in counted for word in range(one.new_start, one.new_end)}
    removed -= _covered(old, (one.before for one in found)) if removed else set()
    added -= _covered(new, (one.after for one in found)) if added else set()
    return len(removed) + len(added)


def _covered(words: Words, quotes: Iterable[str]) -> set[int]:
    """Return the places of the words of a text that are in quotes."""
    text = f" {' '.join(words.words)} "
    covered: set[int] = set()
    for quote in {" ".join(split(quote)) for quote in quotes} - {""}:
        at = text.find(f" {quote} ")
        while at >= 0:
            first = text.count(" ", 0, at)
            covered.update(range(first, first + quote.count(" ") + 1))
            at = text.find(f" {quote} ", at + 1)
    return covered
