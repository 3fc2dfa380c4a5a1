"""The content of a feed entry: the changed paragraphs, word by word, as HTML.

Feed readers have no style sheet of ours, so `ins` and `del` mark added and removed words.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

import nh3

from db.history.comparison.differences import Difference, fit
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words, gap
from db.history.readable_diff import Piece, Run, pieces

_KEPT = 2 * 30  # changes that stay in memory, because feed readers request the same ones again and again
_PIECES = 60  # at most this many paragraphs of a change; the comparison page shows all
_CONTEXT = 15  # this many unchanged words before and after a change within a paragraph
_TAGS = {"p", "h4", "ins", "del"}


@lru_cache(maxsize=_KEPT)
def stored_pieces(old: str, new: str, found: tuple[Difference, ...]) -> tuple[Piece, ...] | None:
    """Return the changed paragraphs of a change: of two Markdown texts with their stored differences.

    Returns None if the differences are not of these texts.
    """
    before, after = Words(TokenizedText(old)), Words(TokenizedText(new))
    return changed(pieces(before, after, found)) if found and fit(before, after, found) else None


def changed(shown: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the paragraphs with words that count."""
    return tuple(piece for piece in shown if piece.kind not in ("same", "aside"))


def content(
    shown: Sequence[Piece], set_aside: int, last_old: str, first_new: str, marks: Iterable[str] = ()
) -> str:
    """Return the difference between two captures as HTML.

    It begins with a sentence about the two captures between which the change happened. `shown` are the
    changed paragraphs. `set_aside` is the number of places that do not count as a change, and `marks` are the
    lines of its marks.
    """
    written = [
        f"<p>It changed between {escape(last_old)}, the last capture that shows the old text,"
        f" and {escape(first_new)}, the first that shows the new one.</p>"
    ]
    written += [f"<p>{escape(mark[:1].upper() + mark[1:])}.</p>" for mark in marks]
    section = ""
    for piece in shown[:_PIECES]:
        if piece.section != section:
            section = piece.section
            written.append(f"<h4>{escape(section)}</h4>")
        written.append(f"<p>{_words(piece)}</p>")
    if len(shown) > _PIECES:
        written.append(f"<p>… and {len(shown) - _PIECES} more.</p>")
    if set_aside:
        written.append(f"<p>{set_aside} {'place' if set_aside == 1 else 'places'} not counted.</p>")
    # Everything above is escaped already. This removes a tag that was not escaped by mistake.
    return nh3.clean("\n".join(written), tags=_TAGS, attributes={})


def _words(piece: Piece) -> str:
    runs = [run for run in piece.runs if run[0] != "aside-removed"]
    last, before, text = len(runs) - 1, "", ""
    for at, run in enumerate(runs):
        text += gap(before, run[1]) + _run(run, first=at == 0, last=at == last)
        before = run[1]
    return text


def _run(run: Run, *, first: bool, last: bool) -> str:
    op, text = run
    if op in ("same", "aside-added"):
        return escape(_shortened(text, first=first, last=last))
    tag = "ins" if op == "added" else "del"
    return f"<{tag}>{escape(text)}</{tag}>"


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Shorten unchanged words next to a change to the first and last _CONTEXT words.

    `first` is True for words before all changes of the paragraph, `last` for words after all changes.
    """
    words = text.split()
    before, after = 0 if first else _CONTEXT, 0 if last else _CONTEXT
    if len(words) <= before + after:
        return text
    return " ".join((*words[:before], "…", *words[len(words) - after :]))
