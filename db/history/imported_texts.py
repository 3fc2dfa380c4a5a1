"""Imported texts among captures with bodies: decide which wording each imported text shows.

Another tool made an imported text, and the captured page is not stored. Words that this tool left out, or
took from menus, must not count as a change. Therefore imported texts are compared with each other first. When
an imported text is compared with a text of our extractor, only different words inside sentences that both
texts have count as another wording. A passage that only one of the texts has proves nothing. The reasons are
in docs/decisions/0014-imported-texts.md.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from db.history.comparison.hunks import Hunk
from db.history.comparison.statements import is_statement
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.noise.steps import ReadText
from db.history.page_text import is_left_out
from db.history.timeline import Witness

WordingOf = Callable[[Witness], str]


@dataclass(frozen=True)
class _Stretch:
    """The imported good captures between two captures with bodies.

    `before` and `after` are the captures with bodies, None at the start or end of the history.
    """

    before: Witness | None
    inside: list[Witness]
    after: Witness | None


def place_imported(
    stored: Sequence[Witness],
    imported: Sequence[Witness],
    wording_of: WordingOf,
    read: ReadText,
    page_of: Callable[[int], str],
) -> list[Witness]:
    """Return the imported good captures, each with the wording that it shows.

    Both lists are in order of time, and captures in `stored` have their final wordings. `wording_of` returns
    the wording of a capture if only imported texts are compared. A capture is left out if its wording is
    ambiguous, or if the body of the same capture is stored. If `stored` is empty, all captures get the
    wordings of `wording_of`. `read` takes a text's id, and `page_of` a body's id and returns the letters of
    its page.
    """
    fits = _fitting(read, page_of)
    known = {witness.text_id: witness.wording for witness in stored}
    return [
        placed
        for stretch in _stretches(stored, imported)
        for placed in _placed(stretch, wording_of, fits, known)
    ]


def _stretches(stored: Sequence[Witness], imported: Sequence[Witness]) -> Iterator[_Stretch]:
    at = 0
    own = {(witness.page, witness.captured_at) for witness in stored}
    moments = [witness.captured_at for witness in stored]

    def place_of(witness: Witness) -> int:
        nonlocal at
        while at < len(moments) and moments[at] <= witness.captured_at:
            at += 1
        return at

    alone = (witness for witness in imported if (witness.page, witness.captured_at) not in own)
    for index, inside in groupby(alone, place_of):
        yield _Stretch(
            stored[index - 1] if index else None, list(inside), stored[index] if index < len(stored) else None
        )


def _placed(
    stretch: _Stretch, wording_of: WordingOf, fits: Callable[[Witness, Witness], bool], known: dict[int, str]
) -> Iterator[Witness]:
    """Yield the imported captures of a stretch, each with the wording that it shows."""
    names = [wording_of(witness) for witness in stretch.inside]
    before, after = stretch.before, stretch.after
    first, last = stretch.inside[0], stretch.inside[-1]
    wordings: dict[str, str | None] = {}
    if before and fits(before, first):
        wordings[names[0]] = before.wording
    if after and fits(last, after) and wordings.setdefault(names[-1], after.wording) != after.wording:
        wordings[names[-1]] = None  # it could be either
    for witness, name in zip(stretch.inside, names, strict=True):
        wording = known.get(witness.text_id) or wordings.get(name, f"imported {name}")
        if wording:
            yield replace(witness, wording=wording)


def _fitting(read: ReadText, page_of: Callable[[int], str]) -> Callable[[Witness, Witness], bool]:
    """Return a function that decides whether two captures can show the same wording."""

    def fits(old: Witness, new: Witness) -> bool:
        one, other = read(old.text_id), read(new.text_id)
        stored = old.body_id if new.body_id is None else new.body_id
        page = page_of(stored) if stored is not None else ""
        return not any(
            shows_another_wording(hunk, one, other, page, new_is_imported=new.body_id is None)
            for hunk in compare(one, other, other_address=True)
        )

    return fits


def shows_another_wording(
    hunk: Hunk, old: TokenizedText, new: TokenizedText, page: str, *, new_is_imported: bool
) -> bool:
    """Return whether a difference shows another wording, and not only another extraction.

    One of the two texts is imported, and `page` are the letters of the other one's page. It does if the words
    differ within sentences that both texts have. It does not if the stored page contains the words of the
    imported text too: then only our extractor left them out.
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
    """Return whether words of the same block are before and after a range of tokens."""
    if not side.blocks:
        return False
    left, right = side.bounds(side.block_at(start))
    return _has_words(side, left, start) and _has_words(side, end, right)
