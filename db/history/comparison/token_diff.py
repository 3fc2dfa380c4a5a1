"""The differences of two texts by token, each with a reason.

This module decides the reasons that the two texts alone show. db/history/noise/ decides the reasons that
only the whole history of a page shows.
"""

import re
from collections.abc import Sequence

from db.history.comparison.alignment import Gap, align
from db.history.comparison.beside_policy.chrome import is_chrome
from db.history.comparison.beside_policy.menus import without_menus
from db.history.comparison.edges import at_an_end, is_cut
from db.history.comparison.hunks import Hunk, Reason, Span
from db.history.comparison.moves import with_moves
from db.history.comparison.policy_part import policy_part
from db.history.comparison.statements import is_copyright, is_stated_date, is_statement
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import words_of
from db.processor_time import in_time

# Two hunks with fewer equal tokens between them become one hunk: different sentences share words like "of
# the" by chance.
NEAR = 4
# A passage with at least this many words that is twice in a text was doubled. Shorter ones, such as list
# items, can be there twice on purpose.
DOUBLED_WORDS = 60
CONTENTS = 3  # so many list items that are headings too are a table of contents; fewer can be items
LABEL_WORDS = 3  # a line before the first sentence with at most this many words is a label, no statement

_MARKS = frozenset("#*|•·")  # marks of list items and table cells that were not read as markup
_STOPS = frozenset(".:;")  # not significant at the end of a line, where headings and list items can have them
_SAME_STOP = {";": "."}  # some crawlers stored each semicolon as a full stop
_LOST = frozenset("\"'?")  # a wrong encoding turns a quote into a question mark: company?s
_LIST_MARK = re.compile(r"\(?(?:[0-9]{1,2}|[A-Za-z]|[ivx]{1,5})[.)]")
_YEAR = re.compile(r"(?:19|20)\d\d|[-–,]")
_SIGNS = _MARKS | _STOPS | frozenset(",\"'()[]-!?")


def compare(old: TokenizedText, new: TokenizedText, *, other_address: bool = False) -> tuple[Hunk, ...]:
    """Return the hunks between two texts, each with the reason that the texts show.

    With `other_address`, the texts are of different addresses, and different punctuation is no change.
    Returns () for texts with equal tokens.
    """
    found = [part for hunk in in_time(_hunks(old.tokens, new.tokens)) for part in _split(old, new, hunk)]
    relaid = _is_relaid(old, new, found)
    free = relaid or other_address
    hunks = [Hunk(*hunk, _reason(old, new, hunk, free, relaid)) for hunk in in_time(found)]
    return tuple(without_menus(old, new, with_moves(old, new, hunks)))


def _hunks(old: Sequence[str], new: Sequence[str]) -> list[Gap]:
    """Return the gaps between two texts as hunks.

    Gaps with fewer than `NEAR` equal tokens between them become one hunk.
    """
    found: list[Gap] = []
    for gap in align(old, new):
        if found and gap.old_start - found[-1].old_end < NEAR:
            before = found.pop()
            found.append(Gap(before.old_start, gap.old_end, before.new_start, gap.new_end))
        else:
            found.append(gap)
    return found


def _sides(old: TokenizedText, new: TokenizedText, hunk: Span) -> list[tuple[TokenizedText, int, int]]:
    """Return those sides of a hunk that have tokens, as (text, start, end)."""
    return [side for side in ((old, hunk[0], hunk[1]), (new, hunk[2], hunk[3])) if side[1] < side[2]]


def _split(old: TokenizedText, new: TokenizedText, hunk: Span) -> list[Span]:
    """Divide a hunk: an edit within a block is separated from whole blocks next to it."""
    old_start, old_end, new_start, new_end = hunk
    sides = _sides(old, new, hunk)
    if len(sides) < 2 or any(end >= len(side.tokens) for side, _, end in sides):
        return [hunk]
    parts: list[Span] = []
    tails = old.bounds(old.block_at(old_end))[0], new.bounds(new.block_at(new_end))[0]
    inside = old_start <= tails[0] < old_end and new_start <= tails[1] < new_end
    if inside and (old_start, new_start) != tails:
        parts = [(tails[0], old_end, tails[1], new_end)]
        old_end, new_end = tails
    old_head, new_head = old.bounds(old.block_at(old_start)), new.bounds(new.block_at(new_start))
    inside = old_head[0] < old_start and new_head[0] < new_start
    ends = old_head[1], new_head[1]
    if inside and ends[0] <= old_end and ends[1] <= new_end and ends != (old_end, new_end):
        return [(old_start, ends[0], new_start, ends[1]), (ends[0], old_end, ends[1], new_end), *parts]
    return [(old_start, old_end, new_start, new_end), *parts]


def _is_relaid(old: TokenizedText, new: TokenizedText, found: Sequence[Span]) -> bool:
    """Return whether a page got a new layout: most words stayed, but the line breaks changed."""
    changed = sum(hunk[1] - hunk[0] for hunk in found)
    if not found or changed > len(old.tokens) / 2:
        return False
    known = set(old.blocks)
    touched = {
        n for h in found if h[3] > h[2] + 1 for n in range(new.block_at(h[2]), new.block_at(h[3] - 1) + 1)
    }
    recut = [n for n, text in enumerate(new.blocks) if text not in known and n not in touched]
    return len(recut) >= max(3, len(new.blocks) / 10)


def _reason(old: TokenizedText, new: TokenizedText, hunk: Span, free: bool, relaid: bool) -> Reason:
    removed, added = old.tokens[hunk[0] : hunk[1]], new.tokens[hunk[2] : hunk[3]]
    same = _same_words(
        removed, added, _significant(old, hunk[0], hunk[1], free), _significant(new, hunk[2], hunk[3], free)
    )
    if same and not (same == "punctuation" and _inside_a_name(old, new, hunk)):
        return same
    if _in_copyright_lines(old, new, hunk) or _is_copyright_year(old, new, hunk):
        return "copyright"
    if (
        hunk[0] >= old.copyright_end
        and hunk[2] >= new.copyright_end
        and not (old.states_date(*hunk[:2]) or new.states_date(*hunk[2:]))
        and not _has_sentence(old, new, hunk)
    ):
        return "outside"
    if relaid and at_an_end(old, new, hunk) and is_cut(removed, added, min(len(old.tokens), len(new.tokens))):
        return "cut"
    if removed and added:
        contents = (
            at_an_end(old, new, hunk)
            and _is_doubled(old, new, hunk[0], hunk[1])
            and not _states(new, hunk[2], hunk[3])
        )
        return "repeated" if contents else "wording"
    return _reason_one_sided(old, new, hunk)


def _reason_one_sided(old: TokenizedText, new: TokenizedText, hunk: Span) -> Reason:
    """Return the reason of a hunk that only adds or only removes words."""
    side, other, start, end = (
        (new, old, hunk[2], hunk[3]) if hunk[2] < hunk[3] else (old, new, hunk[0], hunk[1])
    )
    if _LIST_MARK.fullmatch("".join(side.tokens[start:end])) and start == side.starts[side.block_at(start)]:
        return "punctuation"
    if _is_doubled(side, other, start, end):
        return "repeated"
    if _outside(old, new, hunk):
        return "outside"
    if at_an_end(old, new, hunk) and is_chrome(side, other, start, end) and not side.states_date(start, end):
        return "outside"
    return "wording"


def _significant(side: TokenizedText, start: int, end: int, free: bool) -> list[str]:
    """Return the tokens without list marks, and without stops at line ends.

    With `free`, all punctuation is left out.
    """
    signs = _SIGNS if free else _MARKS
    tokens = enumerate(side.tokens[start:end], start)
    return [
        _SAME_STOP.get(t, t)
        for n, t in tokens
        if t not in signs and not (t in _STOPS and n + 1 == side.bounds(side.block_at(n))[1])
    ]


def _same_words(
    removed: Sequence[str], added: Sequence[str], left: Sequence[str], right: Sequence[str]
) -> Reason | None:
    """Return the reason of two passages with the same words, else None.

    `left` and `right` are the significant tokens of `removed` and `added` (`_significant`).
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


def _inside_a_name(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether the differing sign is within a number or a name.

    Examples are 1.5 and privacy.officer@shop.example.
    """
    for side, start, end in ((old, hunk[0], hunk[1]), (new, hunk[2], hunk[3])):
        before, after = side.tokens[start - 1 : start], side.tokens[end : end + 1]
        if before and after and end - start == 1 and before[0].isalnum() and after[0].isalnum():
            if before[0].isdigit() and after[0].isdigit():
                return True
            if f"{before[0]}{side.tokens[start]}{after[0]}" in side.blocks_text(start, end):
                return True
    return False


def _in_copyright_lines(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether a copyright line appeared, disappeared, or has another year, and states no date."""
    sides = _sides(old, new, hunk)
    if not all(is_copyright(block) for side in sides for block in side[0].blocks_of(*side[1:])):
        return False
    if _has_sentence(old, new, hunk) or any(_has_date_label(*side) for side in sides):
        return False
    if len(sides) == 1 and all(start == side.starts[side.block_at(start)] for side, start, _ in sides):
        return True
    return all(t.isdigit() or t in "-," for side, start, end in sides for t in side.tokens[start:end])


def _has_date_label(side: TokenizedText, start: int, end: int) -> bool:
    """Return whether a range ends behind a label of a date in its line ("© 2019. Effective May 1, 2019")."""
    if side.states_date(start, end):
        return True
    first = side.bounds(side.block_at(end - 1))[0]
    return is_stated_date(" ".join(side.tokens[first:end]))


def _is_copyright_year(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether only years differ, and both follow a © directly or after other years."""
    sides = ((old, *hunk[:2]), (new, *hunk[2:]))
    return all(
        all(map(_YEAR.fullmatch, side.tokens[start:end])) and _follows_copyright(side.tokens, start)
        for side, start, end in sides
    )


def _follows_copyright(tokens: Sequence[str], index: int) -> bool:
    while index > 0 and _YEAR.fullmatch(tokens[index - 1]):
        index -= 1
    return index > 0 and tokens[index - 1] == "©"


def _is_doubled(side: TokenizedText, other: TokenizedText, start: int, end: int) -> bool:
    """Return whether a passage is in both texts anyway, as in a table of contents."""
    pieces = [piece for piece in side.pieces(start, end) if words_of(piece)]
    named = all(side.is_heading(piece) and other.is_heading(piece) for piece in pieces)
    if pieces and named and not (len(pieces) < CONTENTS and side.is_an_item(start, end)):
        return True
    return (
        len(words_of(side.tokens[start:end])) >= DOUBLED_WORDS
        and side.repeats(start, end)
        and other.has(start, end, side)
    )


def _outside(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether a hunk is before all sentences and contains none, as a breadcrumb does."""
    before = hunk[1] <= old.prose[0] and hunk[3] <= new.prose[0]
    return before and all(
        not _states(side, start, end) and _is_label(side, other, start, end)
        for side, other, (start, end) in ((old, new, hunk[:2]), (new, old, hunk[2:]))
    )


def _is_label(side: TokenizedText, other: TokenizedText, start: int, end: int) -> bool:
    """Return whether all lines that a range touches are short, or have no word of sentences."""
    return all(
        len(words_of(line)) <= LABEL_WORDS or _is_unlike_sentences(line, other)
        for line in side.lines(start, end)
    )


def _is_unlike_sentences(line: tuple[str, ...], other: TokenizedText) -> bool:
    return other.is_foreign(line) and not policy_part(other).has_frequent(line)


def _has_sentence(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether a hunk is in a line that is a sentence of the policy by its words."""
    return any(
        policy_part(other).sentences(line)
        for side, other, (start, end) in ((old, new, hunk[:2]), (new, old, hunk[2:]))
        if start < end
        for line in side.lines(start, end)
    )


def _states(side: TokenizedText, start: int, end: int) -> bool:
    pieces = side.pieces(start, end)
    return any(is_statement(" ".join(piece)) for piece in pieces) or side.states_date(start, end)
