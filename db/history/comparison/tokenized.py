"""A text prepared for comparison: its blocks (lines of Markdown) and their tokens.

Tokens are compared instead of lines: if a page gets a new layout, its line breaks change but its words stay.
White space between tokens is ignored. The title (a first line with `# `) belongs to the page, not to the
policy, and is not compared.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

from db.history.comparison.lines import lines as split_lines
from db.history.comparison.statements import is_copyright, is_stated_date, is_statement
from db.history.comparison.tables import titled
from db.history.comparison.tokens import Tokens, letters, read_line, words_of

_ITEM = re.compile(r"\s*(?:\*|\d{1,9}\.)\s")
_BLOCK_MARK = re.compile(r"\s*(#{1,6}|\*|\d{1,9}\.)(?=\s)")
# In a menu the commonest words of the text ("the", "of", "your") are rarer than in the text, by this factor.
FOREIGN_SHARE = 0.7
COMMON = 30
SIGNED_TOKENS = 800  # more tokens after a copyright line are no footer, but another document on the page
FOOTER_SHARE = 0.1  # a footer has at most this share of the words in statements that come before it
DATE_TOKENS = 4  # a date has at most this many signs and words beside the one that differs
PARAGRAPH_WORDS = 20  # a block with so many words and a stop is no line of a list
MONTH_WORDS = 2  # a month is one word, or two with a preposition


class TokenizedText:
    """A text in the form in which it is compared: blocks and tokens.

    A block is the wording of a line. `starts` has the index of the first token of each block, `marks` the
    Markdown before it (`##`, `*`, `1.` or ""), and `rows` the lines of the rows of tables, by block, with the
    line of their titles before them. Ranges are indexes of tokens, from `start` to `end` (exclusive).
    """

    def __init__(self, markdown: str, stated_date: str | None = None) -> None:
        """Prepare a Markdown text. `stated_date` is the date that it states as its own, `2018-05-25`."""
        lines = list(split_lines(markdown))
        self.title_text, self.title = read_line(lines[0]) if lines[0].startswith("# ") else ("", ())
        self.blocks: list[str] = []
        self.marks: list[str] = []
        self.starts: list[int] = []
        self.rows: dict[int, tuple[str, str]] = {}
        tokens: list[str] = []
        self._items: set[int] = set()
        self._headings: set[Tokens] = {self.title}
        self._heading_blocks: list[int] = []
        for line, titles in titled(lines[1:] if self.title else lines):
            text, words = read_line(line)
            if words:
                self.blocks.append(text)
                mark = _BLOCK_MARK.match(line)
                self.marks.append(mark[1] if mark else "")
                self.starts.append(len(tokens))
                tokens.extend(words)
                if titles:
                    self.rows[len(self.blocks) - 1] = titles, line
                if _ITEM.match(line):
                    self._items.add(len(self.blocks) - 1)
                if line.startswith("#"):
                    self._headings.add(words)
                    self._heading_blocks.append(len(self.blocks) - 1)
        self.tokens: Tokens = tuple(tokens)
        # Year and day. The month can be a word in any language.
        self._date = {int(part) for part in (stated_date or "").split("-")[::2] if part}
        self._year = (stated_date or "")[:4]

    def block_at(self, index: int) -> int:
        """Return the index of the block that contains the token at an index."""
        return bisect_right(self.starts, index) - 1

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the range of tokens of a block. `number` is the index of the block."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.tokens)
        return self.starts[number], end

    def blocks_of(self, start: int, end: int) -> list[str]:
        """Return the wording of each block that a range touches."""
        last = self.block_at(max(start, end - 1))
        return self.blocks[max(0, self.block_at(start)) : last + 1]

    def blocks_text(self, start: int, end: int) -> str:
        """Return the wording of all blocks that a range touches, one block on each line."""
        return "\n".join(self.blocks_of(start, end))

    def readable(self, start: int, end: int) -> str:
        """Return the tokens of a range as text for people, without spaces before punctuation."""
        return re.sub(r" ([.,;:!?)\]])", r"\1", " ".join(self.tokens[start:end]))

    def whole_blocks(self, start: int, end: int) -> Tokens:
        """Return all tokens of the blocks that a range touches."""
        first, last = self.block_at(start), self.block_at(max(start, end - 1))
        return (
            self.tokens[self.bounds(max(0, first))[0] : self.bounds(max(0, last))[1]] if self.tokens else ()
        )

    def lines(self, start: int, end: int) -> list[Tokens]:
        """Return the tokens of each block that a range touches; [] for an empty range."""
        if start >= end:
            return []
        return [
            self.tokens[slice(*self.bounds(number))]
            for number in range(self.block_at(start), self.block_at(end - 1) + 1)
        ]

    def pieces(self, start: int, end: int) -> list[Tokens]:
        """Return the tokens of a range, divided where a block begins."""
        cuts = [
            start,
            *self.starts[bisect_right(self.starts, start) : bisect_right(self.starts, max(start, end - 1))],
            end,
        ]
        return [self.tokens[a:b] for a, b in pairwise(cuts) if b > a]

    def states_date(self, start: int, end: int) -> bool:
        """Return whether a range states the date of the policy, or a part of it."""
        pieces = (" ".join(piece) for piece in self.pieces(start, end))
        return any(map(is_stated_date, pieces)) or self.states_own_date(start, end)

    def states_own_date(self, start: int, end: int) -> bool:
        """Return whether a range has the date that is known as the text's own, or a part of it."""
        if not self._date:
            return False
        is_month = 0 < len(words_of(self.tokens[start:end])) <= MONTH_WORDS
        for at in range(max(0, start - DATE_TOKENS), min(len(self.tokens), end + DATE_TOKENS)):
            if self.tokens[at] == self._year:
                first, last = max(0, at - DATE_TOKENS), at + DATE_TOKENS + 1
                near, changed = self.tokens[first:last], self.tokens[max(first, start) : min(last, end)]
                if self._date <= _numbers(near) and "©" not in near:
                    return is_month or bool(self._date & _numbers(changed))
        return False

    @cached_property
    def prose(self) -> tuple[int, int]:
        """The range of tokens from the first statement (see `is_statement`) to the last.

        It is the whole text if there is none: nothing shows what is beside it.
        """
        first = next((number for number, text in enumerate(self.blocks) if is_statement(text)), None)
        if first is None:
            return 0, len(self.tokens)
        last = next(
            number for number in reversed(range(len(self.blocks))) if is_statement(self.blocks[number])
        )
        return self.bounds(first)[0], self.bounds(last)[1]

    @cached_property
    def letters(self) -> str:
        """The letters and digits of the whole text, in lower case."""
        return letters("".join(self.tokens))

    @cached_property
    def copyright_end(self) -> int:
        """The index after the last copyright line, if only a footer follows it.

        Otherwise it is an index after all tokens.
        """
        nowhere = len(self.tokens) + 1
        lines = [number for number, text in enumerate(self.blocks) if is_copyright(text)]
        if not lines:
            return nowhere
        end = self.bounds(lines[-1])[1]
        before, after = self._stated_words(0, lines[-1]), self._stated_words(lines[-1] + 1, len(self.blocks))
        is_footer = len(self.tokens) - end <= SIGNED_TOKENS and after <= FOOTER_SHARE * before
        return end if is_footer else nowhere

    def _stated_words(self, first: int, last: int) -> int:
        """Return the number of words in the statements of the blocks from `first` to `last` (exclusive)."""
        tokens = (
            self.tokens[slice(*self.bounds(n))] for n in range(first, last) if is_statement(self.blocks[n])
        )
        return sum(sum(map(str.isalnum, words)) for words in tokens if not self.is_foreign(words))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different words of the text, in lower case."""
        return frozenset(token.lower() for token in self.tokens if token.isalpha())

    @cached_property
    def _common(self) -> tuple[frozenset[str], float]:
        """The `COMMON` most frequent words of the text, and their share of all its words."""
        counts = Counter(token.lower() for token in self.tokens if token.isalpha())
        common = counts.most_common(COMMON)
        return frozenset(word for word, _ in common), sum(n for _, n in common) / max(1, counts.total())

    def is_foreign(self, words: Tokens) -> bool:
        """Return whether some words contain too few of this text's most frequent words.

        Menus do: they hardly have words such as "the" or "your".
        """
        common, share = self._common
        letters = [token.lower() for token in words if token.isalpha()]
        return sum(word in common for word in letters) < FOREIGN_SHARE * share * len(letters)

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(self.blocks)

    def is_items(self, start: int, end: int) -> bool:
        """Return whether a range consists of list items that follow a list item."""
        first, last = self.block_at(start), self.block_at(max(start, end - 1))
        return start == self.starts[first] and self._items.issuperset(range(first - 1, last + 1))

    def is_an_item(self, start: int, end: int) -> bool:
        """Return whether any block of a range is a list item."""
        return not self._items.isdisjoint(range(self.block_at(start), self.block_at(max(start, end - 1)) + 1))

    def are_whole_blocks(self, start: int, end: int) -> bool:
        """Return whether a range begins where a block begins, and ends where one ends."""
        return (
            start < end
            and start in self._block_starts
            and (end in self._block_starts or end == len(self.tokens))
        )

    @cached_property
    def _block_starts(self) -> frozenset[int]:
        return frozenset(self.starts)

    def context_above(self, start: int) -> tuple[str, str]:
        """Return what a token stands under: the letters of the last heading, and those of the last lead.

        The lead of list items is the block before the list, or an item with a colon at its end. The lead of
        another block is the last block with a colon at its end, if no paragraph is between. Both are under
        the same heading. The heading of a heading is itself. Digits are left out, because a section can get
        another number. Returns "" for what is missing.
        """
        number = self.block_at(start)
        at = bisect_right(self._heading_blocks, number) - 1
        heading = self._heading_blocks[at] if at >= 0 else None
        return self._letters_of(heading), self._letters_of(self._leads[number] if self._leads else None)

    @cached_property
    def _leads(self) -> list[int | None]:
        """The index of the block that leads to each block, or None; see `context_above`."""
        leads: list[int | None] = []
        headings = frozenset(self._heading_blocks)
        of_item = of_line = None  # what would lead to an item here, and to another line
        for number, text in enumerate(self.blocks):
            is_item, is_heading = number in self._items, number in headings
            leads.append(None if is_heading else of_item if is_item else of_line)
            if is_heading:
                of_item = of_line = None
            elif text.endswith((":", "：")):
                of_item = of_line = number
            elif not is_item:
                of_item = number
            if text.endswith((".", "!", "?")) and text.count(" ") >= PARAGRAPH_WORDS:
                of_line = None
        return leads

    def _letters_of(self, number: int | None) -> str:
        return "".join(filter(str.isalpha, self.blocks[number].lower())) if number is not None else ""

    def is_heading(self, words: Tokens) -> bool:
        """Return whether the words are the title or a heading of this text."""
        return words in self._headings

    def repeats(self, start: int, end: int) -> bool:
        """Return whether this text repeats the blocks of a range elsewhere.

        At least 90 % of the blocks must be in the text more often than in the range.
        """
        inside = self._inside(start, end)
        return sum(n for text, n in inside.items() if self._counts[text] > n) >= 0.9 * inside.total()

    def has(self, start: int, end: int, other: "TokenizedText") -> bool:
        """Return whether this text contains the blocks in a range of `other`.

        At least 90 % of the blocks must be in it.
        """
        inside = other._inside(start, end)
        return sum(n for text, n in inside.items() if self._counts[text]) >= 0.9 * inside.total()

    def _inside(self, start: int, end: int) -> Counter[str]:
        return Counter(self.blocks[self.block_at(start) : self.block_at(end - 1) + 1])


def _numbers(tokens: Iterable[str]) -> set[int]:
    """Return the numbers among some tokens that can be a day or a year."""
    return {int(token) for token in tokens if token.isdecimal() and len(token) <= 4}
