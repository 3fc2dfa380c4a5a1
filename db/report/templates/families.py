"""Groups of near texts: by simhash, and by the sentences that they share. Pure.

All pairs would be too many. Texts are compared only within buckets: of equal 16 bits of their simhashes (two
hashes that differ in 3 bits have one of four such parts in common), or of an equal smallest hash of their
sentences (A. Broder 1997). In a bucket a text is compared with a few texts that stand for it.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from db.report.texts.simhash import NEAR, differing_bits, simhash

HALF = 0.5  # of the sentences of the longer text
_MOST_IN_BUCKET = 24  # texts that stand for a bucket
_PRIME = (1 << 61) - 1
# Factors of 16 hash functions: two texts with half of their sentences in common share a smallest hash with a
# probability of 1 - (2/3)^16 = .998, and with two thirds of 1 - 2^-16.
_FACTORS = tuple((0x9E3779B97F4A7C15 * number) % _PRIME | 1 for number in range(1, 17))


@dataclass(frozen=True)
class Sketch:
    """What is compared of a text: the simhash of its masked words, and hashes of its masked sentences.

    Each hash is in `sentences` once. An array is a tenth of a set in memory.
    """

    simhash: int
    sentences: "array[int]"


def sketch(sentences: Sequence[str]) -> Sketch:
    """Return what is compared of a text with these masked sentences."""
    return Sketch(simhash(" ".join(sentences).split()), array("q", sorted(set(map(text_hash, sentences)))))


def text_hash(text: str) -> int:
    """Return a hash of a text that is the same in each run: a signed number of 64 bits."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def near(sketches: Sequence[Sketch]) -> list[int]:
    """Return for each text the number of its group: texts whose simhashes differ in at most 3 bits."""

    def keys(sketch: Sketch) -> Iterator[Hashable]:
        for part in range(4):
            yield part, sketch.simhash >> (16 * part) & 0xFFFF

    return _groups(sketches, keys, lambda one, other: differing_bits(one.simhash, other.simhash) <= NEAR)


def families(sketches: Sequence[Sketch]) -> list[int]:
    """Return for each text the number of its group: texts that share half of the sentences of the longer."""

    def keys(sketch: Sketch) -> Iterator[Hashable]:
        for number, factor in enumerate(_FACTORS):
            if sketch.sentences:
                yield number, min(one * factor % _PRIME for one in sketch.sentences)

    return _groups(sketches, keys, _share_half)


def _share_half(one: Sketch, other: Sketch) -> bool:
    longer = max(len(one.sentences), len(other.sentences))
    return len(set(one.sentences).intersection(other.sentences)) >= HALF * longer > 0


def _groups(
    sketches: Sequence[Sketch],
    keys: Callable[[Sketch], Iterable[Hashable]],
    is_near: Callable[[Sketch, Sketch], bool],
) -> list[int]:
    parents = list(range(len(sketches)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = at = parents[parents[at]]
        return at

    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for at, sketch in enumerate(sketches):
        for key in keys(sketch):
            bucket = buckets[key]
            is_known = False
            for other in bucket:
                if root(other) == root(at):
                    is_known = True
                elif is_near(sketches[other], sketch):
                    parents[root(at)] = root(other)
                    is_known = True
            if not is_known and len(bucket) < _MOST_IN_BUCKET:
                bucket.append(at)
    return [root(at) for at in range(len(sketches))]
