"""Steps: two captures of a page in a row whose texts differ, with their differences."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from db.history.comparison.hunks import Hunk, Reason, with_reason
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.timeline import Witness

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


Event = tuple[Step, int]  # a hunk, as its step and its index in `Step.hunks`


def set_reason(events: Iterable[Event], reason: Reason) -> None:
    """Set the reason of some hunks."""
    for step, index in events:
        step.hunks[index] = with_reason(step.hunks[index], reason)


def sides_of(event: Event, read: ReadText) -> Iterator[tuple[TokenizedText, int, int]]:
    """Yield the sides of a hunk that have tokens: the text, and the start and end of the range."""
    step, hunk = event[0], event[0].hunks[event[1]]
    if hunk.old_start < hunk.old_end:
        yield read(step.old.text_id), hunk.old_start, hunk.old_end
    if hunk.new_start < hunk.new_end:
        yield read(step.new.text_id), hunk.new_start, hunk.new_end


def comparer(read: ReadText, *, other_address: bool = False) -> Callable[[int, int], tuple[Hunk, ...]]:
    """Return a function that takes the ids of two texts and returns their hunks.

    It keeps the results of the last 32 pairs. With `other_address`, the texts are of different addresses.
    """

    @lru_cache(maxsize=32)
    def compared(old: int, new: int) -> tuple[Hunk, ...]:
        return compare(read(old), read(new), other_address=other_address)

    return compared
