"""What an entry of the feed says: the pieces of a policy that changed, word by word, as HTML for feed readers.

A feed reader shows it without our style sheet, so that what came and went is told by `ins` and `del` alone.
"""

from functools import lru_cache
from html import escape

import nh3

from db.history.readable_diff import Piece, Run, compare

_KEPT = 2 * 30  # changes whose content is remembered: a feed reader asks for the same ones again and again
_PIECES = 60  # shown of a change; the comparison has them all
_CONTEXT = 15  # words shown before and after what changed within a paragraph
_TAGS = {"p", "h4", "ins", "del"}


@lru_cache(maxsize=_KEPT)
def content(old: str, new: str, last_old: str, first_new: str) -> str:
    """The difference between two Markdown texts, below a sentence that says when it came."""
    changed = [piece for piece in compare(old, new) if piece.kind != "same"]
    told = [
        f"<p>It came after {escape(last_old)}, the last capture that shows the old text, and not after {escape(first_new)},"
        " the first that shows the new one.</p>"
    ]
    section = ""
    for piece in changed[:_PIECES]:
        if piece.section != section:
            section = piece.section
            told.append(f"<h4>{escape(section)}</h4>")
        told.append(f"<p>{_words(piece)}</p>")
    if len(changed) > _PIECES:
        told.append(f"<p>… and {len(changed) - _PIECES} more.</p>")
    # All of it is escaped above; should a tag get through all the same, it ends here.
    return nh3.clean("\n".join(told), tags=_TAGS, attributes={})


def _words(piece: Piece) -> str:
    if piece.kind == "moved":
        return f"(stands elsewhere now) {escape(_shortened(piece.runs[0][1], first=False, last=True))}"
    last = len(piece.runs) - 1
    return " ".join(_run(run, first=at == 0, last=at == last) for at, run in enumerate(piece.runs))


def _run(run: Run, *, first: bool, last: bool) -> str:
    op, text = run
    if op == "same":
        return escape(_shortened(text, first=first, last=last))
    tag = "ins" if op == "added" else "del"
    return f"<{tag}>{escape(text)}</{tag}>"


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """What stands next to the changes of a paragraph, of words that did not change: the end, the beginning, or both."""
    words = text.split()
    before, after = (
        0 if first else _CONTEXT,
        0 if last else _CONTEXT,
    )  # of the change before it, of the one after it
    if len(words) <= before + after:
        return text
    return " ".join((*words[:before], "…", *words[len(words) - after :]))
