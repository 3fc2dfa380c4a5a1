"""The judged difference of two texts, in words: what every list, page, command and export shows.

Hunks are ranges of tokens. Here they become ranges of whole words: a changed date is that date, and a comma
belongs to the word before it. Within a hunk of the reason `wording`, only words without a counterpart differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from db.history.comparison.alignment import align
from db.history.comparison.hunks import Hunk, Reason
from db.history.comparison.words import Words

NOTABLE = 3  # a difference with at least this many words that does not count is mentioned


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two texts differ, with the reason why it counts as a change of wording or does not.

    `place` counts the places of the text from 1; the title of the page is place 0. `section` is the heading
    above the place, `removed` and `added` are the differing words as text, without signs at the ends that
    both have. The numbers are their ranges among the words of the old and the new text (`Words`); ends are
    exclusive.
    """

    place: int
    reason: Reason
    section: str
    removed: str
    added: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def counts(self) -> bool:
        """True if the place is a change of wording."""
        return self.reason == "wording"

    @property
    def is_set_aside(self) -> bool:
        """True if at least `NOTABLE` words of the text differ here and do not count as a change."""
        words = max(self.old_end - self.old_start, self.new_end - self.new_start)
        return not self.counts and self.place > 0 and words >= NOTABLE


class Size(NamedTuple):
    """How much two texts differ.

    Words added and removed, the share of words that stayed (0 to 1, four decimals), and the number of places
    that are set aside.
    """

    words_added: int
    words_removed: int
    similarity: float
    set_aside: int


def differences(old: Words, new: Words, hunks: Sequence[Hunk]) -> tuple[Difference, ...]:
    """Return the places where two texts differ, in the order of the texts.

    `hunks` are the judged hunks of the two texts. Returns () if the texts differ in no word.
    """
    found: list[Difference] = []
    if old.text.title != new.text.title:
        titles = old.text.title_text, new.text.title_text
        found.append(Difference(0, "title", "", *titles, 0, 0, 0, 0))
    spans = ((hunk.reason, part) for hunk in _whole_words(old, new, hunks) for part in _parts(old, new, hunk))
    for place, (reason, (old_start, old_end, new_start, new_end)) in enumerate(spans, 1):
        section = new.section_at(new_start) if new_start < new_end else old.section_at(old_start)
        words = _apart(old.passage(old_start, old_end), new.passage(new_start, new_end))
        found.append(Difference(place, reason, section, *words, old_start, old_end, new_start, new_end))
    return tuple(found)


def size(old: Words, new: Words, found: Iterable[Difference]) -> Size:
    """Return how much two texts differ. `found` are their differences."""
    added = removed = aside = 0
    for one in found:
        aside += one.is_set_aside
        if one.counts:
            added += one.new_end - one.new_start
            removed += one.old_end - one.old_start
    total = len(old) + len(new)
    return Size(added, removed, round(1 - (added + removed) / total, 4) if total else 1.0, aside)


def fit(old: Words, new: Words, found: Iterable[Difference]) -> bool:
    """Return whether differences are of these two texts: their words are at their places."""
    return all(
        _apart(old.passage(one.old_start, one.old_end), new.passage(one.new_start, one.new_end))
        == (one.removed, one.added)
        for one in found
        if one.place
    )


def _apart(removed: str, added: str) -> tuple[str, str]:
    """Return two passages without the signs at their ends that both have: `name,` and `address,`."""
    start, end = 0, min(len(removed), len(added))
    while start < end and removed[start] == added[start] and not removed[start].isalnum():
        start += 1
    end -= start
    last = 0
    while last < end and removed[-1 - last] == added[-1 - last] and not removed[-1 - last].isalnum():
        last += 1
    return removed[start : len(removed) - last].strip(), added[start : len(added) - last].strip()


def _whole_words(old: Words, new: Words, hunks: Sequence[Hunk]) -> list[Hunk]:
    """Return the hunks, each widened to whole words on both sides.

    Hunks in one word become one hunk, and so do hunks of the reason `wording` that touch: their words can
    have counterparts in each other.
    """
    widened: list[Hunk] = []
    for number, hunk in enumerate(hunks):
        old_start, old_end, new_start, new_end = hunk.span
        before = widened[-1] if widened else None
        floor = before.old_end if before else 0
        while old_start > floor and not (old.begins_at(old_start) and new.begins_at(new_start)):
            old_start, new_start = old_start - 1, new_start - 1
        after = hunks[number + 1] if number + 1 < len(hunks) else None
        ceiling = after.old_start if after else len(old.text.tokens)
        while old_end < ceiling and not (old.begins_at(old_end) and new.begins_at(new_end)):
            old_end, new_end = old_end + 1, new_end + 1
        reason = hunk.reason
        if before and before.old_end == old_start and before.new_end == new_start:
            one_word = not (old.begins_at(old_start) and new.begins_at(new_start))
            if one_word or before.reason == reason == "wording":
                widened.pop()
                old_start, new_start = before.old_start, before.new_start
                reason = before.reason if before.reason == "wording" else reason
        widened.append(Hunk(old_start, old_end, new_start, new_end, reason))
    return widened


def _parts(old: Words, new: Words, hunk: Hunk) -> Iterator[tuple[int, int, int, int]]:
    """Yield the ranges of words in which a hunk differs: all its words, or those without a counterpart."""
    old_start, old_end = old.at(hunk.old_start), old.at(hunk.old_end)
    new_start, new_end = new.at(hunk.new_start), new.at(hunk.new_end)
    if hunk.reason != "wording":
        yield old_start, old_end, new_start, new_end
        return
    for gap in align(old.words[old_start:old_end], new.words[new_start:new_end]):
        yield (
            old_start + gap.old_start,
            old_start + gap.old_end,
            new_start + gap.new_start,
            new_start + gap.new_end,
        )
