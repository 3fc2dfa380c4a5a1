"""All letters of a captured page, to recognise differences that only the extractor made.

Words can appear in the extracted text although the page had them before. Then the extractor chose another
part of the page, and the difference is no change. To find out, the words are searched in the letters and
digits of the whole source, in order.

Only the extractor can read a body. Therefore callers pass a function for it (`SourceText`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from db.history.comparison.beside_policy.bare_pages import without_cuts
from db.history.comparison.hunks import Hunk, with_reason
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import Tokens, letters
from db.history.noise.steps import ReadText, Step

# Takes a body and returns all its text in the order of the source: `extract.html.source_text`.
SourceText = Callable[[bytes], str]

CONTEXT = 4  # this many tokens before and after a difference must be on the page too
RECURRING = 3  # if the same words differ at least this many times, the page is searched for as many of them
LONE_WORDS = 20  # a passage with fewer words can be in a menu or footer too: it needs its neighbours there
# So many characters of a page and a text are searched for all differences of two captures, about two seconds
# of work. The differences that remain count as changes, as they do where a page has other letters.
SEARCHED = 4 * 10**9
SHOWN_WORDS = 5  # fewer words can be at another place of a page by chance ("or online services")


def mark_extraction(step: Step, read: ReadText, page_of: Callable[[int], str]) -> None:
    """Set the reason `extraction` for hunks with words that both pages contain.

    `read` takes a text's id. `page_of` takes a body's id and returns the letters of its page. A step with an
    imported text is not changed, because the page is not stored.
    """
    if step.old.body_id is None or step.new.body_id is None:
        return
    if step.old.body_id == step.new.body_id:
        step.hunks = [
            with_reason(hunk, "extraction") if hunk.reason == "wording" else hunk for hunk in step.hunks
        ]
        return
    old, new = read(step.old.text_id), read(step.new.text_id)
    old_page, new_page = page_of(step.old.body_id), page_of(step.new.body_id)
    comparison = PagePair(old, new, old_page, new_page)
    if old_page == new_page:
        step.hunks = [_of_one_page(hunk, old, new) for hunk in step.hunks]
    step.hunks = without_cuts(old, new, old_page, new_page, step.hunks)
    around = CONTEXT if step.old.extractor != step.new.extractor else 0
    for index, hunk in enumerate(step.hunks):
        if hunk.reason == "wording" and comparison.on_both_pages(hunk, around):
            step.hunks[index] = with_reason(hunk, "extraction")
    for recurring in _recurring(step.hunks, old, new):
        if comparison.on_page_as_often([step.hunks[index] for index in recurring]):
            for index in recurring:
                step.hunks[index] = with_reason(step.hunks[index], "extraction")


def _of_one_page(hunk: Hunk, old: TokenizedText, new: TokenizedText) -> Hunk:
    """Return a hunk between pages with the same letters. Other letters in it are the extractor's doing."""
    removed, added = old.tokens[hunk.old_start : hunk.old_end], new.tokens[hunk.new_start : hunk.new_end]
    is_other = letters("".join(removed)) != letters("".join(added))
    return with_reason(hunk, "extraction") if hunk.reason == "wording" and is_other else hunk


def is_left_out(text: TokenizedText, start: int, end: int, other: str, page: str) -> bool:
    """Return whether a page contains words that are missing in its text.

    The words are the tokens of `text` from `start` to `end` (exclusive). `page` are the letters of the page,
    and `other` the letters of the text that was made from the page.
    """
    return start < end and _is_on_page(_Side(text, start, end, _Search(other, page)), 0)


class _Search:
    """The letters of a text and of its page, in which words of another text are searched."""

    def __init__(self, text: str, page: str) -> None:
        self._text, self.page = text, page
        self._left = SEARCHED // (len(text) + len(page) + 1)

    def missed(self, passage: str) -> int:
        """Return how many times more often the page has a passage than its text.

        Returns 0 after `SEARCHED` characters.
        """
        self._left -= 1
        return self.page.count(passage) - self._text.count(passage) if self._left >= 0 else 0


class _Side(NamedTuple):
    """A range of tokens of one text, with the letters of the other text and its page to search it in."""

    text: TokenizedText
    start: int
    end: int
    other: _Search

    @property
    def is_whole(self) -> bool:
        """True if the range consists of whole blocks."""
        return self.text.are_whole_blocks(self.start, self.end)

    @property
    def has_neighbours(self) -> bool:
        """True if the range is long, or if an end of it is beside the same words on the other page."""
        tokens = self.text.tokens
        if sum(map(str.isalnum, tokens[self.start : self.end])) >= LONE_WORDS:
            return True
        ends = [at for at in (self.start, self.end) if 0 < at < len(tokens)]
        around = ["".join(tokens[max(0, at - CONTEXT) : at + CONTEXT]) for at in ends]
        return any(letters(passage) in self.other.page for passage in around)


class PagePair:
    """Two texts, with the letters of the pages that they were made from."""

    def __init__(self, old: TokenizedText, new: TokenizedText, old_page: str, new_page: str) -> None:
        self._old, self._new = old, new
        self._of_old, self._of_new = _Search(old.letters, old_page), _Search(new.letters, new_page)

    def on_both_pages(self, hunk: Hunk, around: int = 0) -> bool:
        """Return whether both pages contain the words of a hunk.

        If the other text has the same words at another place, the other page must contain them once more.
        `around` is the number of tokens before and after the hunk that must be on the page too. With such
        neighbours a few words are enough; this is used for texts of two different extractors, and for words
        within a block.
        """
        sides = list(self._sides(_trimmed(hunk, self._old, self._new)))
        return bool(sides) and all(
            _is_on_page(side, around or (0 if side.is_whole else CONTEXT)) and (around or side.has_neighbours)
            for side in sides
        )

    def on_page_as_often(self, hunks: Sequence[Hunk]) -> bool:
        """Return whether the other page contains the words of these hunks as often.

        All hunks add the same words, or all remove the same words. The other page is the page of the text
        that does not have these words.
        """
        side = next(iter(self._sides(hunks[0])))
        passage = letters("".join(side.text.tokens[side.start : side.end]))
        return side.other.missed(passage) >= len(hunks)

    def _sides(self, hunk: Hunk) -> Iterator[_Side]:
        """Yield the sides of a hunk (old, new) that have any tokens."""
        if hunk.old_start < hunk.old_end:
            yield _Side(self._old, hunk.old_start, hunk.old_end, self._of_new)
        if hunk.new_start < hunk.new_end:
            yield _Side(self._new, hunk.new_start, hunk.new_end, self._of_old)


def _is_on_page(side: _Side, around: int) -> bool:
    if not any(map(str.isalnum, side.text.tokens[side.start : side.end])):
        return False
    whole = side.text.tokens[max(0, side.start - around) : side.end + around]
    passages = [whole] if around else _passages(side.text, side.start, side.end)
    return all(
        sum(map(str.isalnum, passage)) >= SHOWN_WORDS and side.other.missed(letters("".join(passage))) > 0
        for passage in passages
    )


def _passages(side: TokenizedText, start: int, end: int) -> list[Tokens]:
    """Divide a range of tokens into passages of whole blocks.

    Each passage has at least `SHOWN_WORDS` words if possible. Each one is searched alone, because a page can
    have other things between the blocks.
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
    """Return the hunk, without equal tokens at the start and end of both sides."""
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
    """Return groups of indexes of hunks that add or remove the same words.

    An example is "Back to top", which a page can have after each section.
    """
    alike: dict[tuple[Tokens, Tokens], list[int]] = {}
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and hunk.is_one_sided:
            words = old.tokens[hunk.old_start : hunk.old_end], new.tokens[hunk.new_start : hunk.new_end]
            alike.setdefault(words, []).append(number)
    return [numbers for numbers in alike.values() if len(numbers) >= RECURRING]
