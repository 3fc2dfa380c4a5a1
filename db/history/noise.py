"""Noise: differences outside of the policy, recognised by all captures of a page.

The texts of a page are compared one after the other. Each range of tokens that differed (a region) is
followed through the later texts. Its differences are noise in three cases, and get the reason:

- `clock`: the region names the moment of each capture ("current as of ...");
- `passing`: a block appeared at an end of the text and disappeared unchanged within `PASSING_DAYS`, or
  disappeared and came back;
- `volatile`: the region differed in most captures, at least `VOLATILE_EVENTS` times, and mostly when nothing
  else did: a shopping cart, a teaser, a token. A date that the policy states is never volatile.

A region that changes once and then stays is no noise.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise

from db.history.comparison.hunks import Hunk, Reason, with_reason
from db.history.comparison.long_texts.ranges import Ranges, Shifts
from db.history.comparison.token_diff import EDGE_SIGNS, at_an_end, compare
from db.history.comparison.tokenized import TokenizedText, is_stated_date, is_statement
from db.history.dates import capture_dates
from db.history.timeline import Witness

PASSING_DAYS = 183  # half a year, as in the view `gaps`; people could read a text that stayed longer
VOLATILE_EVENTS = 5  # a region with fewer differences is not volatile: these can be corrections
VOLATILE_STRETCH = 4  # at most this many captures from one difference of a volatile region to the next
FORGOTTEN_AFTER = 4 * VOLATILE_STRETCH  # a region is closed after this many captures without a difference
_ADDITION = 8  # with at least this many words, it can be decided whether they belong to the policy
_SIZE_SLACK = 3  # tokens
VOLATILE_SHARE = 0.2  # a larger share of a text is never volatile: it is the policy itself

ReadText = Callable[[int], TokenizedText]


@dataclass(slots=True)
class Step:
    """Two captures of a page in a row whose texts differ, with their differences.

    `number` is the index of the new capture among the good captures of the page, from 0.
    """

    number: int
    old: Witness
    new: Witness
    hunks: list[Hunk]

    @property
    def is_change(self) -> bool:
        """True if any word of the policy changed."""
        return any(hunk.reason == "wording" for hunk in self.hunks)


def comparer(read: ReadText, *, other_address: bool = False) -> Callable[[int, int], tuple[Hunk, ...]]:
    """Return a function that takes the ids of two texts and returns their hunks.

    It keeps the results of the last 32 pairs. With `other_address`, the texts are of different addresses.
    """

    @lru_cache(maxsize=32)
    def compared(old: int, new: int) -> tuple[Hunk, ...]:
        return compare(read(old), read(new), other_address=other_address)

    return compared


def follow(
    page: Iterable[Witness], read: ReadText, compared: Callable[[int, int], tuple[Hunk, ...]]
) -> list[Step]:
    """Return the steps of a page, with a reason for each hunk.

    `page` has the good captures of the page in order of time. `read` takes a text's id, and `compared` two
    ids of texts. Returns [] if all captures have the same text.
    """
    steps: list[Step] = []
    tracker = _RegionTracker(read)
    for number, (old, new) in enumerate(pairwise(page), 1):
        if old.text_id != new.text_id:
            step = Step(number, old, new, list(compared(old.text_id, new.text_id)))
            mark_capture_dates(step, read)
            steps.append(step)
            tracker.follow(step)
    tracker.finish(steps)
    return steps


def mark_capture_dates(step: Step, read: ReadText) -> None:
    """Set the reason `clock` where both texts name the moment of their capture."""
    old, new = read(step.old.text_id), read(step.new.text_id)
    for index, hunk in enumerate(step.hunks):
        sides = ((old, hunk.old_start, hunk.old_end, step.old), (new, hunk.new_start, hunk.new_end, step.new))
        if hunk.reason == "wording" and all(_is_capture_date(*side) for side in sides):
            step.hunks[index] = with_reason(hunk, "clock")


def _is_capture_date(text: TokenizedText, start: int, end: int, seen: Witness) -> bool:
    named = _capture_dates(text.blocks_text(start, end), date.fromisoformat(seen.captured_at[:10]))
    changed = {*text.tokens[start:end]}
    return bool(named & changed) and changed <= {*named, *"/:,.-"}


@lru_cache(4)  # a long block can have many differences
def _capture_dates(text: str, day: date) -> frozenset[str]:
    """Return the tokens of the dates in a text that name a day, the day of the capture."""
    return frozenset(TokenizedText(capture_dates(text, day)).tokens)


Event = tuple[Step, int]  # a hunk, as its step and its index in `Step.hunks`


@dataclass(slots=True, eq=False)
class _Region:
    """A range of tokens in the current text, with the hunks that changed it."""

    start: int
    end: int
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class _TransientBlock:
    """A block that appeared at an end of the text, or disappeared from it.

    `lost` are the tokens of a block that disappeared.
    """

    region: _Region
    lost: tuple[str, ...] = ()
    outside: bool = False  # True if the words show that the block, with all changes in it, is no policy text


class _RegionTracker:
    """The regions of a page that differed recently. Each step updates their positions."""

    def __init__(self, read: ReadText) -> None:
        self._read = read
        self._open: list[_Region] = []
        self._transient: list[_TransientBlock] = []
        self._volatile: list[list[Event]] = []

    def follow(self, step: Step) -> None:
        """Process a step: compare its hunks with the regions, and move the regions to the new text."""
        old, new = self._read(step.old.text_id), self._read(step.new.text_id)
        self._transient = [b for b in self._transient if not any(_crosses(h, b.region) for h in step.hunks)]
        hunks = range(len(step.hunks))
        came = [block for index in hunks for block in self._follow_transient(step, index, old, new)]
        self._transient = [b for b in self._transient if b.outside or _age(b, step) <= PASSING_DAYS]
        changed = self._follow_regions(step)
        shifts = Shifts(step.hunks)
        for region in [*self._open, *(block.region for block in self._transient)]:
            region.start, region.end = shifts.moved(region.start, region.end)
        for block in self._transient:  # words that were added directly after a block are a part of it
            own = [step.hunks[index] for at, index in block.region.events if at is step]
            block.region.end = max([block.region.end, *(hunk.new_end for hunk in own)])
        self._close([r for r in self._open if step.number - r.events[-1][0].number > FORGOTTEN_AFTER])
        self._open += changed
        self._transient += came

    def _follow_regions(self, step: Step) -> list[_Region]:
        """Join each hunk of a step with the open regions that it touches.

        Returns the joined regions with their ranges in the new text. A hunk that is no change of wording has
        none.
        """
        regions = self._open
        ranges = Ranges([(region.start, region.end) for region in regions])
        closed: set[int] = set()
        joined: list[_Region] = []
        for index, hunk in enumerate(step.hunks):
            near = [n for n in ranges.touched(hunk.old_start, hunk.old_end) if n not in closed]
            if hunk.reason == "outside":  # the earlier differences in this range were outside too
                inside = [regions[n] for n in near if _contains(hunk, regions[n])]
                _set_reason([event for region in inside for event in region.events], "outside")
            if hunk.reason != "wording":
                continue
            touched = [n for n in near if _continues(hunk, regions[n])]
            closed.update(touched)
            events = (
                regions[touched[0]].events if len(touched) == 1 else _merged([regions[n] for n in touched])
            )
            events.append((step, index))
            joined.append(_Region(hunk.new_start, hunk.new_end, events))
        self._open = [region for n, region in enumerate(regions) if n not in closed]
        return joined

    def _follow_transient(
        self, step: Step, index: int, old: TokenizedText, new: TokenizedText
    ) -> Iterator[_TransientBlock]:
        """Compare a hunk with the transient blocks.

        If the hunk removes a transient block unchanged, all differences of the block get the reason
        `passing`. If the hunk itself adds or removes a block at an end of the text, it is yielded as a new
        transient block.
        """
        hunk = step.hunks[index]
        if hunk.reason not in ("wording", "outside"):
            return
        block = next((b for b in self._transient if _within(hunk, b.region, old, new)), None)
        if block and _leaves(block, hunk, old, new):
            self._transient.remove(block)
            if not block.outside and _age(block, step) <= PASSING_DAYS:
                _set_reason([*block.region.events, (step, index)], "passing")
        elif block and block.outside and not _is_foreign(hunk, old, new):
            # The block now contains sentences of the policy. Its position at an end proves nothing any more.
            self._transient.remove(block)
        elif block and not block.lost:
            block.region.events.append((step, index))
            if block.outside:
                _set_reason([(step, index)], "outside")
        elif hunk.is_one_sided and at_an_end(old, new, hunk.span):
            outside = hunk.reason == "outside" and hunk.new_start < hunk.new_end
            if outside or hunk.reason == "wording":
                lost = old.tokens[hunk.old_start : hunk.old_end]
                yield _TransientBlock(_Region(hunk.new_start, hunk.new_end, [(step, index)]), lost, outside)

    def _close(self, regions: Sequence[_Region]) -> None:
        closed = set(map(id, regions))
        self._open = [region for region in self._open if id(region) not in closed]
        self._volatile += [stretch for region in regions for stretch in _stretches(region.events)]

    def finish(self, steps: Sequence[Step]) -> None:
        """Set the reason `volatile`. Call it when all steps of the page are known."""
        self._close(self._open)
        volatile = {(id(step), index) for stretch in self._volatile for step, index in stretch}
        alone = {
            id(step)
            for step in steps
            if {(id(step), n) for n, hunk in enumerate(step.hunks) if hunk.reason == "wording"} <= volatile
        }
        for stretch in map(self._small, self._volatile):
            if (
                len(stretch) >= VOLATILE_EVENTS
                and 2 * sum(id(step) in alone for step, _ in stretch) > len(stretch)
                and not any(map(self._states_a_date, stretch))
            ):
                _set_reason([event for event in stretch if not self._is_a_date(event)], "volatile")

    def _small(self, stretch: Sequence[Event]) -> list[Event]:
        """Return the hunks of a usual size that are a small part of both texts."""
        small: list[Event] = []
        for step, index in _of_a_size(stretch):
            hunk = step.hunks[index]
            sides = (
                (hunk.old_end - hunk.old_start, self._read(step.old.text_id)),
                (hunk.new_end - hunk.new_start, self._read(step.new.text_id)),
            )
            if all(size <= VOLATILE_SHARE * len(text.tokens) for size, text in sides):
                small.append((step, index))
        return small

    def _is_a_date(self, event: Event) -> bool:
        """Return whether the words of a hunk are of the date that the text states in any language."""
        step, hunk = event[0], event[0].hunks[event[1]]
        old, new = self._read(step.old.text_id), self._read(step.new.text_id)
        return old.states_date(hunk.old_start, hunk.old_end) or new.states_date(hunk.new_start, hunk.new_end)

    def _states_a_date(self, event: Event) -> bool:
        hunk = event[0].hunks[event[1]]
        return is_stated_date(self._read(event[0].new.text_id).blocks_text(hunk.new_start, hunk.new_end))


def _merged(regions: Sequence[_Region]) -> list[Event]:
    """Return the hunks of several regions by time, at most one of each step."""
    events = {event[0].number: event for region in regions for event in region.events}
    return [events[number] for number in sorted(events)]


def _set_reason(events: Iterable[Event], reason: Reason) -> None:
    for step, index in events:
        step.hunks[index] = with_reason(step.hunks[index], reason)


def _age(block: _TransientBlock, step: Step) -> int:
    came = block.region.events[0][0].new.captured_at
    return (date.fromisoformat(step.new.captured_at[:10]) - date.fromisoformat(came[:10])).days


def _leaves(block: _TransientBlock, hunk: Hunk, old: TokenizedText, new: TokenizedText) -> bool:
    """Return whether a hunk removes a transient block, or brings a lost one back."""
    if block.lost:
        return hunk.old_start == hunk.old_end and new.tokens[hunk.new_start : hunk.new_end] == block.lost
    whole = (
        hunk.old_start <= block.region.start + EDGE_SIGNS and hunk.old_end >= block.region.end - EDGE_SIGNS
    )
    return whole and hunk.new_start == hunk.new_end


def _stretches(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Yield sequences of hunks in which most captures differ.

    A sequence has at least `VOLATILE_EVENTS` hunks.
    """
    stretch: list[Event] = []
    for event in [*events, None]:
        if stretch and (event is None or event[0].number - stretch[-1][0].number > VOLATILE_STRETCH):
            captures = stretch[-1][0].number - stretch[0][0].number + 1
            if len(stretch) >= VOLATILE_EVENTS and 2 * len(stretch) > captures:
                yield stretch
            stretch = []
        if event is not None:
            stretch.append(event)


def _of_a_size(stretch: Sequence[Event]) -> list[Event]:
    """Return the hunks of a sequence, without hunks that are much larger than usual.

    In the much larger ones something else changed too.
    """
    hunks = [step.hunks[index] for step, index in stretch]
    sizes = [max(hunk.old_end - hunk.old_start, hunk.new_end - hunk.new_start) for hunk in hunks]
    usual = sorted(sizes)[len(sizes) // 2]
    return [event for event, size in zip(stretch, sizes, strict=True) if size <= 2 * usual + _SIZE_SLACK]


def _continues(hunk: Hunk, region: _Region) -> bool:
    """Return whether a hunk is the next difference of a region.

    It touches the region, and does not replace a much longer range.
    """
    touches = region.start <= hunk.old_end and hunk.old_start <= region.end
    return touches and hunk.old_end - hunk.old_start <= 3 * (region.end - region.start) + 10


def _contains(hunk: Hunk, region: _Region) -> bool:
    return hunk.old_start <= region.start < region.end <= hunk.old_end


def _is_foreign(hunk: Hunk, old: TokenizedText, new: TokenizedText) -> bool:
    """Return whether the blocks of a hunk have no sentence or date of the policy."""
    sides = ((old, new, hunk.old_start, hunk.old_end), (new, old, hunk.new_start, hunk.new_end))
    return all(_is_of_other_kind(side, other, start, end) for side, other, start, end in sides if end > start)


def _is_of_other_kind(side: TokenizedText, other: TokenizedText, start: int, end: int) -> bool:
    words, text = side.whole_blocks(start, end), side.blocks_text(start, end)
    foreign = other.is_foreign(words) if len(words) >= _ADDITION else not is_statement(text)
    return foreign and not is_stated_date(text) and not side.states_date(start, end)


def _within(hunk: Hunk, region: _Region, old: TokenizedText, new: TokenizedText) -> bool:
    """Return whether a hunk is within a region or covers it.

    A hunk that adds foreign words directly after the region also counts as within it.
    """
    if hunk.old_start == hunk.old_end == region.end > region.start:
        longer = hunk.new_end - hunk.new_start >= _ADDITION or new.is_items(hunk.new_start, hunk.new_end)
        return longer and _is_foreign(hunk, old, new)
    if region.start == region.end:
        return hunk.old_start == hunk.old_end == region.start
    slack = EDGE_SIGNS if hunk.old_end - hunk.old_start >= region.end - region.start else 0
    end = hunk.old_end + (hunk.old_end == hunk.old_start)
    return region.start - slack <= hunk.old_start < end <= region.end + slack


def _crosses(hunk: Hunk, region: _Region) -> bool:
    """Return whether a hunk covers only a part of a region, and tokens outside.

    The rest of the region can then not be followed any more.
    """
    overlaps = hunk.old_start < region.end and region.start < hunk.old_end
    inside = region.start <= hunk.old_start and hunk.old_end <= region.end
    whole = hunk.old_start <= region.start and region.end <= hunk.old_end
    return overlaps and not inside and not whole
