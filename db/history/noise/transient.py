"""Blocks at an end of a page that came and went, or went and came back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from db.history.comparison.beside_policy.notices import is_notice, passage_around
from db.history.comparison.edges import EDGE_SIGNS
from db.history.comparison.hunks import Hunk
from db.history.comparison.statements import is_stated_date, is_statement
from db.history.comparison.tokenized import TokenizedText
from db.history.noise.steps import Event, ReadText, Step, sides_of

_ADDITION = 8  # with at least this many words, it can be decided whether they belong to the policy


@dataclass(slots=True, eq=False)
class Region:
    """A range of tokens in the current text, with the hunks that changed it."""

    start: int
    end: int
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class TransientBlock:
    """A block that appeared at an end of the text, or disappeared from it.

    `lost` are the tokens of a block that disappeared.
    """

    region: Region
    lost: tuple[str, ...] = ()
    outside: bool = False  # True if the words show that the block, with all changes in it, is no policy text


def age(block: TransientBlock, step: Step) -> int:
    came = block.region.events[0][0].new.captured_at
    return (date.fromisoformat(step.new.captured_at[:10]) - date.fromisoformat(came[:10])).days


def leaves(block: TransientBlock, hunk: Hunk, old: TokenizedText, new: TokenizedText) -> bool:
    """Return whether a hunk removes a transient block, or brings a lost one back."""
    if block.lost:
        return hunk.old_start == hunk.old_end and new.tokens[hunk.new_start : hunk.new_end] == block.lost
    whole = (
        hunk.old_start <= block.region.start + EDGE_SIGNS and hunk.old_end >= block.region.end - EDGE_SIGNS
    )
    return whole and hunk.new_start == hunk.new_end


def are_notices(events: Sequence[Event], read: ReadText) -> bool:
    """Return whether all words that came and went are passing notices by their words.

    `events` are the hunks that brought a block, changed it and removed it, in order. A change within the
    block is judged with the sentence around it.
    """
    ends = events[0], events[-1]
    return all(
        is_notice(text.pieces(*(span if event in ends else passage_around(text, *span))))
        for event in events
        for text, *span in sides_of(event, read)
    )


def is_foreign(hunk: Hunk, old: TokenizedText, new: TokenizedText) -> bool:
    """Return whether the blocks of a hunk have no sentence or date of the policy."""
    sides = ((old, new, hunk.old_start, hunk.old_end), (new, old, hunk.new_start, hunk.new_end))
    return all(_is_of_other_kind(side, other, start, end) for side, other, start, end in sides if end > start)


def _is_of_other_kind(side: TokenizedText, other: TokenizedText, start: int, end: int) -> bool:
    words, text = side.whole_blocks(start, end), side.blocks_text(start, end)
    foreign = other.is_foreign(words) if len(words) >= _ADDITION else not is_statement(text)
    return foreign and not is_stated_date(text) and not side.states_date(start, end)


def is_within(hunk: Hunk, region: Region, old: TokenizedText, new: TokenizedText) -> bool:
    """Return whether a hunk is within a region or covers it.

    A hunk that adds foreign words directly after the region also counts as within it.
    """
    if hunk.old_start == hunk.old_end == region.end > region.start:
        longer = hunk.new_end - hunk.new_start >= _ADDITION or new.is_items(hunk.new_start, hunk.new_end)
        return longer and is_foreign(hunk, old, new)
    if region.start == region.end:
        return hunk.old_start == hunk.old_end == region.start
    slack = EDGE_SIGNS if hunk.old_end - hunk.old_start >= region.end - region.start else 0
    end = hunk.old_end + (hunk.old_end == hunk.old_start)
    return region.start - slack <= hunk.old_start < end <= region.end + slack


def crosses(hunk: Hunk, region: Region) -> bool:
    """Return whether a hunk covers only a part of a region, and tokens outside.

    The rest of the region can then not be followed any more.
    """
    overlaps = hunk.old_start < region.end and region.start < hunk.old_end
    inside = region.start <= hunk.old_start and hunk.old_end <= region.end
    whole = hunk.old_start <= region.start and region.end <= hunk.old_end
    return overlaps and not inside and not whole
