"""The distance of two texts, which `rebuild` reports for texts that changed."""

from dataclasses import dataclass

from sqlite_utils import Database

from db.history.comparison.alignment import measure
from db.history.readable_diff import Piece, compare
from db.normalisation import wording

LINE = 100  # at most this many characters of each run of words are shown


@dataclass(frozen=True)
class TextDistance:
    """How far two texts differ.

    Words added and removed, the similarity (0 to 1), and the longest difference as a line for people.
    """

    words_added: int
    words_removed: int
    similarity: float
    line: str


def text_distance(db: Database, old: int | None, new: int | None) -> TextDistance:
    """Compare two texts by their ids. None means no text, which has no words.

    The line is "" if no words differ.
    """
    before, after = _markdown(db, old), _markdown(db, new)
    sizes = measure(wording(before).split(), wording(after).split())
    pieces = [piece for piece in compare(before, after) if piece.kind not in ("same", "moved")]
    return TextDistance(*sizes, _line(max(pieces, key=_size)) if pieces else "")


def _markdown(db: Database, text_id: int | None) -> str:
    row = db.execute("select markdown from texts where id = ?", [text_id]).fetchone()
    return str(row[0]) if row else ""


def _size(piece: Piece) -> int:
    return sum(len(text) for op, text in piece.runs if op != "same")


def _line(piece: Piece) -> str:
    """Return a difference for people, after the three words before it: `… you {+may+} [-can-]`."""
    marks = {"added": "{{+{}+}}", "removed": "[-{}-]", "same": "{}"}
    first = next(n for n, (op, _) in enumerate(piece.runs) if op != "same")
    runs = [("same", "… " + " ".join(piece.runs[first - 1][1].split()[-3:]))] if first else []
    for op, text in piece.runs[first:]:
        short = text if len(text) <= LINE else text[: LINE - 1] + "…"
        if sum(len(before) for _, before in runs) + len(short) > 2 * LINE:
            break
        runs.append((op, short))
    return " ".join(marks[op].format(text) for op, text in runs)
