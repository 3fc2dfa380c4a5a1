"""The parts of a comparison as the page shows them: paragraphs in pairs, and the runs of words in each."""

from collections.abc import Iterable
from itertools import groupby, zip_longest
from typing import NamedTuple

from db.history.comparison.words import gap
from db.history.explain import WHY
from db.history.readable_diff import Piece

# A paragraph of the old text and the paragraph of the new text next to it, or None. In an edited paragraph
# both are the same piece.
PieceRow = tuple[Piece | None, Piece | None]


class ShownRun(NamedTuple):
    """Words of a paragraph with the same operation, and the space before them.

    `reason` and `why` explain why words do not count, or are "".
    """

    space: str
    op: str
    text: str
    reason: str
    why: str


class ComparisonPart(NamedTuple):
    """Consecutive rows that are all unchanged (`same`), do not count (`aside`), or are one change.

    `number` counts the changes from 1, and is 0 for other rows. `heading` is the heading of the section, or
    "" if the page has already shown it.
    """

    kind: str
    number: int
    heading: str
    rows: list[PieceRow]


def runs_of(piece: Piece, side: str = "") -> list[ShownRun]:
    """Return the runs of a paragraph that belong to a side (`old`, `new`, or both for "")."""
    texts = (side == "old" and piece.old_texts) or [text for _, text in piece.runs]
    hidden = {"old": ("added", "aside-added"), "new": ("removed", "aside-removed")}.get(side, ())
    shown: list[ShownRun] = []
    for (op, _), text, reason in zip(piece.runs, texts, piece.reasons, strict=True):
        if op not in hidden:
            space = gap(shown[-1].text, text) if shown else ""
            aside = op.startswith("aside")
            shown.append(ShownRun(space, op, text, reason if aside else "", WHY[reason] if aside else ""))
    return shown


def parts(pieces: Iterable[Piece]) -> list[ComparisonPart]:
    """Divide a comparison into unchanged parts and changes. A change ends where its section ends."""
    found: list[ComparisonPart] = []
    number, last_heading = 0, ""
    for (kind, section), group in groupby(pieces, key=lambda piece: (_part_kind(piece), _section(piece))):
        group_pieces = list(group)
        if kind != "change":
            found.append(ComparisonPart(kind, 0, "", _rows(group_pieces)))
            continue
        number += 1
        is_shown = section == last_heading or _is_heading(group_pieces[0])
        found.append(ComparisonPart(kind, number, "" if is_shown else section, _rows(group_pieces)))
        last_heading = section
    return found


def _part_kind(piece: Piece) -> str:
    return piece.kind if piece.kind in ("same", "aside") else "change"


def _section(piece: Piece) -> str:
    """Return the heading above a changed paragraph. A heading is its own heading.

    Returns "" for a paragraph in which nothing counts.
    """
    if piece.kind in ("same", "aside"):
        return ""
    words = " ".join(text for op, text in piece.runs if "removed" not in op or piece.kind == "removed")
    return words if _is_heading(piece) else piece.section


def _is_heading(piece: Piece) -> bool:
    return piece.mark.startswith("#")


def _rows(pieces: Iterable[Piece]) -> list[PieceRow]:
    """Return the paragraphs in pairs of old and new.

    A pair is the two sides of an edited paragraph, or a removed paragraph with an added one. None means no
    paragraph on that side.
    """
    rows: list[PieceRow] = []
    for replaced, group in groupby(pieces, key=lambda piece: _only_side(piece) != ""):
        group_pieces = list(group)
        if replaced:
            removed = [piece for piece in group_pieces if _only_side(piece) == "old"]
            added = [piece for piece in group_pieces if _only_side(piece) == "new"]
            rows += zip_longest(removed, added)
        else:
            rows += [(piece, piece) for piece in group_pieces]
    return rows


def _only_side(piece: Piece) -> str:
    """Return the side (`old`, `new`) that has a paragraph, or "" if both have it."""
    ops = {op for op, _ in piece.runs}
    if piece.kind == "removed" or ops == {"aside-removed"}:
        return "old"
    return "new" if piece.kind == "added" or ops == {"aside-added"} else ""
