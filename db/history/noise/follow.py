"""Follow the places of a page that differ through all its captures.

The texts of a page are compared one after the other. Each range of tokens that differed (a region) is
followed through the later texts. Its differences are noise in three cases, and get the reason:

- `clock`: the region names the moment of each capture (capture_dates.py);
- `passing`: a notice appeared at an end of the text and disappeared unchanged within `PASSING_DAYS`, or
  disappeared and came back (transient.py);
- `volatile`: a counter, a teaser or a code differed in most captures, and mostly when nothing else did
  (volatile.py). A date that the policy states is never volatile.

The second and third need evidence in the words too (beside_policy/notices.py). A region that changes once and
then stays is no noise.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from db.history.comparison.edges import at_an_end
from db.history.comparison.hunks import Hunk
from db.history.comparison.long_texts.ranges import Ranges, Shifts
from db.history.comparison.tokenized import TokenizedText
from db.history.noise.capture_dates import mark_capture_dates
from db.history.noise.steps import Event, ReadText, Step, set_reason
from db.history.noise.transient import (
    Region,
    TransientBlock,
    age,
    are_notices,
    crosses,
    is_foreign,
    is_within,
    leaves,
)
from db.history.noise.volatile import VOLATILE_STRETCH, mark_volatile
from db.history.timeline import Witness

PASSING_DAYS = 183  # half a year, as in the view `gaps`; people could read a text that stayed longer
FORGOTTEN_AFTER = 4 * VOLATILE_STRETCH  # a region is closed after this many captures without a difference


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


class _RegionTracker:
    """The regions of a page that differed recently. Each step updates their positions."""

    def __init__(self, read: ReadText) -> None:
        self._read = read
        self._open: list[Region] = []
        self._transient: list[TransientBlock] = []
        self._closed: list[list[Event]] = []

    def follow(self, step: Step) -> None:
        """Process a step: compare its hunks with the regions, and move the regions to the new text."""
        old, new = self._read(step.old.text_id), self._read(step.new.text_id)
        self._transient = [b for b in self._transient if not any(crosses(h, b.region) for h in step.hunks)]
        hunks = range(len(step.hunks))
        came = [block for index in hunks for block in self._follow_transient(step, index, old, new)]
        self._transient = [b for b in self._transient if b.outside or age(b, step) <= PASSING_DAYS]
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

    def _follow_regions(self, step: Step) -> list[Region]:
        """Join each hunk of a step with the open regions that it touches.

        Returns the joined regions with their ranges in the new text. A hunk that is no change of wording has
        none.
        """
        regions = self._open
        ranges = Ranges([(region.start, region.end) for region in regions])
        closed: set[int] = set()
        joined: list[Region] = []
        for index, hunk in enumerate(step.hunks):
            near = [n for n in ranges.touched(hunk.old_start, hunk.old_end) if n not in closed]
            if hunk.reason == "outside":  # the earlier differences in this range were outside too
                inside = [regions[n] for n in near if _contains(hunk, regions[n])]
                set_reason([event for region in inside for event in region.events], "outside")
            if hunk.reason != "wording":
                continue
            touched = [n for n in near if _continues(hunk, regions[n])]
            closed.update(touched)
            events = (
                regions[touched[0]].events if len(touched) == 1 else _merged([regions[n] for n in touched])
            )
            events.append((step, index))
            joined.append(Region(hunk.new_start, hunk.new_end, events))
        self._open = [region for n, region in enumerate(regions) if n not in closed]
        return joined

    def _follow_transient(
        self, step: Step, index: int, old: TokenizedText, new: TokenizedText
    ) -> Iterator[TransientBlock]:
        """Compare a hunk with the transient blocks.

        If the hunk removes a transient block unchanged, and its words are a notice, all differences of the
        block get the reason `passing`. If the hunk itself adds or removes a block at an end of the text, it
        is yielded as a new transient block.
        """
        hunk = step.hunks[index]
        if hunk.reason not in ("wording", "outside"):
            return
        block = next((b for b in self._transient if is_within(hunk, b.region, old, new)), None)
        if block and leaves(block, hunk, old, new):
            self._transient.remove(block)
            events = [*block.region.events, (step, index)]
            if not block.outside and age(block, step) <= PASSING_DAYS and are_notices(events, self._read):
                set_reason(events, "passing")
        elif block and block.outside and not is_foreign(hunk, old, new):
            # The block now contains sentences of the policy. Its position at an end proves nothing any more.
            self._transient.remove(block)
        elif block and not block.lost:
            block.region.events.append((step, index))
            if block.outside:
                set_reason([(step, index)], "outside")
        elif hunk.is_one_sided and at_an_end(old, new, hunk.span):
            outside = hunk.reason == "outside" and hunk.new_start < hunk.new_end
            if outside or hunk.reason == "wording":
                lost = old.tokens[hunk.old_start : hunk.old_end]
                yield TransientBlock(Region(hunk.new_start, hunk.new_end, [(step, index)]), lost, outside)

    def _close(self, regions: Sequence[Region]) -> None:
        closed = set(map(id, regions))
        self._open = [region for region in self._open if id(region) not in closed]
        self._closed += [region.events for region in regions]

    def finish(self, steps: Sequence[Step]) -> None:
        """Set the reason `volatile`. Call it when all steps of the page are known."""
        self._close(self._open)
        mark_volatile(self._closed, steps, self._read)


def _merged(regions: Sequence[Region]) -> list[Event]:
    """Return the hunks of several regions by time, at most one of each step."""
    events = {event[0].number: event for region in regions for event in region.events}
    return [events[number] for number in sorted(events)]


def _continues(hunk: Hunk, region: Region) -> bool:
    """Return whether a hunk is the next difference of a region.

    It touches the region, and does not replace a much longer range.
    """
    touches = region.start <= hunk.old_end and hunk.old_start <= region.end
    return touches and hunk.old_end - hunk.old_start <= 3 * (region.end - region.start) + 10


def _contains(hunk: Hunk, region: Region) -> bool:
    return hunk.old_start <= region.start < region.end <= hunk.old_end
