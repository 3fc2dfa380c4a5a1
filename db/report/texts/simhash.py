"""The 64-bit simhash of a text: similar texts have hashes that differ in few bits (M. Charikar 2002)."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

BITS = 64
SHINGLE = 4  # words
NEAR = 3  # bits by which near texts differ at most (G. Manku et al. 2007)
_BYTES = BITS // 8
_KEPT, _LONGEST = 20_000, 200  # runs whose hash is kept in memory, and the letters of the longest one
_LANE = 32  # bits of a counter: enough for four thousand million runs
_ONES = (1 << _LANE) - 1
_LANES = [sum((byte >> bit & 1) << (_LANE * bit) for bit in range(8)) for byte in range(256)]


def simhash(words: Sequence[str]) -> int:
    """Return the simhash of all runs of four words.

    A text of fewer words is one run; without words, the hash is 0. A bit is set if it is set in the hashes of
    more than half of the runs.
    """
    runs = list(map(" ".join, zip(*(words[at:] for at in range(SHINGLE)), strict=False))) or [" ".join(words)]
    hashes = b"".join([_hash(run) if len(run) <= _LONGEST else _new_hash(run) for run in runs])
    found = 0
    for place in range(_BYTES if words else 0):
        counted = Counter(hashes[place::_BYTES]).items()
        lanes = sum(_LANES[byte] * count for byte, count in counted)  # counts the bits of all hashes at once
        for bit in range(8):
            ones = lanes >> (_LANE * bit) & _ONES
            found |= (2 * ones > len(runs)) << (8 * place + bit)
    return found


def _new_hash(run: str) -> bytes:
    return blake2b(run.encode("utf-8", "replace"), digest_size=_BYTES).digest()


_hash = lru_cache(_KEPT)(_new_hash)  # versions of a policy share most of their runs


def differing_bits(one: int, other: int) -> int:
    """Return in how many bits two simhashes differ."""
    return (one ^ other).bit_count()
