"""A changed paragraph in one line: unchanged words are shortened, and a format marks the others."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice

from db.history.comparison.words import gap
from db.history.readable_diff import Op, Piece

MOST = 60  # paragraphs of a change; the comparison page shows all
_CONTEXT = 15  # this many unchanged words before and after a change within a paragraph


def sections(shown: Iterable[Piece], most: int) -> Iterator[tuple[str, list[Piece]]]:
    """Yield the first `most` paragraphs, grouped by their section; "" is before the first heading."""
    for section, of_section in groupby(islice(shown, most), key=lambda piece: piece.section):
        yield section, list(of_section)


def line(piece: Piece, mark: Callable[[Op, str], str]) -> str:
    """Return a paragraph as one line. `mark` takes a run of words with its operation and returns its text.

    Removed words that do not count are left out, and added ones are unchanged words (`same`).
    """
    runs = [run for run in piece.runs if run[0] != "aside-removed"]
    last, before, text = len(runs) - 1, "", ""
    for at, (op, words) in enumerate(runs):
        if op in ("same", "aside-added"):
            shown = mark("same", _shortened(words, first=at == 0, last=at == last))
        else:
            shown = mark(op, words)
        text += gap(before, words) + shown
        before = words
    return text


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Shorten unchanged words next to a change to the first and last _CONTEXT words.

    `first` is True for words before all changes of the paragraph, `last` for words after all changes.
    """
    words = text.split()
    before, after = 0 if first else _CONTEXT, 0 if last else _CONTEXT
    if len(words) <= before + after:
        return text
    return " ".join((*words[:before], "…", *words[len(words) - after :]))
