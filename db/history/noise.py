"""Noise, learned from the history itself: what on a page is no part of the policy, though no single capture shows it.

A page is followed from text to text; every place of it that differed is followed on through the later texts.
A place is noise

- by the clock: it names each time the moment of the capture ("current as of …");
- when passing: it came at an end of the text and went as it had come, or went and came back, within `PASSING_DAYS`;
- when volatile: it differed in most captures, time and again, and mostly when nothing else did (a cart, a teaser, a token).
  A date that the policy states, however often it changes, is none.

A place that changes once and stays is never any of these.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from db.history.dates import capture_dates
from db.history.timeline import Witness
from db.history.token_diff import EDGE_SIGNS, Hunk, Reason, at_an_end, compare, with_reason
from db.history.tokenized import TokenizedText, is_stated_date, is_statement

PASSING_DAYS = 183  # half a year, as the view `gaps`: what an archive shows for longer was there to be read
VOLATILE_EVENTS = 5  # differences of a place from which it can be volatile; fewer in a row are corrections
VOLATILE_STRETCH = (
    4  # captures from one difference to the next within a volatile stretch at most: later ones are changes
)
FORGOTTEN_AFTER = 4 * VOLATILE_STRETCH  # captures after which a place that stayed is not followed any more
_ADDITION = 8  # words from which it shows of what kind they are
_SIZE_SLACK = 3  # tokens

ReadText = Callable[[int], TokenizedText]


@dataclass(slots=True)
class Step:
    """From one text of a page to the next, another one. `number` counts the captures of the page up to the new one."""

    number: int
    old: Witness
    new: Witness
    hunks: list[Hunk]

    @property
    def is_change(self) -> bool:
        """Whether any word changed that is the policy's."""
        return any(hunk.reason == "wording" for hunk in self.hunks)


def comparer(read: ReadText, *, moved: bool = False) -> Callable[[int, int], tuple[Hunk, ...]]:
    """Compare texts by id; remembers the last pairs, for pages that alternate between a few texts."""

    @lru_cache(maxsize=32)
    def compared(old: int, new: int) -> tuple[Hunk, ...]:
        return compare(read(old), read(new), moved=moved)

    return compared


def follow(
    page: Iterable[Witness], read: ReadText, compared: Callable[[int, int], tuple[Hunk, ...]]
) -> list[Step]:
    """Follow a page through its captures, by time: its steps, each hunk with its reason."""
    steps: list[Step] = []
    places = _RegionTracker(read)
    before: Witness | None = None
    for number, seen in enumerate(page):
        if before and before.text_id != seen.text_id:
            step = Step(number, before, seen, list(compared(before.text_id, seen.text_id)))
            _mark_capture_dates(step, read)
            steps.append(step)
            places.follow(step)
        before = seen
    places.finish(steps)
    return steps


def _mark_capture_dates(step: Step, read: ReadText) -> None:
    """Judge what differs only because each of two captures names its own moment."""
    old, new = read(step.old.text_id), read(step.new.text_id)
    for index, hunk in enumerate(step.hunks):
        sides = ((old, hunk.old_start, hunk.old_end, step.old), (new, hunk.new_start, hunk.new_end, step.new))
        if hunk.reason == "wording" and all(_is_capture_date(*side) for side in sides):
            step.hunks[index] = with_reason(hunk, "clock")


def _is_capture_date(text: TokenizedText, start: int, end: int, seen: Witness) -> bool:
    parts = capture_dates(text.blocks_text(start, end), date.fromisoformat(seen.captured_at[:10]))
    return start < end and {*text.tokens[start:end]} <= {*TokenizedText(parts).tokens, *"/:,.-"}


Event = tuple[Step, int]  # a hunk: its step, its index there


@dataclass(slots=True)
class _Region:
    """A place of the current text, by its tokens, with the differences that it went through."""

    start: int
    end: int
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class _TransientBlock:
    """What came at an end of the text, or (`lost` has its words) went from there, and all that changed in it since."""

    place: _Region
    lost: tuple[str, ...] = ()
    outside: bool = False  # it is no part of the policy by what it says; so is whatever changes in it


class _RegionTracker:
    """The places of a page that differed lately, moved along with the text from step to step."""

    def __init__(self, read: ReadText) -> None:
        self._read = read
        self._open: list[_Region] = []
        self._guests: list[_TransientBlock] = []
        self._volatile: list[list[Event]] = []

    def follow(self, step: Step) -> None:
        """Take in a step: which places differ in it, and where all of them lie in its new text."""
        old, new = self._read(step.old.text_id), self._read(step.new.text_id)
        self._guests = [
            guest for guest in self._guests if not any(_crosses(hunk, guest.place) for hunk in step.hunks)
        ]
        came = [guest for index in range(len(step.hunks)) for guest in self._receive(step, index, old, new)]
        self._guests = [guest for guest in self._guests if guest.outside or _age(guest, step) <= PASSING_DAYS]
        differing = [place for index in range(len(step.hunks)) for place in self._differ(step, index)]
        for place in [*self._open, *(guest.place for guest in self._guests)]:
            place.start, place.end = _moved_along(step.hunks, place.start, place.end)
        for guest in self._guests:  # what came right behind it is part of it
            own = [step.hunks[index] for at, index in guest.place.events if at is step]
            guest.place.end = max([guest.place.end, *(hunk.new_end for hunk in own)])
        self._close(
            [place for place in self._open if step.number - place.events[-1][0].number > FORGOTTEN_AFTER]
        )
        self._open += differing
        self._guests += came

    def _differ(self, step: Step, index: int) -> Iterator[_Region]:
        """Join a hunk to the open places that it touches; yields the place that it makes, in the new text."""
        hunk = step.hunks[index]
        if hunk.reason == "outside":  # then so was what differed in there before
            inside = [p for p in self._open if hunk.old_start <= p.start < p.end <= hunk.old_end]
            _judge([event for place in inside for event in place.events], "outside")
        if hunk.reason != "wording":
            return
        touched = [
            p
            for p in self._open
            if p.start <= hunk.old_end and hunk.old_start <= p.end and _same_size(p, hunk)
        ]
        self._open = [place for place in self._open if place not in touched]
        events = touched[0].events if len(touched) == 1 else _merged(touched)
        events.append((step, index))
        yield _Region(hunk.new_start, hunk.new_end, events)

    def _receive(
        self, step: Step, index: int, old: TokenizedText, new: TokenizedText
    ) -> Iterator[_TransientBlock]:
        """Judge a hunk by the guests: what leaves as it came was passing. Yields the guest that it is, if it comes."""
        hunk = step.hunks[index]
        if hunk.reason not in ("wording", "outside"):
            return
        guest = next((g for g in self._guests if _within(hunk, g.place, old, new)), None)
        if guest and _leaves(guest, hunk, old, new):
            self._guests.remove(guest)
            if not guest.outside and _age(guest, step) <= PASSING_DAYS:
                _judge([*guest.place.events, (step, index)], "passing")
        elif guest and guest.outside and not _is_foreign(hunk, old, new):
            self._guests.remove(
                guest
            )  # the policy's own words stand in it: nothing more can be told by where they are
        elif guest and not guest.lost:
            guest.place.events.append((step, index))
            if guest.outside:
                _judge([(step, index)], "outside")
        elif (hunk.old_start == hunk.old_end or hunk.new_start == hunk.new_end) and at_an_end(
            old, new, hunk.span
        ):
            outside = hunk.reason == "outside" and hunk.new_start < hunk.new_end
            if outside or hunk.reason == "wording":
                lost = old.tokens[hunk.old_start : hunk.old_end]
                yield _TransientBlock(_Region(hunk.new_start, hunk.new_end, [(step, index)]), lost, outside)

    def _close(self, places: Sequence[_Region]) -> None:
        self._open = [place for place in self._open if place not in places]
        self._volatile += [stretch for place in places for stretch in _stretches(place.events)]

    def finish(self, steps: Sequence[Step]) -> None:
        """Judge what differed in most captures, when the whole history is known."""
        self._close(self._open)
        restless = {(id(step), index) for stretch in self._volatile for step, index in stretch}
        alone = {
            id(step) for step in steps
            if all(hunk.reason != "wording" or (id(step), index) in restless for index, hunk in enumerate(step.hunks))
        }  # fmt: skip
        for stretch in map(_of_a_size, self._volatile):
            if (
                len(stretch) >= VOLATILE_EVENTS
                and 2 * sum(id(step) in alone for step, _ in stretch) > len(stretch)
                and not any(map(self._states_a_date, stretch))
            ):
                _judge(stretch, "volatile")

    def _states_a_date(self, event: Event) -> bool:
        hunk = event[0].hunks[event[1]]
        return is_stated_date(self._read(event[0].new.text_id).blocks_text(hunk.new_start, hunk.new_end))


def _merged(places: Sequence[_Region]) -> list[Event]:
    """The differences of several places in order, one of each step."""
    events = {event[0].number: event for place in places for event in place.events}
    return [events[number] for number in sorted(events)]


def _judge(events: Iterable[Event], reason: Reason) -> None:
    for step, index in events:
        step.hunks[index] = with_reason(step.hunks[index], reason)


def _age(guest: _TransientBlock, step: Step) -> int:
    came = guest.place.events[0][0].new.captured_at
    return (date.fromisoformat(step.new.captured_at[:10]) - date.fromisoformat(came[:10])).days


def _leaves(guest: _TransientBlock, hunk: Hunk, old: TokenizedText, new: TokenizedText) -> bool:
    """Whether a hunk takes a guest away again, or brings back what was lost."""
    if guest.lost:
        return hunk.old_start == hunk.old_end and new.tokens[hunk.new_start : hunk.new_end] == guest.lost
    whole = hunk.old_start <= guest.place.start + EDGE_SIGNS and hunk.old_end >= guest.place.end - EDGE_SIGNS
    return whole and hunk.new_start == hunk.new_end


def _stretches(events: Sequence[Event]) -> Iterator[list[Event]]:
    """The stretches of captures in most of which a place differed."""
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
    """The differences of a stretch without those that are far larger than most: more changed there than what always does."""
    sizes = [
        max(h.old_end - h.old_start, h.new_end - h.new_start)
        for h in (step.hunks[index] for step, index in stretch)
    ]
    usual = sorted(sizes)[len(sizes) // 2]
    return [event for event, size in zip(stretch, sizes, strict=True) if size <= 2 * usual + _SIZE_SLACK]


def _same_size(place: _Region, hunk: Hunk) -> bool:
    """Whether a hunk can be the next difference of a place: one that rewrites far more ends it."""
    return hunk.old_end - hunk.old_start <= 3 * (place.end - place.start) + 10


def _moved_along(hunks: Sequence[Hunk], start: int, end: int) -> tuple[int, int]:
    """Where tokens `start` to `end` of a step's old text lie in its new one; what changed inside is taken along."""
    shift_start = shift_end = 0
    for hunk in hunks:
        grown = (hunk.new_end - hunk.new_start) - (hunk.old_end - hunk.old_start)
        if hunk.old_end <= start:
            shift_start, shift_end = shift_start + grown, shift_end + grown
        elif hunk.old_start < end:
            shift_end += grown
    return start + shift_start, max(start + shift_start, end + shift_end)


def _is_foreign(hunk: Hunk, old: TokenizedText, new: TokenizedText) -> bool:
    """Whether neither the blocks that went nor those that came are sentences of the policy's kind, or its date."""
    sides = ((old, new, hunk.old_start, hunk.old_end), (new, old, hunk.new_start, hunk.new_end))
    return all(_is_of_other_kind(side, other, start, end) for side, other, start, end in sides if end > start)


def _is_of_other_kind(side: TokenizedText, other: TokenizedText, start: int, end: int) -> bool:
    words, text = side.whole_blocks(start, end), side.blocks_text(start, end)
    return not is_stated_date(text) and (
        other.is_foreign(words) if len(words) >= _ADDITION else not is_statement(text)
    )


def _within(hunk: Hunk, place: _Region, old: TokenizedText, new: TokenizedText) -> bool:
    """Whether a hunk lies in a place, or takes it whole, or adds to its end what is of no policy's kind."""
    if hunk.old_start == hunk.old_end == place.end > place.start:
        longer = hunk.new_end - hunk.new_start >= _ADDITION or new.is_items(hunk.new_start, hunk.new_end)
        return longer and _is_foreign(hunk, old, new)
    if place.start == place.end:
        return hunk.old_start == hunk.old_end == place.start
    slack = EDGE_SIGNS if hunk.old_end - hunk.old_start >= place.end - place.start else 0
    return (
        place.start - slack
        <= hunk.old_start
        < hunk.old_end + (hunk.old_end == hunk.old_start)
        <= place.end + slack
    )


def _crosses(hunk: Hunk, place: _Region) -> bool:
    """Whether a hunk takes part of a place and more than that: then what is left of it cannot be told any more."""
    overlaps = hunk.old_start < place.end and place.start < hunk.old_end
    inside = place.start <= hunk.old_start and hunk.old_end <= place.end
    whole = hunk.old_start <= place.start and place.end <= hunk.old_end
    return overlaps and not inside and not whole
