"""Differences that a person can read: by section and paragraph, word by word; a moved paragraph is moved, not lost and found.

Blocks (paragraphs, items, headings, table rows: one line of our Markdown) are aligned by their words; what lies between two
aligned blocks is paired by likeness, and of each pair the words are compared. The alignments are rapidfuzz's (longest common
subsequence). Shown are the words as they are compared (db/normalisation.py): without links, markup and typographic variants.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

from db.normalisation import wording

Kind = Literal["same", "changed", "added", "removed", "moved"]
Op = Literal["same", "added", "removed"]
Words = tuple[str, ...]
Run = tuple[Op, str]

ALIKE = 0.5  # share of words in common from which two paragraphs are one that was edited, rather than two
MOVABLE = (
    5  # words from which a block that stands elsewhere counts as moved; shorter ones ("Yes.") stand anywhere
)
_MARK = re.compile(r"\s*(#{1,6}|\*|\d{1,9}\.)(?=\s)")


@dataclass(frozen=True)
class Block:
    """A line of Markdown: its words, the mark before them (`##`, `*`, `1.`, or ""), the nearest heading above it."""

    words: Words
    mark: str
    section: str


@dataclass(frozen=True)
class Piece:
    """A block of the comparison: its words in reading order, in runs of one op each (`same` and `moved` blocks have one).

    `section` is the heading below which it stands, in the new text, or in the old one if removed; "" before the first.
    """

    kind: Kind
    section: str
    mark: str
    runs: tuple[Run, ...]


def blocks(markdown: str) -> list[Block]:
    """Take a Markdown text apart into its blocks; lines without any word are none."""
    found: list[Block] = []
    section = ""
    for line in markdown.splitlines():
        words = tuple(wording(line).split())
        if words:
            mark = _MARK.match(line)
            found.append(Block(words, mark[1] if mark else "", section))
            if mark and mark[1].startswith("#"):
                section = " ".join(words)
    return found


def compare(old: str, new: str) -> list[Piece]:
    """Compare two Markdown texts: pieces in the order of the new text, removed ones where they were. No change: all `same`."""
    before, after = blocks(old), blocks(new)
    moved = _moved(before, after)
    pieces: list[Piece] = []
    removed: list[Block] = []
    added: list[Block] = []
    for op in Indel.opcodes([b.words for b in before], [b.words for b in after]):
        if op.tag == "equal":
            pieces += _between(removed, added, moved)
            pieces += [_whole("same", block) for block in after[op.dest_start : op.dest_end]]
            removed, added = [], []
        removed += before[op.src_start : op.src_end] if op.tag == "delete" else []
        added += after[op.dest_start : op.dest_end] if op.tag == "insert" else []
    return pieces + _between(removed, added, moved)


def count(pieces: Iterable[Piece]) -> tuple[int, int]:
    """The words added and removed; what moved counts as neither."""
    words: Counter[str] = Counter()
    for piece in pieces:
        for op, text in piece.runs:
            words[op] += len(text.split())
    return words["added"], words["removed"]


def _moved(before: Sequence[Block], after: Sequence[Block]) -> set[Words]:
    """The wordings of blocks that stand as often in both texts, and are long enough to be the same block."""
    old, new = Counter(b.words for b in before), Counter(b.words for b in after)
    return {words for words in old if old[words] == new[words] and len(words) >= MOVABLE}


def _between(removed: Sequence[Block], added: Sequence[Block], moved: set[Words]) -> list[Piece]:
    """The pieces between two aligned blocks: edited pairs, with what was removed before and added after them in place."""
    gone = [block for block in removed if block.words not in moved]
    pairs = dict(_pairs(gone, [block.words if block.words not in moved else () for block in added]))
    pieces: list[Piece] = []
    told = 0
    for number, block in enumerate(added):
        if block.words in moved:
            pieces.append(_whole("moved", block))
        elif number in pairs:
            pieces += [_whole("removed", lost) for lost in gone[told : pairs[number]]]
            told = pairs[number] + 1
            pieces.append(
                Piece("changed", block.section, block.mark, _runs(gone[pairs[number]].words, block.words))
            )
        else:
            pieces.append(_whole("added", block))
    return pieces + [_whole("removed", lost) for lost in gone[told:]]


def _pairs(gone: Sequence[Block], come: Sequence[Words]) -> list[tuple[int, int]]:
    """Pair new blocks with the old ones that they were edited from: (new, old) numbers, both ascending."""
    where: defaultdict[str, list[int]] = defaultdict(list)
    for number, block in enumerate(gone):
        for word in set(block.words):
            where[word].append(number)
    pairs: list[tuple[int, int]] = []
    after = 0
    for number, words in enumerate(come):
        shared = Counter(old for word in set(words) for old in where[word] if old >= after)
        likeness = {old: 2 * n / (len(set(words)) + len(set(gone[old].words))) for old, n in shared.items()}
        best = max(likeness, key=lambda old: (likeness[old], -old), default=None)
        if best is not None and likeness[best] >= ALIKE:
            pairs.append((number, best))
            after = best + 1
    return pairs


def _runs(old: Words, new: Words) -> tuple[Run, ...]:
    """Compare the words of a pair: between two shared runs, first what was removed, then what was added."""
    runs: list[Run] = []
    gap: dict[Op, list[str]] = {"removed": [], "added": []}
    for op in Indel.opcodes(old, new):
        gap["removed"] += old[op.src_start : op.src_end] if op.tag == "delete" else []
        gap["added"] += new[op.dest_start : op.dest_end] if op.tag == "insert" else []
        if op.tag == "equal":
            runs += [*_joined(gap), ("same", " ".join(new[op.dest_start : op.dest_end]))]
            gap = {"removed": [], "added": []}
    return (*runs, *_joined(gap))


def _joined(gap: dict[Op, list[str]]) -> list[Run]:
    return [(op, " ".join(words)) for op, words in gap.items() if words]


def _whole(kind: Kind, block: Block) -> Piece:
    op: Op = kind if kind in ("added", "removed") else "same"
    return Piece(kind, block.section, block.mark, ((op, " ".join(block.words)),))
