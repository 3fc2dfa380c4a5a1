"""Words that only moved: removed at one place of a text, and added at another one."""

from typing import NamedTuple

from db.history.comparison.hunks import Hunk, with_reason
from db.history.comparison.policy_part import ends_sentence
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import Tokens, words_of
from db.processor_time import in_time

# Whole sentences within a block count as moved only with at least this many words: "Never." that disappears
# in one place and appears in another turns round what is said there.
MOVED_WORDS = 5


def with_moves(old: TokenizedText, new: TokenizedText, hunks: list[Hunk]) -> list[Hunk]:
    """Set the reason `moved` where words were removed and the same words added elsewhere.

    They must be whole blocks or whole sentences, and stand under the same heading and lead as before: under
    "We never:" an item says something else than under "We may:". So must what followed them.
    """
    gone: dict[Tokens, tuple[int, _Place]] = {}
    for number, hunk in in_time(enumerate(hunks)):
        if hunk.reason == "wording" and not words_of(new.tokens[hunk.new_start : hunk.new_end]):
            place = _at_a_block(old, hunk.old_start, hunk.old_end, new, hunk.new_end)
            gone[place.words] = number, place
    for number, hunk in in_time(enumerate(hunks)):
        if hunk.reason == "wording" and not words_of(old.tokens[hunk.old_start : hunk.old_end]):
            place = _at_a_block(new, hunk.new_start, hunk.new_end, old, hunk.old_end)
            source, before = gone.pop(place.words, (number, place))
            if source != number and _is_moved(before, place):
                for moved in (source, number):
                    hunks[moved] = with_reason(hunks[moved], "moved")
    return hunks


class _Place(NamedTuple):
    """A range of tokens that only one text has. `after` is where the other text goes on after it."""

    side: TokenizedText
    start: int
    end: int
    other: TokenizedText
    after: int

    @property
    def words(self) -> Tokens:
        """The words and numbers of the range."""
        return words_of(self.side.tokens[self.start : self.end])

    @property
    def is_whole(self) -> bool:
        """True if the range consists of whole blocks."""
        return self.side.are_whole_blocks(self.start, self.end)

    @property
    def has_sentences(self) -> bool:
        """True if the range begins where a block or sentence begins, and ends where one ends."""
        side, start, end = self[:3]
        first, last = side.bounds(side.block_at(start))[0], side.bounds(side.block_at(end - 1))[1]
        begins = start == first or ends_sentence(side.tokens, start - 1)
        return begins and (end == last or ends_sentence(side.tokens, end - 1))

    @property
    def leads_nothing(self) -> bool:
        """True if what follows the range has the same heading and lead without it."""
        side, other = self.side, self.other
        if self.end >= len(side.tokens) or self.after >= len(other.tokens):
            return True
        return side.context_above(self.end) == other.context_above(self.after)

    def moved(self, by: int) -> "_Place":
        """Return a range so many tokens further on."""
        return self._replace(start=self.start + by, end=self.end + by, after=self.after + by)


def _is_moved(old: _Place, new: _Place) -> bool:
    """Return whether places with the same words are whole, and say the same where they are."""
    whole = old.is_whole and new.is_whole
    sentences = len(new.words) >= MOVED_WORDS and old.has_sentences and new.has_sentences
    same_context = old.side.context_above(old.start) == new.side.context_above(new.start)
    return (whole or sentences) and same_context and old.leads_nothing and new.leads_nothing


def _at_a_block(side: TokenizedText, start: int, end: int, other: TokenizedText, after: int) -> _Place:
    """Return the place of a range, moved to whole blocks or sentences where that leaves the same text.

    In "Your name, your address" the words "name, your" can be removed as well as "your name,".
    """
    size, tokens = end - start, side.tokens
    first = last = start
    while first > max(0, start - size) and tokens[first - 1] == tokens[first - 1 + size]:
        first -= 1
    while last < start + size and tokens[last : last + 1] == tokens[last + size : last + size + 1] != ():
        last += 1
    place = _Place(side, start, end, other, after)
    blocks = (one for at in range(first, last + 1) if (one := place.moved(at - start)).is_whole)
    sentences = (one for at in range(first, last + 1) if (one := place.moved(at - start)).has_sentences)
    return next(blocks, None) or next(sentences, None) or place
