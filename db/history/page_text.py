"""What the page of a capture shows, whatever the extractor took of it: its letters and digits, in the order of the source.

By them the history tells what a page did from what the extractor did. Words that come or go in the extracted text, while both
captures' pages have them, were no change: the extractor cut another stretch.

How a body becomes text is for the extractor to know, so callers pass a function for it (`SourceText`).
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
RECURRING = 3  # times from which the same few words are told by how often they stand there
SHOWN_WORDS = 5  # fewer may stand elsewhere on a page by chance ("or online services")


def mark_extraction(step: Step, read: ReadText, page_of: Callable[[int], str]) -> None:
    """Judge what both bodies of a step show; `page_of` gives the letters of a body by its id."""
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
        if hunk.reason == "wording" and comparison.shown_by_both(hunk, around):
            step.hunks[index] = with_reason(hunk, "extraction")
    for recurring in _recurring(step.hunks, old, new):
        if comparison.shown_as_often([step.hunks[index] for index in recurring]):
            for index in recurring:
                step.hunks[index] = with_reason(step.hunks[index], "extraction")


def is_left_out(text: TokenizedText, start: int, end: int, other: str, page: str) -> bool:
    """Whether a page shows tokens `start` to `end` of a text, of which `other` (letters), made of that page, has not all."""
    return start < end and _shows(_Side(text, start, end, other, page), 0)


class _Side(NamedTuple):
    """Tokens `start` to `end` of a text, and the letters of the other text and of the page that this was made of."""

    text: TokenizedText
    start: int
    end: int
    other_text: str
    other_page: str


class PagePair:
    """Two texts, and the letters of the pages that they were made of."""

    def __init__(self, old: TokenizedText, new: TokenizedText, old_page: str, new_page: str) -> None:
        self._old, self._new = old, new
        self._shown_old, self._shown_new = (old.letters, old_page), (new.letters, new_page)

    def shown_by_both(self, hunk: Hunk, around: int = 0) -> bool:
        """Whether both pages show the words that the two texts differ in.

        Words that the other text has elsewhere prove nothing: its page has to show them once more. `around` is how many tokens
        on either side have to be shown with them: where two extractors made the texts, few words with neighbours are enough.
        """
        sides = list(self._sides(_trimmed(hunk, self._old, self._new)))
        return bool(sides) and all(_shows(side, around) for side in sides)

    def shown_as_often(self, hunks: Sequence[Hunk]) -> bool:
        """Whether the page of the text without them shows as many more of these hunks, all of the same words on one side."""
        side = next(iter(self._sides(hunks[0])))
        passage = letters("".join(side.text.tokens[side.start : side.end]))
        return side.other_page.count(passage) - side.other_text.count(passage) >= len(hunks)

    def _sides(self, hunk: Hunk) -> Iterator[_Side]:
        """The sides of a hunk that have any tokens."""
        if hunk.old_start < hunk.old_end:
            yield _Side(self._old, hunk.old_start, hunk.old_end, *self._shown_new)
        if hunk.new_start < hunk.new_end:
            yield _Side(self._new, hunk.new_start, hunk.new_end, *self._shown_old)


def _shows(side: _Side, around: int) -> bool:
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
    """The tokens in passages of blocks, long enough to be told by: other pages have other things between them."""
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
    """The hunk without the tokens that both its sides begin or end with."""
    removed, added = old.tokens[hunk.old_start : hunk.old_end], new.tokens[hunk.new_start : hunk.new_end]
    shorter = min(len(removed), len(added))
    head = next((n for n in range(shorter) if removed[n] != added[n]), shorter)
    tail = next((n for n in range(shorter - head) if removed[-1 - n] != added[-1 - n]), shorter - head)
    return replace(hunk, old_start=hunk.old_start + head, old_end=hunk.old_end - tail,
                   new_start=hunk.new_start + head, new_end=hunk.new_end - tail)  # fmt: skip


def _recurring(hunks: Sequence[Hunk], old: TokenizedText, new: TokenizedText) -> list[list[int]]:
    """The numbers of hunks of `wording` that put in, or take out, the same words time and again ("Back to top")."""
    alike: dict[tuple[Tokens, Tokens], list[int]] = {}
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and (hunk.old_start == hunk.old_end or hunk.new_start == hunk.new_end):
            words = old.tokens[hunk.old_start : hunk.old_end], new.tokens[hunk.new_start : hunk.new_end]
            alike.setdefault(words, []).append(number)
    return [numbers for numbers in alike.values() if len(numbers) >= RECURRING]
