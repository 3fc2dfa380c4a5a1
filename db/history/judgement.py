"""The judged difference of two captures: computed once for each change, and read by everything that shows it.

The difference of a change is judged with the whole history of the page and with the two bodies, and stored
in the table `differences`. Any other two captures are judged by their texts, dates and versions alone.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from db.history.comparison.differences import NOTABLE, Difference, differences
from db.history.comparison.hunks import NOISE, Hunk, Reason, with_reason
from db.history.comparison.long_texts.recent import keeping_recent
from db.history.comparison.token_diff import compare
from db.history.comparison.words import Words
from db.history.imported_texts import shows_another_wording
from db.history.noise.capture_dates import mark_capture_dates
from db.history.noise.steps import ReadText, Step
from db.history.page_text import mark_extraction
from db.history.timeline import Change, Witness
from db.history.trace import CACHED_TEXTS, Trace

Bracket = tuple[str, int, str, int]  # the moment and text id of the last old capture, then of the first new

# The columns of the table `differences` after `change_id`: the fields of a Difference.
COLUMNS = tuple(field.name for field in fields(Difference))


def bracket(change: Change) -> Bracket:
    """Return the key of the two captures between which a change happened."""
    return change.last_old, change.old_text, change.first_new, change.new_text


def of_changes(
    traced: Trace, witnesses: Iterable[Witness], read: ReadText, page_of: Callable[[int], str]
) -> dict[Bracket, Sequence[Hunk]]:
    """Return bracket -> judged hunks, for each change of a policy.

    `witnesses` are all its good captures. `read` and `page_of` are as in `trace`.
    """
    at = {(witness.captured_at, witness.text_id): witness for witness in witnesses}
    every = [step for of_page in traced.steps.values() for step in of_page]
    steps = {ends(step): step for step in every}
    leaving, arriving = {ends(step)[:2]: step for step in every}, {ends(step)[2:]: step for step in every}
    judged: dict[Bracket, Sequence[Hunk]] = {}
    for change in traced.timeline.changes:
        key = bracket(change)
        if key in steps:
            hunks: Sequence[Hunk] = steps[key].hunks
        else:
            found = _judged(at[key[:2]], at[key[2:]], read, page_of)
            hunks = _without_noise(found, leaving.get(key[:2]), arriving.get(key[2:]))
        judged[key] = _settled(change, hunks)
    return judged


def judge_apart(
    old: Witness, new: Witness, read: ReadText, words: Callable[[int], Words], *, one_version: bool
) -> tuple[Difference, ...]:
    """Return the differences of two captures, without the history of their pages.

    With `one_version`, the history judged both captures as one version: nothing counts as a change.
    """
    step = Step(0, old, new, list(_compared(old, new, read)))
    mark_capture_dates(step, read)
    hunks = [_not_counted(hunk, "noise") for hunk in step.hunks] if one_version else step.hunks
    return differences(words(old.text_id), words(new.text_id), hunks)


def beside_changes(
    traced: Trace, judged: Mapping[Bracket, Sequence[Hunk]]
) -> Iterator[tuple[Step, list[Hunk]]]:
    """Yield the steps of a policy that are none of its changes, each with its hunks.

    `judged` is as `of_changes` returns it. Other words in such a step have the reason `variant`: a variant
    shows them, or the captures of another address show their change.
    """
    for of_page in traced.steps.values():
        for step in of_page:
            if ends(step) not in judged:
                yield step, [_not_counted(hunk, "variant") for hunk in step.hunks]


def set_aside(
    traced: Trace, judged: Mapping[Bracket, Sequence[Hunk]], words: Callable[[int], Words]
) -> Counter[int]:
    """Return version number -> how many places of three words and more differ within it and do not count.

    They are in steps that are no change, and do not belong to a variant. `judged` is as in `beside_changes`.
    """
    changes = [change for change in traced.timeline.changes if change.kind == "wording"]
    moments = [change.first_new for change in changes]
    found: Counter[int] = Counter()
    for step, hunks in beside_changes(traced, judged):
        quiet = [hunk for hunk in hunks if hunk.reason != "variant"]
        if not any(max(h.old_end - h.old_start, h.new_end - h.new_start) >= NOTABLE for h in quiet):
            continue
        places = differences(words(step.old.text_id), words(step.new.text_id), hunks)
        at = bisect_right(moments, step.new.captured_at) - 1
        version = changes[at].new_version if at >= 0 else 1
        found[version] += sum(place.is_set_aside and place.reason != "variant" for place in places)
    return found


def row(one: Difference) -> tuple[str | int, ...]:
    """Return the values of a difference for `COLUMNS`."""
    return tuple(getattr(one, column) for column in COLUMNS)


def words_reader(read: ReadText) -> Callable[[int], Words]:
    """Return a function that takes a text's id and returns its words. It keeps the last texts in memory."""
    return keeping_recent(
        lambda text_id: Words(read(text_id)), lambda words: sum(map(len, words.words)), CACHED_TEXTS
    )


def ends(step: Step) -> Bracket:
    """Return the key of the two captures of a step."""
    return step.old.captured_at, step.old.text_id, step.new.captured_at, step.new.text_id


def _judged(old: Witness, new: Witness, read: ReadText, page_of: Callable[[int], str]) -> list[Hunk]:
    """Judge two captures that do not follow each other on one page."""
    step = Step(0, old, new, list(_compared(old, new, read)))
    mark_capture_dates(step, read)
    mark_extraction(step, read, page_of)
    if (old.body_id is None) != (new.body_id is None):
        body, is_imported = (old.body_id, True) if new.body_id is None else (new.body_id, False)
        texts, page = (read(old.text_id), read(new.text_id)), page_of(body) if body is not None else ""
        return [
            hunk
            if shows_another_wording(hunk, *texts, page, new_is_imported=is_imported)
            else _not_counted(hunk, "extraction")
            for hunk in step.hunks
        ]
    return step.hunks


def _without_noise(hunks: Sequence[Hunk], leaving: Step | None, arriving: Step | None) -> list[Hunk]:
    """Return the hunks between two captures; those at places that are noise get the reason of the noise.

    `leaving` is the step from the old capture on its page, and `arriving` the step to the new capture on its
    page. A place is noise if both steps show it, where the hunk has words.
    """
    gone = _NoisePlaces((h.old_start, h.old_end, h.reason) for h in (leaving.hunks if leaving else ()))
    came = _NoisePlaces((h.new_start, h.new_end, h.reason) for h in (arriving.hunks if arriving else ()))
    found: list[Hunk] = []
    for hunk in hunks:
        sides = ((gone, hunk.old_start, hunk.old_end), (came, hunk.new_start, hunk.new_end))
        reasons = [places.reason(start, end) for places, start, end in sides if start < end]
        noise = next(iter(reasons)) if all(reasons) else None
        found.append(_not_counted(hunk, noise) if noise else hunk)
    return found


class _NoisePlaces:
    """The ranges of a text that are noise, in order, each with its reason."""

    def __init__(self, ranges: Iterable[tuple[int, int, Reason]]) -> None:
        self._ranges = [one for one in ranges if one[2] in NOISE and one[0] < one[1]]
        self._starts = [start for start, _, _ in self._ranges]

    def reason(self, start: int, end: int) -> Reason | None:
        """Return the reason of the range that contains a range, or None."""
        at = bisect_right(self._starts, start) - 1
        return self._ranges[at][2] if at >= 0 and end <= self._ranges[at][1] else None


def _compared(old: Witness, new: Witness, read: ReadText) -> tuple[Hunk, ...]:
    return compare(read(old.text_id), read(new.text_id), other_address=old.page != new.page)


def _not_counted(hunk: Hunk, reason: Reason) -> Hunk:
    return with_reason(hunk, reason) if hunk.reason == "wording" else hunk


def _settled(change: Change, hunks: Sequence[Hunk]) -> Sequence[Hunk]:
    """Return the hunks as the timeline judged them.

    Two texts of one version have no change of wording: another tool or extraction made the difference. Two
    texts of different versions have one. If the captures between them show it, and these two texts do not,
    then all words count.
    """
    if change.kind != "wording":
        return [_not_counted(hunk, "extraction") for hunk in hunks]
    if any(hunk.reason == "wording" for hunk in hunks):
        return hunks
    return [with_reason(hunk, "wording") for hunk in hunks]
