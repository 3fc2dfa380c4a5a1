"""Where a hunk is: at the start or at the end of both texts, or cut off there."""

from collections.abc import Sequence

from db.history.comparison.hunks import Span
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import words_of

EDGE_SIGNS = 2  # a hunk is at an end of the text if at most this many signs are between it and the end
# At most this many words appear or disappear at an end because the extractor cut a new layout differently.
CUT_WORDS = 100
CUT_STUMP = 5  # at most this many of these words are left in the other text


def at_an_end(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether a hunk (as `Hunk.span`) is at the same end of both texts."""
    return at_head(old, new, hunk) or at_tail(old, new, hunk)


def at_head(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether a hunk (as `Hunk.span`) is at the start of both texts."""
    return _is_end(old.tokens, 0, hunk[0]) and _is_end(new.tokens, 0, hunk[2])


def at_tail(old: TokenizedText, new: TokenizedText, hunk: Span) -> bool:
    """Return whether a hunk (as `Hunk.span`) is at the end of both texts."""
    return _is_end(old.tokens, hunk[1], len(old.tokens)) and _is_end(new.tokens, hunk[3], len(new.tokens))


def _is_end(tokens: Sequence[str], start: int, end: int) -> bool:
    return end - start <= EDGE_SIGNS and not words_of(tokens[start:end])


def is_cut(removed: Sequence[str], added: Sequence[str], tokens: int) -> bool:
    """Return whether a small part of a text appeared or disappeared almost completely.

    `tokens` is the length of the shorter text in tokens.
    """
    stump, whole = sorted((len(words_of(removed)), len(words_of(added))))
    return (stump == 0 or (stump <= CUT_STUMP and whole >= CUT_STUMP**2)) and whole <= min(
        CUT_WORDS, tokens // 4
    )
