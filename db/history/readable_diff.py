"""A judged difference for people: section by section, paragraph by paragraph, word by word.

It is made from two texts and their differences (`comparison/differences.py`), so that everything that shows
a change marks the same words. Words are shown without links, markup and forms of quotes
(docs/normalisation.md).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from db.history.comparison.differences import Difference
from db.history.comparison.words import Paragraph, Words, bare, join, split
from db.processor_time import in_time

PieceKind = Literal["same", "changed", "added", "removed", "aside"]
# Words of both texts; words that count as added or removed; words of only one text that do not count.
Op = Literal["same", "added", "removed", "aside-added", "aside-removed"]
Run = tuple[Op, str]

# Two paragraphs count as one edited paragraph if at least this share of their distinct words is the same.
ALIKE = 0.5


@dataclass(frozen=True)
class Piece:
    """A paragraph of the comparison, as runs of words with the same operation.

    `kind` is `aside` if words differ, but none of them counts. `section` is the heading above the paragraph,
    or "" before the first heading; for a removed paragraph it is the heading in the old text. In a paragraph
    that was added or removed, words that the other text also has are runs of `same`. `reasons` has the reason
    of each run, "" for `same`. `old_texts` has the words of each run as the old text has them; in a run of
    `same`, a stop can differ. It is () if they are the words of the runs.
    """

    kind: PieceKind
    section: str
    mark: str
    runs: tuple[Run, ...]
    reasons: tuple[str, ...]
    old_texts: tuple[str, ...] = ()


def pieces(old: Words, new: Words, differences: Iterable[Difference]) -> list[Piece]:
    """Return the differences of two texts, paragraph by paragraph.

    The pieces are in the order of the new text, with removed paragraphs at their old place. If the texts have
    the same words, all runs are `same`.
    """
    return list(_Comparison(old, new, list(differences)).pieces())


def count(shown: Iterable[Piece]) -> tuple[int, int]:
    """Return how many words are marked as added and how many as removed."""
    words: Counter[str] = Counter()
    for piece in shown:
        for op, text in piece.runs:
            words[op] += len(split(text))
    return words["added"], words["removed"]


class _Marked(NamedTuple):
    """A word with its operation, the reason, and its form in the old text."""

    op: Op
    word: str
    reason: str
    old: str


class _Comparison:
    """Two texts in paragraphs, with the difference of each word, or None for a word of both texts."""

    def __init__(self, old: Words, new: Words, differences: list[Difference]) -> None:
        self._old, self._new = old, new
        self._title = next((one for one in differences if one.place == 0), None)
        self._gone: list[Difference | None] = [None] * len(old)
        self._came: list[Difference | None] = [None] * len(new)
        for one in differences:
            if one.place:
                self._gone[one.old_start : one.old_end] = [one] * (one.old_end - one.old_start)
                self._came[one.new_start : one.new_end] = [one] * (one.new_end - one.new_start)
        self._old_of = self._matched([one for one in differences if one.place])
        self._old_paragraph = [
            number for number, of in enumerate(old.paragraphs) for _ in range(of.start, of.end)
        ]

    def _matched(self, differences: list[Difference]) -> list[int]:
        """Return for each new word the index of the old word, or -1 for a word that differs."""
        matched = [-1] * len(self._new)
        old_at = new_at = 0
        ends = [(one.old_start, one.new_start, one.old_end, one.new_end) for one in differences]
        for old_end, new_end, *after in [*ends, (len(self._old), len(self._new), 0, 0)]:
            if old_end - old_at == new_end - new_at:
                matched[new_at:new_end] = range(old_at, old_end)
            else:  # the same signs are divided into other words
                shift = self._old.token(old_at) - self._new.token(new_at)
                for word in range(new_at, new_end):
                    matched[word] = min(self._old.at(self._new.token(word) + shift), old_end - 1)
            old_at, new_at = after
        return matched

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces in the order of the new text.

        A removed paragraph is before the next paragraph that was kept.
        """
        yield from self._titles()
        partners = self._partners()
        kept = set(partners.values())
        gone = [number for number in range(len(self._old.paragraphs)) if number not in kept][::-1]
        for number, paragraph in in_time(enumerate(self._new.paragraphs)):
            partner = partners.get(number)
            while gone and partner is not None and gone[-1] < partner:
                yield from self._removed(gone.pop())
            if self._is_unchanged(number, partner):
                yield _unchanged(paragraph, self._new.paragraph_text(number), self._old_form(partner))
                continue
            yield _piece("added" if partner is None else "changed", paragraph, self._edited(number, partner))
        while gone:
            yield from self._removed(gone.pop())

    def _is_unchanged(self, number: int, partner: int | None) -> bool:
        """Return whether a new paragraph and the old one from which it was made have only words of both."""
        paragraph = self._new.paragraphs[number]
        changed = any(self._came[paragraph.start : paragraph.end])
        if partner is not None and not changed:
            old = self._old.paragraphs[partner]
            changed = any(self._gone[old.start : old.end])
        return not changed

    def _old_form(self, partner: int | None) -> str | None:
        return self._old.paragraph_text(partner) if partner is not None else None

    def _titles(self) -> Iterator[Piece]:
        """Yield the title of the page as a piece, if one of the two texts has a title."""
        title = Paragraph(0, 0, "#", "")
        if self._title is None:
            words = [_Marked("same", word, "", word) for word in split(self._new.text.title_text)]
        else:
            words = [_Marked("aside-removed", word, "title", word) for word in split(self._title.removed)]
            words += [_Marked("aside-added", word, "title", word) for word in split(self._title.added)]
        if words:
            yield _piece("changed", title, words)

    def _partners(self) -> dict[int, int]:
        """Return the old paragraph that each edited paragraph was made from.

        The result is index of the new paragraph -> index of the old paragraph.
        """
        partners: dict[int, int] = {}
        last = -1
        for number, paragraph in in_time(enumerate(self._new.paragraphs)):
            words = self._old_of[paragraph.start : paragraph.end]
            shared = Counter([self._old_paragraph[word] for word in words if word >= 0])
            best = max(shared, key=lambda old: (shared[old], -old), default=-1)
            same = self._in_another_form(paragraph)
            if same is not None:
                best = same
            if best > last and (same is not None or self._alike(self._old.paragraphs[best], paragraph)):
                partners[number] = last = best
        return partners

    def _in_another_form(self, paragraph: Paragraph) -> int | None:
        """Return the old paragraph of which a new one has the same words in another form, or None.

        Then both are one place that does not count.
        """
        place = self._came[paragraph.start]
        if place is None or place.counts or place.old_start == place.old_end:
            return None
        number = self._old_paragraph[place.old_start]
        old = self._old.paragraphs[number]
        whole = (old.start, old.end, paragraph.start, paragraph.end)
        return number if whole == (place.old_start, place.old_end, place.new_start, place.new_end) else None

    def _alike(self, old: Paragraph, new: Paragraph) -> bool:
        words = self._old.words[old.start : old.end], self._new.words[new.start : new.end]
        if words[0] == words[1]:
            return True
        before, after = (set(map(bare, of_text)) for of_text in words)
        return 2 * len(before & after) >= ALIKE * (len(before) + len(after))

    def _removed(self, number: int) -> Iterator[Piece]:
        """Yield the piece of an old paragraph that has no new one.

        Yields nothing if all its words were matched with words of other paragraphs.
        """
        words = self._old_words(number)
        if any(word.op != "same" for word in words):
            yield _piece("removed", self._old.paragraphs[number], words)

    def _old_words(self, number: int) -> list[_Marked]:
        paragraph = self._old.paragraphs[number]
        return [
            _marked(self._gone[index], self._old.words[index], "removed", "aside-removed")
            for index in range(paragraph.start, paragraph.end)
        ]

    def _edited(self, number: int, partner: int | None) -> Iterator[_Marked]:
        """Yield the words of a new paragraph, with the words that its old paragraph lost.

        Before each kept word come the removed words, then the added words.
        """
        left: list[tuple[int, _Marked]] = []
        if partner is not None:
            left = list(enumerate(self._old_words(partner), self._old.paragraphs[partner].start))[::-1]
        came: list[_Marked] = []
        paragraph = self._new.paragraphs[number]
        for index in range(paragraph.start, paragraph.end):
            word = _marked(self._came[index], self._new.words[index], "added", "aside-added")
            if word.op != "same":
                came.append(word)
                continue
            before = self._old.words[self._old_of[index]]
            if bare(before) == bare(word.word):
                word = word._replace(old=before)
            while left and left[-1][0] <= self._old_of[index]:
                lost = left.pop()[1]
                if lost.op != "same":
                    yield lost
            yield from (*came, word)
            came = []
        yield from (lost for _, lost in reversed(left) if lost.op != "same")
        yield from came


def _marked(difference: Difference | None, word: str, counted: Op, aside: Op) -> _Marked:
    if difference is None:
        return _Marked("same", word, "", word)
    return _Marked(counted if difference.counts else aside, word, difference.reason, word)


def _unchanged(paragraph: Paragraph, text: str, old: str | None) -> Piece:
    """Return the piece of a paragraph without a difference. `old` is its old text, None if unknown."""
    old_texts = (old,) if old is not None and old != text else ()
    return Piece("same", paragraph.section, paragraph.mark, (("same", text),), ("",), old_texts)


def _piece(kind: PieceKind, paragraph: Paragraph, words: Iterable[_Marked]) -> Piece:
    """Return a piece. `kind` is its kind if a word of it counts as changed."""
    grouped = [(*key, list(run)) for key, run in groupby(words, key=lambda word: (word.op, word.reason))]
    ops = {op for op, _, _ in grouped}
    if not ops & {"added", "removed"}:
        kind = "same" if ops <= {"same"} else "aside"
    texts = tuple(join(word.word for word in run) for _, _, run in grouped)
    has_old = any(word.old != word.word for _, _, run in grouped for word in run)
    old_texts = tuple(join(word.old for word in run) for _, _, run in grouped) if has_old else texts
    return Piece(
        kind,
        paragraph.section,
        paragraph.mark,
        tuple(zip((op for op, _, _ in grouped), texts, strict=True)),
        tuple(reason for _, reason, _ in grouped),
        old_texts if old_texts != texts else (),
    )
