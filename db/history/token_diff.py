"""The differences of two texts by token: hunks, each with the reason why it counts as a change or not.

This module decides what two texts alone show. What only the history of a page shows is in
db/history/noise.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from db.history.alignment import Gap, align
from db.history.tokenized import TokenizedText, is_copyright, is_stated_date, is_statement

Reason = Literal[
    # Other words: a change.
    "wording",
    # The same words in another presentation.
    "spacing",
    "punctuation",
    "capitals",
    "encoding",
    "moved",
    "repeated",
    # No part of the policy, as the two texts show.
    "outside",
    "cut",
    "copyright",
    # No part of the policy, as the history shows (db/history/noise.py); "clock" is the date of the capture.
    "clock",
    "volatile",
    "passing",
    # On both pages, but only in one of the texts (db/history/page_text.py).
    "extraction",
]
PRESENTATION: frozenset[Reason] = frozenset(
    {"spacing", "punctuation", "capitals", "encoding", "moved", "repeated"}
)

# Hunks with fewer equal tokens between them are one: different sentences share words like "of the" by chance.
NEAR = 4
EDGE_SIGNS = 2  # signs that may stand between an end of the text and a hunk at that end
# The most words at an end of the text that come or go because the extractor cut a page with a new layout.
CUT_WORDS = 100
CUT_STUMP = 5  # words that may be left of them on the other side
# From so many words on, a passage that is in the text already is there twice; a short list item may recur.
DOUBLED_WORDS = 60
_MARKS = frozenset("#*|•·")  # of lists and cells that lost their markup
_STOPS = frozenset(".:;")  # at the end of a line only: headings and list items have them or not
_LOST = frozenset("\"'?")  # a quote that an encoding does not have is a question mark: company?s
_LIST_MARK = re.compile(r"\(?(?:[0-9]{1,2}|[A-Za-z]|[ivx]{1,5})[.)]")
_SIGNS = _MARKS | _STOPS | frozenset(",\"'()[]-!?")


@dataclass(frozen=True, slots=True)
class Hunk:
    """A range of tokens of the old text, and the range of the new text in its place."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    reason: Reason = "wording"

    @property
    def span(self) -> tuple[int, int, int, int]:
        """The start and end in the old text, then in the new one."""
        return self.old_start, self.old_end, self.new_start, self.new_end


def compare(old: TokenizedText, new: TokenizedText, *, moved: bool = False) -> tuple[Hunk, ...]:
    """Return the hunks between two texts in order, each with the reason that the two texts alone show.

    `moved`: the texts are of different addresses, so different punctuation is no change. Empty for equal
    texts.
    """
    found = [part for hunk in _hunks(old.tokens, new.tokens) for part in _split(old, new, hunk)]
    relaid = _is_relaid(old, new, found)
    free = relaid or moved
    judged = [Hunk(*hunk, _judge(old, new, hunk, free, relaid)) for hunk in found]
    return tuple(_with_moves(old, new, judged))


def _hunks(old: Sequence[str], new: Sequence[str]) -> list[Gap]:
    """Return the gaps between two texts; those with fewer than `NEAR` equal tokens between them are one."""
    found: list[Gap] = []
    for gap in align(old, new):
        if found and gap.old_start - found[-1].old_end < NEAR:
            before = found.pop()
            found.append(Gap(before.old_start, gap.old_end, before.new_start, gap.new_end))
        else:
            found.append(gap)
    return found


def _split(
    old: TokenizedText, new: TokenizedText, hunk: tuple[int, int, int, int]
) -> list[tuple[int, int, int, int]]:
    """Separate an edit within a block, at an end of a hunk, from the whole blocks next to it."""
    old_start, old_end, new_start, new_end = hunk
    parts: list[tuple[int, int, int, int]] = []
    for side, start, end in ((old, old_start, old_end), (new, new_start, new_end)):
        if start >= len(side.tokens) or end >= len(side.tokens) or start == end:
            return [hunk]
    tails = old.bounds(old.block_at(old_end))[0], new.bounds(new.block_at(new_end))[0]
    if (
        old_start <= tails[0] < old_end
        and new_start <= tails[1] < new_end
        and (old_start, new_start) != tails
    ):
        parts = [(tails[0], old_end, tails[1], new_end)]
        old_end, new_end = tails
    heads = old.bounds(old.block_at(old_start)), new.bounds(new.block_at(new_start))
    inside = heads[0][0] < old_start and heads[1][0] < new_start
    if (
        inside
        and heads[0][1] <= old_end
        and heads[1][1] <= new_end
        and (heads[0][1], heads[1][1]) != (old_end, new_end)
    ):
        return [
            (old_start, heads[0][1], new_start, heads[1][1]),
            (heads[0][1], old_end, heads[1][1], new_end),
            *parts,
        ]
    return [(old_start, old_end, new_start, new_end), *parts]


def _is_relaid(old: TokenizedText, new: TokenizedText, found: Sequence[tuple[int, int, int, int]]) -> bool:
    """Return whether a page got a new layout: most words stayed, but lines break elsewhere."""
    changed = sum(hunk[1] - hunk[0] for hunk in found)
    if not found or changed > len(old.tokens) / 2:
        return False
    known = set(old.blocks)
    touched = {
        n for h in found if h[3] > h[2] + 1 for n in range(new.block_at(h[2]), new.block_at(h[3] - 1) + 1)
    }
    recut = [n for n, text in enumerate(new.blocks) if text not in known and n not in touched]
    return len(recut) >= max(3, len(new.blocks) / 10)


def _judge(
    old: TokenizedText, new: TokenizedText, hunk: tuple[int, int, int, int], free: bool, relaid: bool
) -> Reason:
    removed, added = old.tokens[hunk[0] : hunk[1]], new.tokens[hunk[2] : hunk[3]]
    same = _same_words(
        removed, added, _significant(old, hunk[0], hunk[1], free), _significant(new, hunk[2], hunk[3], free)
    )
    if same and not (same == "punctuation" and _inside_a_name(old, new, hunk)):
        return same
    if _in_copyright_lines(old, new, hunk):
        return "copyright"
    if (
        hunk[0] >= old.copyright_end
        and hunk[2] >= new.copyright_end
        and not (_states_a_date(old, *hunk[:2]) or _states_a_date(new, *hunk[2:]))
    ):
        return "outside"
    if (
        relaid
        and at_an_end(old, new, hunk)
        and _is_cut(removed, added, min(len(old.tokens), len(new.tokens)))
    ):
        return "cut"
    if removed and added:
        contents = (
            at_an_end(old, new, hunk)
            and _is_doubled(old, new, hunk[0], hunk[1])
            and not _states(new, hunk[2], hunk[3])
        )
        return "repeated" if contents else "wording"
    return _judge_one_sided(old, new, hunk)


def _judge_one_sided(old: TokenizedText, new: TokenizedText, hunk: tuple[int, int, int, int]) -> Reason:
    """Return the reason of words that were only added, or only removed."""
    side, other, start, end = (
        (new, old, hunk[2], hunk[3]) if hunk[2] < hunk[3] else (old, new, hunk[0], hunk[1])
    )
    if _LIST_MARK.fullmatch("".join(side.tokens[start:end])) and start == side.starts[side.block_at(start)]:
        return "punctuation"
    if _is_doubled(side, other, start, end):
        return "repeated"
    if _outside(old, new, hunk):
        return "outside"
    furniture = other.is_page_chrome(side.tokens[start:end]) or side.names_page_chrome(start, end)
    if at_an_end(old, new, hunk) and furniture and not _states_a_date(side, start, end):
        return "outside"
    return "wording"


def _is_cut(removed: Sequence[str], added: Sequence[str], tokens: int) -> bool:
    """Return whether a small part of a text came or went, except for a few words."""
    stump, whole = sorted((len(_words(removed)), len(_words(added))))
    return (stump == 0 or (stump <= CUT_STUMP and whole >= CUT_STUMP**2)) and whole <= min(
        CUT_WORDS, tokens // 4
    )


def _significant(side: TokenizedText, start: int, end: int, free: bool) -> list[str]:
    """Return the tokens without list marks and stops at line ends; if `free`, without all punctuation."""
    signs = _SIGNS if free else _MARKS
    tokens = enumerate(side.tokens[start:end], start)
    return [
        t
        for n, t in tokens
        if t not in signs and not (t in _STOPS and n + 1 == side.bounds(side.block_at(n))[1])
    ]


def _same_words(
    removed: Sequence[str], added: Sequence[str], left: Sequence[str], right: Sequence[str]
) -> Reason | None:
    """Return the reason of two passages with the same words; None for others.

    `left` and `right` are the tokens of `removed` and `added` that count (`_significant`).
    """
    if "".join(removed) == "".join(added):
        return "spacing"
    if left == right:
        return "punctuation"
    if len(left) == len(right) and all(map(_same_sign, left, right)):
        return "encoding"
    before, after = "".join(left), "".join(right)
    if before.lower() == after.lower() and len(before) >= 4 and (before.isupper() or after.isupper()):
        return "capitals"
    return None


def _same_sign(one: str, other: str) -> bool:
    return one == other or ("?" in (one, other) and {one, other} <= _LOST)


def _inside_a_name(old: TokenizedText, new: TokenizedText, hunk: tuple[int, int, int, int]) -> bool:
    """Return whether signs differ between digits or in a name: 1.5, privacy.officer@shop.example."""
    for side, start, end in ((old, hunk[0], hunk[1]), (new, hunk[2], hunk[3])):
        before, after = side.tokens[start - 1 : start], side.tokens[end : end + 1]
        if before and after and end - start == 1 and before[0].isalnum() and after[0].isalnum():
            if before[0].isdigit() and after[0].isdigit():
                return True
            if f"{before[0]}{side.tokens[start]}{after[0]}" in side.blocks_text(start, end):
                return True
    return False


def _in_copyright_lines(old: TokenizedText, new: TokenizedText, hunk: tuple[int, int, int, int]) -> bool:
    """Return whether a copyright line came or went, or has another year."""
    sides = [
        (side, start, end)
        for side, start, end in ((old, hunk[0], hunk[1]), (new, hunk[2], hunk[3]))
        if end > start
    ]
    if not all(
        is_copyright(block)
        for side, start, end in sides
        for block in side.blocks_text(start, end).split("\n")
    ):
        return False
    whole = all(start == side.starts[side.block_at(start)] for side, start, _ in sides) and len(sides) == 1
    return whole or all(
        t.isdigit() or t in "-," for side, start, end in sides for t in side.tokens[start:end]
    )


def _is_doubled(side: TokenizedText, other: TokenizedText, start: int, end: int) -> bool:
    """Return whether a passage is in both texts anyway: headings in a table of contents, a text twice."""
    pieces = [piece for piece in side.pieces(start, end) if _words(piece)]
    if pieces and all(side.is_heading(piece) and other.is_heading(piece) for piece in pieces):
        return True
    return (
        len(_words(side.tokens[start:end])) >= DOUBLED_WORDS
        and side.repeats(start, end)
        and other.has(start, end, side)
    )


def _outside(old: TokenizedText, new: TokenizedText, hunk: tuple[int, int, int, int]) -> bool:
    """Return whether a hunk is before all statements and states nothing: a heading, a breadcrumb."""
    before = hunk[1] <= old.prose[0] and hunk[3] <= new.prose[0]
    return before and not _states(new, hunk[2], hunk[3]) and not _states(old, hunk[0], hunk[1])


def _states(side: TokenizedText, start: int, end: int) -> bool:
    return any(is_statement(" ".join(piece)) for piece in side.pieces(start, end))


def _states_a_date(side: TokenizedText, start: int, end: int) -> bool:
    return any(is_stated_date(" ".join(piece)) for piece in side.pieces(start, end))


def at_an_end(old: TokenizedText, new: TokenizedText, hunk: tuple[int, int, int, int]) -> bool:
    """Return whether a hunk (as `Hunk.span`) is at an end of both texts."""
    heads = old.tokens[: hunk[0]], new.tokens[: hunk[2]]
    tails = old.tokens[hunk[1] :], new.tokens[hunk[3] :]
    return any(all(len(end) <= EDGE_SIGNS and not _words(end) for end in ends) for ends in (heads, tails))


def _words(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(token for token in tokens if token.isalnum())


def _with_moves(old: TokenizedText, new: TokenizedText, hunks: list[Hunk]) -> list[Hunk]:
    """Mark removed words and the same words added elsewhere as moved."""
    gone: dict[tuple[str, ...], int] = {}
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and not _words(new.tokens[hunk.new_start : hunk.new_end]):
            gone[_words(old.tokens[hunk.old_start : hunk.old_end])] = number
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and not _words(old.tokens[hunk.old_start : hunk.old_end]):
            source = gone.pop(_words(new.tokens[hunk.new_start : hunk.new_end]), None)
            if source is not None and source != number:
                for moved in (source, number):
                    hunks[moved] = with_reason(hunks[moved], "moved")
    return hunks


def with_reason(hunk: Hunk, reason: Reason) -> Hunk:
    """Return the hunk with another reason."""
    return Hunk(hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end, reason)
