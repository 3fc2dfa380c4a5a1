"""The readable difference of two texts: section by section, paragraph by paragraph, word by word.

It shows one alignment of all words (`comparison/alignment.py`). It marks as many words as added and removed
as the table `changes` counts. Words are compared without links, markup and forms of quotes
(docs/normalisation.md).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from db.history.comparison.alignment import ALIKE, MOVABLE, Place, Words, likeness, match_words
from db.normalisation import wording

PieceKind = Literal["same", "changed", "added", "removed", "moved"]
Op = Literal["same", "added", "removed"]
Run = tuple[Op, str]

_MARK = re.compile(r"\s*(#{1,6}|\*|\d{1,9}\.)(?=\s)")
_LINK_LINES = 20  # if a link has more lines, the rest of the text is read as one paragraph


@dataclass(frozen=True)
class Paragraph:
    """A line of a Markdown text.

    `mark` is the Markdown at its start: `##`, `*`, `1.` or "". `section` is the heading above it, or "".
    """

    words: Words
    mark: str
    section: str


@dataclass(frozen=True)
class Piece:
    """A paragraph of the comparison, as runs of words with the same operation.

    `section` is the heading above the paragraph, or "" before the first heading; for a removed paragraph it
    is the heading in the old text. In a paragraph that was added or removed, words that the other text also
    has are runs of `same`. A `moved` paragraph is one run of `same`, but all its words count as added and as
    removed.
    """

    kind: PieceKind
    section: str
    mark: str
    runs: tuple[Run, ...]


def paragraphs(markdown: str) -> list[Paragraph]:
    """Divide a Markdown text into paragraphs, one for each line with words.

    All words of the paragraphs, in order, are the words of the text as `db.normalisation.wording` returns
    them. Returns [] for a text without words.
    """
    found: list[Paragraph] = []
    section = ""
    for line, words in _lines(markdown):
        if words:
            mark = _MARK.match(line)
            found.append(Paragraph(words, mark[1] if mark else "", section))
            if mark and mark[1].startswith("#"):
                section = " ".join(words)
    return found


def _lines(markdown: str) -> Iterator[tuple[str, Words]]:
    """Yield each line with its words. Lines that share one link count as one line."""
    whole, lines = tuple(wording(markdown).split()), markdown.split("\n")
    number = at = 0
    while number < len(lines):
        for more in range(1, _LINK_LINES + 1):
            line = "\n".join(lines[number : number + more]) + "\n"
            words = tuple(wording(line).split())
            if words == whole[at : at + len(words)]:
                break
        else:
            line, words, more = "\n".join(lines[number:]), whole[at:], len(lines)
        yield line, words
        number, at = number + more, at + len(words)
    yield "", whole[at:]


def compare(old: str, new: str) -> list[Piece]:
    """Return the differences of two Markdown texts, paragraph by paragraph.

    The pieces are in the order of the new text, with removed paragraphs at their old place. If the texts have
    the same words, all runs are `same`.
    """
    return list(_Comparison(paragraphs(old), paragraphs(new)).pieces())


def count(pieces: Iterable[Piece]) -> tuple[int, int]:
    """Return how many words were added and how many removed, as in the table `changes`."""
    words: Counter[str] = Counter()
    for piece in pieces:
        for op, text in piece.runs:
            for counted in ("added", "removed") if piece.kind == "moved" else (op,):
                words[counted] += len(text.split())
    return words["added"], words["removed"]


class _Comparison:
    """Two texts in paragraphs, with the places of the words that both texts have."""

    def __init__(self, old: Sequence[Paragraph], new: Sequence[Paragraph]) -> None:
        self._old, self._new = old, new
        self._old_of = match_words([p.words for p in old], [p.words for p in new])
        self._kept = frozenset(self._old_of.values())

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces in the order of the new text.

        A removed paragraph is before the next paragraph that was kept.
        """
        partners = self._partners()
        moved = self._moved(partners)
        gone = [n for n in range(len(self._old)) if n not in partners.values() and n not in moved.values()]
        for number, paragraph in enumerate(self._new):
            if number in moved:
                yield _piece("moved", paragraph, [("same", word) for word in paragraph.words])
                continue
            partner = partners.get(number)
            while gone and partner is not None and gone[0] < partner:
                yield from self._removed(gone.pop(0))
            runs = list(self._edited(number, partner))
            same = all(op == "same" for op, _ in runs)
            yield _piece("same" if same else "added" if partner is None else "changed", paragraph, runs)
        for number in gone:
            yield from self._removed(number)

    def _partners(self) -> dict[int, int]:
        """Return the old paragraph that each edited paragraph was made from.

        The result is index of the new paragraph -> index of the old paragraph.
        """
        partners: dict[int, int] = {}
        last = -1
        for number, paragraph in enumerate(self._new):
            places = [(number, index) for index in range(len(paragraph.words))]
            shared = Counter(self._old_of[place][0] for place in places if place in self._old_of)
            best = max(shared, key=lambda old: (shared[old], -old), default=-1)
            if best > last and likeness(self._old[best].words, paragraph.words) >= ALIKE:
                partners[number] = last = best
        return partners

    def _moved(self, partners: dict[int, int]) -> dict[int, int]:
        """Return the paragraphs that are at another place now.

        The result is index of the new paragraph -> index of the same old paragraph. Only paragraphs without
        any matched word are in it.
        """
        lost: defaultdict[Words, list[int]] = defaultdict(list)
        for number, paragraph in enumerate(self._old):
            if len(paragraph.words) >= MOVABLE and not any(op == "same" for op, _ in self._old_words(number)):
                lost[paragraph.words].append(number)
        moved: dict[int, int] = {}
        for number, paragraph in enumerate(self._new):
            if lost[paragraph.words] and all(op == "added" for op, _ in self._edited(number, None)):
                moved[number] = lost[paragraph.words].pop(0)
        return moved

    def _removed(self, number: int) -> Iterator[Piece]:
        """Yield the piece of an old paragraph that has no new one.

        Yields nothing if all its words were matched with words of other paragraphs.
        """
        runs = self._old_words(number)
        if any(op == "removed" for op, _ in runs):
            yield _piece("removed", self._old[number], runs)

    def _old_words(self, number: int) -> list[Run]:
        words = self._old[number].words
        return [("same" if (number, k) in self._kept else "removed", word) for k, word in enumerate(words)]

    def _edited(self, number: int, partner: int | None) -> Iterator[Run]:
        """Yield the words of a new paragraph, with the words that its old paragraph lost.

        Before each kept word come the removed words, then the added words.
        """
        left = [] if partner is None else list(enumerate(self._old_words(partner)))[::-1]
        came: list[Run] = []
        for index, word in enumerate(self._new[number].words):
            place: Place | None = self._old_of.get((number, index))
            if place is None:
                came.append(("added", word))
                continue
            while left and place[0] == partner and left[-1][0] <= place[1]:
                lost = left.pop()[1]
                if lost[0] == "removed":
                    yield lost
            yield from (*came, ("same", word))
            came = []
        yield from (run for _, run in reversed(left) if run[0] == "removed")
        yield from came


def _piece(kind: PieceKind, paragraph: Paragraph, words: Iterable[Run]) -> Piece:
    runs = [(op, " ".join(word for _, word in run)) for op, run in groupby(words, key=lambda run: run[0])]
    return Piece(kind, paragraph.section, paragraph.mark, tuple(runs))
