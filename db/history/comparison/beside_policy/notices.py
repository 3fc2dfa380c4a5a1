"""Passing notices, counters and codes, recognised by their words.

A page can show them beside its policy: a sale, an outage, a season, a banner for cookies, a cart, a session.
The words are positive evidence only: in a language without words here, every difference is a change. Words
that policies are about ("data", "consent", "never") are never in a notice, except in a banner with a button.
"""

from collections.abc import Iterator, Sequence

from db.history.comparison.beside_policy.notice_words import (
    BUTTON,
    COOKIES,
    COUNTER,
    IN_THE_CART,
    LABEL,
    NOTICE,
    POLICY,
    TIME,
)
from db.history.comparison.policy_part import ends_sentence
from db.history.comparison.statements import is_stated_date
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import Tokens, words_of

NOTICE_WORDS = 60  # a longer passage is no notice
SENTENCE_WORDS = 4  # so many words and a stop are a sentence
NEAR = 60  # tokens; a sentence is looked for in so many before and after a range
CODE = 3  # a code has at least this many signs, and letters as well as digits
LONGEST = 2_000
LONG_CODE = 6  # digits; so many are a code without letters


def passage_around(text: TokenizedText, start: int, end: int) -> tuple[int, int]:
    """Return the range of the sentence or line with a range of tokens; its blocks and stops bound it."""
    last_token = max(start, end - 1)
    first, last = text.bounds(text.block_at(start))[0], text.bounds(text.block_at(last_token))[1]
    first, last = max(first, start - NEAR), min(last, end + NEAR)
    for index in range(start - 1, first - 1, -1):
        if ends_sentence(text.tokens, index):
            first = index + 1
            break
    for index in range(last_token, last):
        if ends_sentence(text.tokens, index):
            last = index + 1
            break
    return first, last


def is_notice(pieces: Sequence[Tokens]) -> bool:
    """Return whether the lines of a passage, as tokens, are a passing notice. An empty passage is none.

    One line at least has the words of a notice, and so has each sentence.
    """
    if sum(len(words_of(piece)) for piece in pieces) > NOTICE_WORDS:
        return False
    lines = [" ".join(piece) for piece in pieces]
    if any(map(COOKIES.search, lines)) and any(map(BUTTON.search, lines)):
        return True
    if any(POLICY.search(line) or is_stated_date(line) for line in lines):
        return False
    sentences = [sentence for piece in pieces for sentence in _sentences(piece)]
    return any(map(LABEL.search, lines)) and all(map(NOTICE.search, sentences))


def is_counter(pieces: Sequence[Tokens]) -> bool:
    """Return whether each line of a passage, as tokens, is a counter or a price. An empty passage is none.

    Numbers with a unit of time are none, nor numbers in a sentence, except what is in a cart.
    """
    lines = [" ".join(piece) for piece in pieces]
    if not lines or any(POLICY.search(line) or TIME.search(line) for line in lines):
        return False
    return all(
        IN_THE_CART.search(line) or (COUNTER.search(line) and not any(_sentences(piece)))
        for line, piece in zip(lines, pieces, strict=True)
    )


def code_at(text: TokenizedText, start: int, end: int) -> str | None:
    """Return the code at a range of tokens, such as `f3a` or `8837462`; None if it is anything else.

    Lines of more than `LONGEST` characters are not looked through: each difference in them would read them.
    """
    first, last = text.bounds(text.block_at(start))
    block = text.blocks_text(start, end)
    if len(block) > LONGEST:
        return None
    while start > first and _are_joined(block, text.tokens[start - 1 : start + 1]):
        start -= 1
    while end < last and _are_joined(block, text.tokens[end - 1 : end + 1]):
        end += 1
    code = "".join(text.tokens[start:end])
    has_digit, has_letter = any(map(str.isdigit, code)), any(map(str.isalpha, code))
    is_code = code.isalnum() and has_digit and (len(code) >= CODE if has_letter else len(code) >= LONG_CODE)
    return code if is_code and code in block else None


def _are_joined(block: str, two: Sequence[str]) -> bool:
    """Return whether two tokens are one word in their block."""
    return all(map(str.isalnum, two)) and "".join(two) in block


def _sentences(piece: Tokens) -> Iterator[str]:
    """Yield each sentence of a line: at least `SENTENCE_WORDS` words and a stop."""
    first = 0
    for index in range(len(piece)):
        if ends_sentence(piece, index):
            if len(words_of(piece[first:index])) >= SENTENCE_WORDS:
                yield " ".join(piece[first : index + 1])
            first = index + 1
