"""The judged difference of two texts, in words: what every list, page, command and export shows.

Hunks are ranges of tokens. Here they become ranges of whole words: a changed date is that date, and a comma
belongs to the word before it. Within a hunk of the reason `wording`, only words without a counterpart differ.
A stop that belongs to another word now, because words were added or removed before it, is no difference.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from db.history.comparison.alignment import Gap, align
from db.history.comparison.hunks import Hunk, Reason, Span
from db.history.comparison.words import Words, bare, split, stop_of
from db.processor_time import in_time

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
    parts = [
        (hunk.reason, part)
        for hunk in in_time(_whole_words(old, new, hunks))
        for part in _parts(old, new, hunk)
    ]
    spans = _at_paragraphs(old, new, [part for _, part in parts])
    for place, ((reason, _), span) in in_time(enumerate(zip(parts, spans, strict=True), 1)):
        old_start, old_end, new_start, new_end = span
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
    total = sum(len(text) + len(split(text.text.title_text)) for text in (old, new))
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
    """Return two passages without the signs at their ends that both have: `name,` and `address,`.

    Each passage keeps its number of words.
    """
    start, end = 0, min(len(removed), len(added))
    while start < end and removed[start] == added[start] and not removed[start].isalnum():
        start += 1
    end -= start
    last = 0
    while last < end and removed[-1 - last] == added[-1 - last] and not removed[-1 - last].isalnum():
        last += 1
    shorter = removed[start : len(removed) - last].strip(), added[start : len(added) - last].strip()
    words = [[len(split(passage)) for passage in passages] for passages in ((removed, added), shorter)]
    return shorter if words[0] == words[1] else (removed, added)


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


def _parts(old: Words, new: Words, hunk: Hunk) -> Iterator[Span]:
    """Yield the ranges of words in which a hunk differs.

    They are all words without a counterpart in the hunk. For a hunk that does not count, they are one range.
    """
    start, end = old.at(hunk.old_start), old.at(hunk.old_end)
    new_start, new_end = new.at(hunk.new_start), new.at(hunk.new_end)
    olds, news = old.words[start:end], new.words[new_start:new_end]
    gaps = align(olds, news)
    if hunk.reason == "wording":
        gaps = [_without_moved_stop(olds, news, gap) for gap in gaps]
    elif gaps:
        gaps = [Gap(gaps[0].old_start, gaps[-1].old_end, gaps[0].new_start, gaps[-1].new_end)]
    for gap in gaps:
        yield start + gap.old_start, start + gap.old_end, new_start + gap.new_start, new_start + gap.new_end


def _without_moved_stop(old: Sequence[str], new: Sequence[str], gap: Gap) -> Gap:
    """Return a gap without its first word, if the word stays and only its stop belongs to another word now.

    In "data." and "data to our partners." that is "data"; in "never sell:" and "never:" it is "never".
    """
    shorter, longer = old[gap.old_start : gap.old_end], new[gap.new_start : gap.new_end]
    if len(shorter) > len(longer):
        shorter, longer = longer, shorter
    stays = len(shorter) == 1 and len(longer) > 1 and bare(shorter[0]) == bare(longer[0])
    if stays and stop_of(shorter[0]) == stop_of(longer[-1]):
        return Gap(gap.old_start + 1, gap.old_end, gap.new_start + 1, gap.new_end)
    return gap


def _at_paragraphs(old: Words, new: Words, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the ranges, moved to whole paragraphs where the texts allow it.

    In "Ask us. Write to us." the words "us. Write to" can be added as well as "Write to us."
    """
    old_floor = new_floor = 0
    for number, (old_start, old_end, new_start, new_end) in enumerate(spans):
        after = spans[number + 1] if number + 1 < len(spans) else (len(old), 0, len(new), 0)
        back = min(old_start - old_floor, new_start - new_floor)
        on = min(after[0] - old_end, after[2] - new_end)
        moved = 0
        if old_start == old_end:
            moved = _shift(new, new_start, new_end, back, on)
        elif new_start == new_end:
            moved = _shift(old, old_start, old_end, back, on)
        old_floor, new_floor = old_end + moved, new_end + moved
        yield old_start + moved, old_floor, new_start + moved, new_floor


def _shift(side: Words, start: int, end: int, back: int, on: int) -> int:
    """Return by how many words a range can be moved to become whole paragraphs; 0 if it cannot.

    It is moved by at most `back` words back or `on` words on, and only where the text stays the same.
    """
    words = side.words
    for step, most in ((-1, back), (1, on)):
        for moved in range(0, step * (most + 1), step):
            if side.are_paragraphs(start + moved, end + moved):
                return moved
            gone, came = (end - 1 + moved, start - 1 + moved) if step < 0 else (start + moved, end + moved)
            if abs(moved) == most or words[gone] != words[came]:
                break
    return 0
