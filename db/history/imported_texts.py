"""Imported texts among captures whose pages are held: which wording of those an imported text shows, where that can be told.

Another tool made an imported text, and its page is not held. What that tool left out, or took along of the menus, must not
read as a change. So such texts are followed for themselves, one tool's text against the next one's; and where they meet texts
of ours, only what no extractor does to a text counts as another wording: other words in the midst of what both texts state.
A passage that only one of the two has says nothing. docs/decisions/0014-imported-texts.md.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from db.history.noise import ReadText
from db.history.page_text import is_left_out
from db.history.timeline import Witness
from db.history.token_diff import Hunk, compare
from db.history.tokenized import TokenizedText, is_statement

Label = Callable[[Witness], str]


@dataclass(frozen=True)
class _Stretch:
    """Imported witnesses between two captures whose pages are held; None at an end of the history."""

    before: Witness | None
    inside: list[Witness]
    after: Witness | None


def place(
    held: Sequence[Witness],
    imported: Sequence[Witness],
    same: Label,
    read: ReadText,
    page_of: Callable[[int], str],
) -> list[Witness]:
    """Give imported witnesses the wordings of held ones where they show those; both are given by time, and `held` labelled.

    `same` tells by what name a wording goes among imported texts alone. Witnesses are left out of which it cannot be told
    what they show, or whose own page is held. With nothing held, all keep their own names.
    """
    fits = _fitting(read, page_of)
    known = {witness.text_id: witness.wording for witness in held}
    return [
        placed for stretch in _stretches(held, imported) for placed in _placed(stretch, same, fits, known)
    ]


def _stretches(held: Sequence[Witness], imported: Sequence[Witness]) -> Iterator[_Stretch]:
    at = 0
    own = {(witness.page, witness.captured_at) for witness in held}
    moments = [witness.captured_at for witness in held]

    def place_of(witness: Witness) -> int:
        nonlocal at
        while at < len(moments) and moments[at] <= witness.captured_at:
            at += 1
        return at

    alone = (witness for witness in imported if (witness.page, witness.captured_at) not in own)
    for index, inside in groupby(alone, place_of):
        yield _Stretch(
            held[index - 1] if index else None, list(inside), held[index] if index < len(held) else None
        )


def _placed(
    stretch: _Stretch, same: Label, fits: Callable[[Witness, Witness], bool], known: dict[int, str]
) -> Iterator[Witness]:
    """The witnesses of a stretch by the wordings that they show: held ones at its ends, where they fit, else their own."""
    names = [same(witness) for witness in stretch.inside]
    before, after = stretch.before, stretch.after
    first, last = stretch.inside[0], stretch.inside[-1]
    shown: dict[str, str | None] = {}
    if before and fits(before, first):
        shown[names[0]] = before.wording
    if after and fits(last, after):
        told = shown.setdefault(names[-1], after.wording)
        if told != after.wording:
            shown[names[-1]] = None  # it could be either
    for witness, name in zip(stretch.inside, names, strict=True):
        wording = known.get(witness.text_id) or shown.get(name, f"imported {name}")
        if wording:
            yield replace(witness, wording=wording)


def _fitting(read: ReadText, page_of: Callable[[int], str]) -> Callable[[Witness, Witness], bool]:
    """Tell of a held witness and an imported one, given by time, whether they can show one wording."""

    def fits(old: Witness, new: Witness) -> bool:
        one, other = read(old.text_id), read(new.text_id)
        held = old.body_id if new.body_id is None else new.body_id
        page = page_of(held) if held is not None else ""
        return not any(
            _differs(hunk, one, other, page, new.body_id is None) for hunk in compare(one, other, moved=True)
        )

    return fits


def _differs(hunk: Hunk, old: TokenizedText, new: TokenizedText, page: str, new_is_imported: bool) -> bool:
    """Whether a difference is one that no extractor makes: other words in what both texts state.

    Not where the held page shows the imported text's words as well, and the text that was made of it left them out.
    """
    sides = ((old, hunk.old_start, hunk.old_end), (new, hunk.new_start, hunk.new_end))
    if hunk.reason != "wording" or is_left_out(
        *sides[new_is_imported], (old if new_is_imported else new).letters, page
    ):
        return False
    if all(_has_words(*side) for side in sides):
        return all(is_statement(side.blocks_text(start, end)) for side, start, end in sides)
    return all(_is_surrounded(*side) for side in sides)


def _has_words(side: TokenizedText, start: int, end: int) -> bool:
    return any(map(str.isalnum, side.tokens[start:end]))


def _is_surrounded(side: TokenizedText, start: int, end: int) -> bool:
    """Whether tokens, or the place for them, stand between words of one block."""
    if not side.blocks:
        return False
    left, right = side.bounds(side.block_at(start))
    return _has_words(side, left, start) and _has_words(side, end, right)
