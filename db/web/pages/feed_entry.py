"""The content of a feed entry: the changed paragraphs, word by word, as HTML.

Feed readers have no style sheet of ours, so `ins` and `del` mark added and removed words.
"""

from functools import lru_cache
from html import escape

import nh3

from db.history.readable_diff import Piece, Run, compare

_KEPT = 2 * 30  # contents that stay in memory, because feed readers request the same changes again and again
_PIECES = 60  # at most this many paragraphs of a change; the comparison page shows all
_CONTEXT = 15  # this many unchanged words before and after a change within a paragraph
_TAGS = {"p", "h4", "ins", "del"}


@lru_cache(maxsize=_KEPT)
def content(old: str, new: str, last_old: str, first_new: str) -> str:
    """Return the difference between two Markdown texts as HTML.

    It begins with a sentence about the two captures between which the change happened.
    """
    changed = [piece for piece in compare(old, new) if piece.kind != "same"]
    written = [
        f"<p>It changed between {escape(last_old)}, the last capture that shows the old text,"
        f" and {escape(first_new)}, the first that shows the new one.</p>"
    ]
    section = ""
    for piece in changed[:_PIECES]:
        if piece.section != section:
            section = piece.section
            written.append(f"<h4>{escape(section)}</h4>")
        written.append(f"<p>{_words(piece)}</p>")
    if len(changed) > _PIECES:
        written.append(f"<p>… and {len(changed) - _PIECES} more.</p>")
    # Everything above is escaped already. This removes a tag that was not escaped by mistake.
    return nh3.clean("\n".join(written), tags=_TAGS, attributes={})


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
    """Shorten unchanged words next to a change to the first and last _CONTEXT words.

    `first` is True for words before all changes of the paragraph, `last` for words after all changes.
    """
    words = text.split()
    before, after = 0 if first else _CONTEXT, 0 if last else _CONTEXT
    if len(words) <= before + after:
        return text
    return " ".join((*words[:before], "…", *words[len(words) - after :]))
