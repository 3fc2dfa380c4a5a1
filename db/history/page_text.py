"""All letters of captured pages, to find the differences that the extractor made.

Words may come or go in the extracted text while both pages have them. Then the extractor chose another part
of the page, and the difference is no change. The letters and digits of the whole source are compared, in
order.

Only the extractor knows how to read a body, so callers pass a function for it (`SourceText`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from db.history.noise import ReadText, Step
from db.history.token_diff import Hunk, with_reason
from db.history.tokenized import TokenizedText, Tokens, letters

# Returns all text of a body in the order of its source: `extract.html.source_text`.
SourceText = Callable[[bytes], str]

CONTEXT = 4  # tokens
RECURRING = 3  # times from which the same few words are judged by how often a page has them
SHOWN_WORDS = 5  # fewer words can be elsewhere on a page by chance ("or online services")


def mark_extraction(step: Step, read: ReadText, page_of: Callable[[int], str]) -> None:
    """Set the reason `extraction` for hunks of a step that both bodies show.

    `page_of` returns the letters of a body by its id. Steps with an imported text stay as they are.
    """
    if step.old.body_id is None or step.new.body_id is None:
        return
    if step.old.body_id == step.new.body_id:
        step.hunks = [
            with_reason(hunk, "extraction") if hunk.reason == "wording" else hunk for hunk in step.hunks
        ]
        return
    old, new = read(step.old.text_id), read(step.new.text_id)
    comparison = PagePair(old, new, page_of(step.old.body_id), page_of(step.new.body_id))
    around = CONTEXT if step.old.extractor != step.new.extractor else 0
    for index, hunk in enumerate(step.hunks):
        if hunk.reason == "wording" and comparison.on_both_pages(hunk, around):
            step.hunks[index] = with_reason(hunk, "extraction")
    for recurring in _recurring(step.hunks, old, new):
        if comparison.on_page_as_often([step.hunks[index] for index in recurring]):
            for index in recurring:
                step.hunks[index] = with_reason(step.hunks[index], "extraction")


def is_left_out(text: TokenizedText, start: int, end: int, other: str, page: str) -> bool:
    """Return whether a page has a range of tokens that its text lacks.

    `page` are the letters of the page, `other` those of the text that was made of it.
    """
    return start < end and _is_on_page(_Side(text, start, end, other, page), 0)


class _Side(NamedTuple):
    """A range of tokens of one text. The letters of the other text and of its page."""

    text: TokenizedText
    start: int
    end: int
    other_text: str
    other_page: str


class PagePair:
    """Two texts, and the letters of their pages."""

    def __init__(self, old: TokenizedText, new: TokenizedText, old_page: str, new_page: str) -> None:
        self._old, self._new = old, new
        self._of_old, self._of_new = (old.letters, old_page), (new.letters, new_page)

    def on_both_pages(self, hunk: Hunk, around: int = 0) -> bool:
        """Return whether both pages have the words of a hunk.

        If the other text has the words elsewhere, its page must have them once more. `around` is the number
        of tokens on both sides that the page must have too. With such neighbours a few words are enough;
        that is for texts of two extractors.
        """
        sides = list(self._sides(_trimmed(hunk, self._old, self._new)))
        return bool(sides) and all(_is_on_page(side, around) for side in sides)

    def on_page_as_often(self, hunks: Sequence[Hunk]) -> bool:
        """Return whether the page of the text without these hunks has their words as often.

        All hunks add, or all remove, the same words.
        """
        side = next(iter(self._sides(hunks[0])))
        passage = letters("".join(side.text.tokens[side.start : side.end]))
        return side.other_page.count(passage) - side.other_text.count(passage) >= len(hunks)

    def _sides(self, hunk: Hunk) -> Iterator[_Side]:
        """Yield the sides of a hunk that have any tokens."""
        if hunk.old_start < hunk.old_end:
            yield _Side(self._old, hunk.old_start, hunk.old_end, *self._of_new)
        if hunk.new_start < hunk.new_end:
            yield _Side(self._new, hunk.new_start, hunk.new_end, *self._of_old)


def _is_on_page(side: _Side, around: int) -> bool:
    if not any(map(str.isalnum, side.text.tokens[side.start : side.end])):
        return False
    whole = side.text.tokens[max(0, side.start - around) : side.end + around]
    passages = [whole] if around else _passages(side.text, side.start, side.end)
    return all(
        sum(map(str.isalnum, passage)) >= SHOWN_WORDS
        and side.other_page.count(of := letters("".join(passage))) > side.other_text.count(of)
        for passage in passages
    )


def _passages(side: TokenizedText, start: int, end: int) -> list[Tokens]:
    """Return the tokens in passages of whole blocks with `SHOWN_WORDS` words and more.

    Pages have different things between the blocks.
    """
    passages: list[Tokens] = []
    for piece in side.pieces(start, end):
        if passages and sum(map(str.isalnum, passages[-1])) < SHOWN_WORDS:
            passages[-1] += piece
        else:
            passages.append(piece)
    if len(passages) > 1 and sum(map(str.isalnum, passages[-1])) < SHOWN_WORDS:
        last = passages.pop()
        passages[-1] += last
    return passages


def _trimmed(hunk: Hunk, old: TokenizedText, new: TokenizedText) -> Hunk:
    """Return the hunk without the tokens with which both sides begin or end."""
    removed, added = old.tokens[hunk.old_start : hunk.old_end], new.tokens[hunk.new_start : hunk.new_end]
    shorter = min(len(removed), len(added))
    head = next((n for n in range(shorter) if removed[n] != added[n]), shorter)
    tail = next((n for n in range(shorter - head) if removed[-1 - n] != added[-1 - n]), shorter - head)
    return replace(
        hunk,
        old_start=hunk.old_start + head,
        old_end=hunk.old_end - tail,
        new_start=hunk.new_start + head,
        new_end=hunk.new_end - tail,
    )


def _recurring(hunks: Sequence[Hunk], old: TokenizedText, new: TokenizedText) -> list[list[int]]:
    """Return the numbers of hunks with the same words, such as "Back to top"."""
    alike: dict[tuple[Tokens, Tokens], list[int]] = {}
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and hunk.is_one_sided:
            words = old.tokens[hunk.old_start : hunk.old_end], new.tokens[hunk.new_start : hunk.new_end]
            alike.setdefault(words, []).append(number)
    return [numbers for numbers in alike.values() if len(numbers) >= RECURRING]
