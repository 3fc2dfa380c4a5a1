"""The distance of two texts, which `rebuild` reports for texts that changed."""

from dataclasses import dataclass

from sqlite_utils import Database

from db.history.comparison.alignment import align
from db.history.comparison.differences import differences, size
from db.history.comparison.hunks import Hunk
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from db.history.readable_diff import Piece, pieces

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

    Every word that differs counts. The line is "" if no words differ.
    """
    before, after = (Words(TokenizedText(_markdown(db, text))) for text in (old, new))
    hunks = [Hunk(*gap) for gap in align(before.text.tokens, after.text.tokens)]
    found = differences(before, after, hunks)
    changed = [piece for piece in pieces(before, after, found) if piece.kind not in ("same", "aside")]
    sizes = size(before, after, found)
    return TextDistance(
        sizes.words_added,
        sizes.words_removed,
        sizes.similarity,
        _line(max(changed, key=_size)) if changed else "",
    )


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
