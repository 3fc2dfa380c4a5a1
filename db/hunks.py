"""Two texts compared token by token: the hunks that differ, each with the reason for which it is a change of wording or none.

What can be said of two texts alone is said here; what only the whole history tells is learned in db/noise.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

from db.blocks import Reading, is_copyright, is_statement

Reason = Literal[
    "wording",  # other words: a change
    "spacing", "punctuation", "capitals", "moved", "repeated",  # the same words, set otherwise
    "outside", "cut", "copyright",  # beside the policy, seen in the two texts
    "clock", "volatile", "passing",  # beside the policy, learned from the history (db/noise.py)
]  # fmt: skip
PRESENTATION = frozenset({"spacing", "punctuation", "capitals", "moved", "repeated"})

NEAR = 4  # hunks with fewer equal tokens between them are one: an alignment of other sentences meets by chance in "of the"
CUT_WORDS = 100  # at most so much comes or goes at an end of the text when the extractor cuts a page that was set anew
CUT_STUMP = 2  # words that may be left of it on the other side
DOUBLED_WORDS = 60  # from so many words on that stand in the text already it is there twice; a short list item may recur
_PAUSES = frozenset(".:;#*|•·")  # sentence ends and list marks: set and lost with the markup around them
_SIGNS = _PAUSES | frozenset(",\"'()[]-&!?")


@dataclass(frozen=True, slots=True)
class Hunk:
    """Tokens `old_start` to `old_end` of the old text in whose place those from `new_start` to `new_end` of the new stand."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    reason: Reason = "wording"


def compare(old: Reading, new: Reading) -> tuple[Hunk, ...]:
    """All hunks between two texts, in order, with what the two texts alone tell of them."""
    found = _hunks(old.tokens, new.tokens)
    anew = _set_anew(old, new, found)
    judged = [Hunk(*hunk, _judge(old, new, hunk, anew)) for hunk in found]
    return tuple(_with_moves(old, new, judged))


def _hunks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    found: list[tuple[int, int, int, int]] = []
    for op in Indel.opcodes(old[start : len(old) - end], new[start : len(new) - end]):
        if op.tag == "equal":
            continue
        hunk = (op.src_start + start, op.src_end + start, op.dest_start + start, op.dest_end + start)
        if found and hunk[0] - found[-1][1] < NEAR:
            hunk = (found[-1][0], hunk[1], found[-1][2], hunk[3])
            found.pop()
        found.append(hunk)
    return found


def _set_anew(old: Reading, new: Reading, found: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether a page was set anew: most words stayed, yet lines were cut elsewhere where no word changed."""
    changed = sum(hunk[1] - hunk[0] for hunk in found)
    if not found or changed > len(old.tokens) / 2:
        return False
    known = set(old.blocks)
    touched = {n for h in found if h[3] > h[2] + 1 for n in range(new.block_at(h[2]), new.block_at(h[3] - 1) + 1)}
    recut = [n for n, text in enumerate(new.blocks) if text not in known and n not in touched]
    return len(recut) >= max(3, len(new.blocks) / 10)


def _judge(old: Reading, new: Reading, hunk: tuple[int, int, int, int], anew: bool) -> Reason:
    removed, added = old.tokens[hunk[0] : hunk[1]], new.tokens[hunk[2] : hunk[3]]
    same = _same_words(removed, added, _SIGNS if anew else _PAUSES)
    if same and not (same == "punctuation" and _inside_a_name(old, new, hunk)):
        return same
    if _in_copyright_lines(old, new, hunk):
        return "copyright"
    if anew and _at_an_end(old, new, hunk) and _is_cut(removed, added):
        return "cut"
    if removed and added:
        contents = _at_an_end(old, new, hunk) and _is_doubled(old, hunk[0], hunk[1]) and not _states(new, hunk[2], hunk[3])
        return "repeated" if contents else "wording"
    return _judge_one_sided(old, new, hunk)


def _judge_one_sided(old: Reading, new: Reading, hunk: tuple[int, int, int, int]) -> Reason:
    """Judge words that came and replaced none, or went and left none."""
    side, other, start, end = (new, old, hunk[2], hunk[3]) if hunk[2] < hunk[3] else (old, new, hunk[0], hunk[1])
    if _is_doubled(side, start, end):
        return "repeated"
    if _outside(old, new, hunk) or (_at_an_end(old, new, hunk) and other.is_furniture(side.tokens[start:end])):
        return "outside"
    return "wording"


def _is_cut(removed: Sequence[str], added: Sequence[str]) -> bool:
    stump, whole = sorted((len(_words(removed)), len(_words(added))))
    return stump <= CUT_STUMP and whole <= CUT_WORDS


def _same_words(removed: Sequence[str], added: Sequence[str], signs: frozenset[str]) -> Reason | None:
    if "".join(removed) == "".join(added):
        return "spacing"
    left, right = ("".join(t for t in side if t not in signs and t != "and") for side in (removed, added))
    if left == right and (left or not {*removed, *added} - signs - {"and", "&"}) and _and_for_and(removed, added):
        return "punctuation"
    if left.lower() == right.lower() and len(left) >= 4 and (left.isupper() or right.isupper()):
        return "capitals"
    return None


def _and_for_and(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Whether each "and" of one side is an "and" or an ampersand of the other."""
    return sum(t in ("and", "&") for t in removed) == sum(t in ("and", "&") for t in added)


def _inside_a_name(old: Reading, new: Reading, hunk: tuple[int, int, int, int]) -> bool:
    """Whether signs come or go between digits or in the middle of a name: 1.5, privacy.officer@shop.example."""
    for side, start, end in ((old, hunk[0], hunk[1]), (new, hunk[2], hunk[3])):
        before, after = side.tokens[start - 1 : start], side.tokens[end : end + 1]
        if before and after and end - start == 1 and before[0].isalnum() and after[0].isalnum():
            if before[0].isdigit() and after[0].isdigit():
                return True
            if f"{before[0]}{side.tokens[start]}{after[0]}" in side.around(start, end):
                return True
    return False


def _in_copyright_lines(old: Reading, new: Reading, hunk: tuple[int, int, int, int]) -> bool:
    """Whether a copyright line came or went, or another year stands in it."""
    sides = [(side, start, end) for side, start, end in ((old, hunk[0], hunk[1]), (new, hunk[2], hunk[3])) if end > start]
    if not all(is_copyright(block) for side, start, end in sides for block in side.around(start, end).split("\n")):
        return False
    whole = all(start == side.starts[side.block_at(start)] for side, start, _ in sides) and len(sides) == 1
    return whole or all(t.isdigit() or t in "-," for side, start, end in sides for t in side.tokens[start:end])


def _is_doubled(side: Reading, start: int, end: int) -> bool:
    """Whether what came or went stands in the text besides: headings once more in a table of contents, a whole text twice."""
    pieces = [piece for piece in side.pieces(start, end) if _words(piece)]
    if pieces and all(side.is_heading(piece) for piece in pieces):
        return True
    return len(_words(side.tokens[start:end])) >= DOUBLED_WORDS and side.repeats(start, end)


def _outside(old: Reading, new: Reading, hunk: tuple[int, int, int, int]) -> bool:
    """Whether words that came or went stand before all that the texts state, and state nothing: a heading, a breadcrumb."""
    before = hunk[1] <= old.prose[0] and hunk[3] <= new.prose[0]
    return before and not _states(new, hunk[2], hunk[3]) and not _states(old, hunk[0], hunk[1])


def _states(side: Reading, start: int, end: int) -> bool:
    return any(is_statement(" ".join(piece)) for piece in side.pieces(start, end))


def _at_an_end(old: Reading, new: Reading, hunk: tuple[int, int, int, int]) -> bool:
    heads = old.tokens[: hunk[0]], new.tokens[: hunk[2]]
    tails = old.tokens[hunk[1] :], new.tokens[hunk[3] :]
    return any(all(len(end) < 3 and not _words(end) for end in ends) for ends in (heads, tails))


def _words(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(token for token in tokens if token.isalnum())


def _with_moves(old: Reading, new: Reading, hunks: list[Hunk]) -> list[Hunk]:
    """Pair what was taken out with the same words put in elsewhere."""
    gone: dict[tuple[str, ...], int] = {}
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and not _words(new.tokens[hunk.new_start : hunk.new_end]):
            gone[_words(old.tokens[hunk.old_start : hunk.old_end])] = number
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and not _words(old.tokens[hunk.old_start : hunk.old_end]):
            source = gone.pop(_words(new.tokens[hunk.new_start : hunk.new_end]), None)
            if source is not None and source != number:
                for moved in (source, number):
                    hunks[moved] = judged(hunks[moved], "moved")
    return hunks


def judged(hunk: Hunk, reason: Reason) -> Hunk:
    """The hunk with another reason."""
    return Hunk(hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end, reason)
