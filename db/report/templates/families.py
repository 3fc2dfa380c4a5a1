"""Groups of near texts: by simhash, and by the sentences that they share. Pure.

All pairs would be too many. Texts are compared only within buckets: of equal 16 bits of their simhashes (two
hashes that differ in 3 bits have one of four such parts in common), or of an equal smallest hash of their
sentences (A. Broder 1997). In a bucket a text is compared with a few texts that stand for it.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from db.report.texts.simhash import NEAR, differing_bits

T = TypeVar("T")

HALF = 0.5  # of the sentences of the longer text
_MOST_IN_BUCKET = 24  # texts that stand for a bucket
_PRIME = (1 << 61) - 1
# Factors of 16 hash functions: two texts with half of their sentences in common share a smallest hash with a
# probability of 1 - (2/3)^16 = .998, and with two thirds of 1 - 2^-16.
_FACTORS = tuple((0x9E3779B97F4A7C15 * number) % _PRIME | 1 for number in range(1, 17))


def near(simhashes: Sequence[int]) -> list[int]:
    """Return for each text the number of its group: texts whose simhashes differ in at most 3 bits."""

    def keys(simhash: int) -> Iterator[Hashable]:
        for part in range(4):
            yield part, simhash >> (16 * part) & 0xFFFF

    return _groups(simhashes, keys, lambda one, other: differing_bits(one, other) <= NEAR)


def families(texts: "Sequence[array[int]]") -> list[int]:
    """Return for each text the number of its group: texts that share half of the sentences of the longer.

    `texts` are the hashes of the masked sentences of each text (`masking.hashes_of`).
    """

    def keys(sentences: "array[int]") -> Iterator[Hashable]:
        for number, factor in enumerate(_FACTORS):
            if sentences:
                yield number, min(one * factor % _PRIME for one in sentences)

    return _groups(texts, keys, share_half)


def share_half(one: "array[int]", other: "array[int]") -> bool:
    """Return whether two texts share at least half of the sentences of the longer one.

    They are given by the hashes of their sentences (`masking.hashes_of`). A text without one shares nothing.
    """
    longer = max(len(one), len(other))
    return len(set(one).intersection(other)) >= HALF * longer > 0


def _groups(
    texts: Sequence[T],
    keys: Callable[[T], Iterable[Hashable]],
    is_near: Callable[[T, T], bool],
) -> list[int]:
    parents = list(range(len(texts)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = at = parents[parents[at]]
        return at

    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        for key in keys(text):
            bucket = buckets[key]
            is_known = False
            for other in bucket:
                if root(other) == root(at):
                    is_known = True
                elif is_near(texts[other], text):
                    parents[root(at)] = root(other)
                    is_known = True
            if not is_known and len(bucket) < _MOST_IN_BUCKET:
                bucket.append(at)
    return [root(at) for at in range(len(texts))]
