"""Words that only moved: removed at one place of a text, and added at another one."""

from db.history.comparison.hunks import Hunk, with_reason
from db.history.comparison.tokenized import TokenizedText, words_of

# A passage within a block counts as moved only with at least this many words: "not" or "your" that disappears
# in one sentence and appears in another turns round what they say.
MOVED_WORDS = 5


def with_moves(old: TokenizedText, new: TokenizedText, hunks: list[Hunk]) -> list[Hunk]:
    """Set the reason `moved` where words were removed and the same words added elsewhere.

    They must be whole blocks or a longer passage, and stand under the same heading as before.
    """
    gone: dict[tuple[str, ...], tuple[int, int, int]] = {}
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and not words_of(new.tokens[hunk.new_start : hunk.new_end]):
            start, end = _at_a_block(old, hunk.old_start, hunk.old_end)
            gone[words_of(old.tokens[start:end])] = number, start, end
    for number, hunk in enumerate(hunks):
        if hunk.reason == "wording" and not words_of(old.tokens[hunk.old_start : hunk.old_end]):
            start, end = _at_a_block(new, hunk.new_start, hunk.new_end)
            words = words_of(new.tokens[start:end])
            source, *place = gone.pop(words, (number, 0, 0))
            whole = new.are_whole_blocks(start, end) and old.are_whole_blocks(*place)
            same_heading = old.heading_above(place[0]) == new.heading_above(start)
            if source != number and same_heading and (whole or len(words) >= MOVED_WORDS):
                for moved in (source, number):
                    hunks[moved] = with_reason(hunks[moved], "moved")
    return hunks


def _at_a_block(side: TokenizedText, start: int, end: int) -> tuple[int, int]:
    """Return a range that begins with a block and leaves the same text, if there is one; else the range.

    In "Your name, your address" the words "name, your" can be removed as well as "your name,".
    """
    size, tokens = end - start, side.tokens
    first = last = start
    while first > max(0, start - size) and tokens[first - 1] == tokens[first - 1 + size]:
        first -= 1
    while last < start + size and tokens[last : last + 1] == tokens[last + size : last + size + 1] != ():
        last += 1
    at = next((at for at in range(first, last + 1) if side.are_whole_blocks(at, at + size)), start)
    return at, at + size
