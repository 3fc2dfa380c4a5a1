"""Places that differ in most captures, and whose words are counters, teasers or tokens."""

from collections.abc import Iterator, Sequence

from db.history.comparison.beside_policy.notices import code_at, is_counter, is_notice, passage_around
from db.history.comparison.statements import is_stated_date
from db.history.noise.steps import Event, ReadText, Step, set_reason, sides_of

VOLATILE_EVENTS = 5  # a place with fewer differences is not volatile: these can be corrections
VOLATILE_STRETCH = 4  # at most this many captures from one difference of a volatile place to the next
VOLATILE_SHARE = 0.2  # a larger share of a text is never volatile: it is the policy itself
_SIZE_SLACK = 3  # tokens


def mark_volatile(places: Sequence[Sequence[Event]], steps: Sequence[Step], read: ReadText) -> None:
    """Set the reason `volatile` for places that differ in most captures, with words that are noise.

    `places` are the hunks of each place by time, and `steps` all steps of the page.
    """
    every = [stretch for events in places for stretch in _stretches(events)]
    volatile = {(id(step), index) for stretch in every for step, index in stretch}
    alone = {
        id(step)
        for step in steps
        if {(id(step), n) for n, hunk in enumerate(step.hunks) if hunk.reason == "wording"} <= volatile
    }
    for stretch in every:
        found = [event for event in _of_a_size(stretch) if _is_small(event, read)]
        if any(_states_a_date(event, read) for event in found):
            continue
        found = [event for event in found if not _is_a_date(event, read)]
        found = [event for event in found if _is_beside_policy(event, read)] or _codes(found, read)
        if len(found) >= VOLATILE_EVENTS and 2 * sum(id(step) in alone for step, _ in found) > len(found):
            set_reason(found, "volatile")


def _is_beside_policy(event: Event, read: ReadText) -> bool:
    """Return whether a hunk is in words that are a counter, a price, a teaser or a notice."""
    for text, start, end in sides_of(event, read):
        pieces = text.pieces(*passage_around(text, start, end))
        if not (is_notice(pieces) or is_counter(pieces)):
            return False
    return True


def _codes(events: Sequence[Event], read: ReadText) -> list[Event]:
    """Return the hunks that replace one code by another, if no code comes twice: a session, a request."""
    codes = [[code_at(*side) for side in sides_of(event, read)] for event in events]
    found = [(event, of) for event, of in zip(events, codes, strict=True) if len(of) == 2 and all(of)]
    new = [of[-1] for _, of in found]
    return [event for event, _ in found] if len(set(new)) == len(new) else []


def _is_small(event: Event, read: ReadText) -> bool:
    """Return whether a hunk is a small part of both texts."""
    return all(end - start <= VOLATILE_SHARE * len(text.tokens) for text, start, end in sides_of(event, read))


def _is_a_date(event: Event, read: ReadText) -> bool:
    """Return whether the words of a hunk are of the date that the text states in any language."""
    return any(text.states_date(start, end) for text, start, end in sides_of(event, read))


def _states_a_date(event: Event, read: ReadText) -> bool:
    return any(is_stated_date(text.blocks_text(start, end)) for text, start, end in sides_of(event, read))


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
