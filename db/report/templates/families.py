"""Texts that are like each other, by simhash or by the sentences that they share. Pure.

All pairs would be too many. Texts are compared only within buckets: of equal 16 bits of their simhashes (two
hashes that differ in 3 bits have one of four such parts in common), or of an equal smallest hash of their
sentences (A. Broder 1997). In a bucket a text is compared with the first different texts of it. None of these
stands for others that are like it, because likeness is not transitive.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from db.processor_time import in_time
from db.report.texts.masking import MaskedText
from db.report.texts.simhash import NEAR, differing_bits

T = TypeVar("T")

HALF = 0.5  # of the sentences of the longer text
_MOST_IN_BUCKET = 50  # different texts with which others are compared


@dataclass(frozen=True)
class Likeness(Generic[T]):
    """When two texts are like each other: `are_alike`. `keys` are their buckets, the same number for each."""

    keys: Callable[[T], Sequence[int]]
    are_alike: Callable[[T, T], bool]


def share_half(one: MaskedText, other: MaskedText) -> bool:
    """Return whether two texts share at least half of the sentences of the longer one.

    A text without a compared sentence shares nothing.
    """
    shorter, longer = sorted((one.sentences, other.sentences), key=len)
    enough = HALF * len(longer)
    return len(shorter) >= enough > 0 and len(set(shorter).intersection(longer)) >= enough


NEAR_TEXTS = Likeness[int](
    lambda simhash: [simhash >> (16 * part) & 0xFFFF for part in range(4)],
    lambda one, other: differing_bits(one, other) <= NEAR,
)
"""Simhashes that differ in at most 3 bits."""

HALF_SHARED = Likeness[MaskedText](lambda text: text.smallest, share_half)
"""Masked texts that share half of the sentences of the longer one."""


def groups(texts: Sequence[T], likeness: Likeness[T]) -> list[int]:
    """Return for each text the number of its group. Texts that are alike are in one group, and so on.

    The first and the last text of such a chain need not be alike.
    """
    parents = list(range(len(texts)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = at = parents[parents[at]]
        return at

    for at, bucket in _buckets(texts, likeness):
        own = root(at)
        for other in bucket:
            if (of_other := root(other)) != own and likeness.are_alike(texts[other], texts[at]):
                parents[own] = own = of_other
        _add(at, bucket, texts)
    return [root(at) for at in range(len(texts))]


def sharing(owners: Sequence[int], texts: Sequence[T], likeness: Likeness[T]) -> set[int]:
    """Return the owners with a text that is like the text of another owner. Each text has an owner."""
    found: set[int] = set()
    for at, bucket in _buckets(texts, likeness):
        own = owners[at]
        for other in bucket:
            another = owners[other]
            is_open = another != own and (own not in found or another not in found)
            if is_open and likeness.are_alike(texts[other], texts[at]):
                found |= {own, another}
        _add(at, bucket, texts)
    return found


def _add(at: int, bucket: list[int], texts: Sequence[T]) -> None:
    """Put a text into a bucket, if there is room and no equal one: all that is like one is like the other."""
    if len(bucket) < _MOST_IN_BUCKET and all(texts[other] != texts[at] for other in bucket):
        bucket.append(at)


def _buckets(texts: Sequence[T], likeness: Likeness[T]) -> Iterator[tuple[int, list[int]]]:
    """Yield each text, by its place, with each of its buckets: places of texts that were put into it.

    The caller puts a place into the bucket. All texts come with their first key, then with the second one, so
    that only the buckets of one are in memory.
    """
    ways = len(likeness.keys(texts[0])) if texts else 0
    for way in range(ways):
        buckets: dict[int, list[int]] = {}
        for at, text in enumerate(in_time(texts)):
            yield at, buckets.setdefault(likeness.keys(text)[way], [])
