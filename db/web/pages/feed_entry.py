"""The content of a feed entry: the changed paragraphs, word by word, as HTML.

Feed readers have no style sheet of ours, so `ins` and `del` mark added and removed words.
"""

from collections.abc import Iterable
from html import escape

import nh3

from db.history.comparison.words import gap
from db.history.readable_diff import Piece, Run

_PIECES = 60  # at most this many paragraphs of a change; the comparison page shows all
_CONTEXT = 15  # this many unchanged words before and after a change within a paragraph
_TAGS = {"p", "h4", "ins", "del"}


def content(
    pieces: Iterable[Piece], set_aside: int, last_old: str, first_new: str, marks: Iterable[str] = ()
) -> str:
    """Return the difference between two captures as HTML.

    It begins with a sentence about the two captures between which the change happened. `set_aside` is the
    number of places that do not count as a change, and `marks` are the lines of its marks.
    """
    changed = [piece for piece in pieces if piece.kind not in ("same", "aside")]
    written = [
        f"<p>It changed between {escape(last_old)}, the last capture that shows the old text,"
        f" and {escape(first_new)}, the first that shows the new one.</p>"
    ]
    written += [f"<p>{escape(mark[:1].upper() + mark[1:])}.</p>" for mark in marks]
    section = ""
    for piece in changed[:_PIECES]:
        if piece.section != section:
            section = piece.section
            written.append(f"<h4>{escape(section)}</h4>")
        written.append(f"<p>{_words(piece)}</p>")
    if len(changed) > _PIECES:
        written.append(f"<p>… and {len(changed) - _PIECES} more.</p>")
    if set_aside:
        written.append(f"<p>{set_aside} {'place' if set_aside == 1 else 'places'} not counted.</p>")
    # Everything above is escaped already. This removes a tag that was not escaped by mistake.
    return nh3.clean("\n".join(written), tags=_TAGS, attributes={})


def _words(piece: Piece) -> str:
    shown = [run for run in piece.runs if run[0] != "aside-removed"]
    last, before, text = len(shown) - 1, "", ""
    for at, run in enumerate(shown):
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
