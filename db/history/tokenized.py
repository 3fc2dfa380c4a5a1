"""A text prepared for comparison: its blocks (lines of Markdown) and their tokens.

Tokens are compared, not lines: a page with a new layout breaks its lines elsewhere and keeps its words.
White space between tokens does not count. The title (a first line with `# `) belongs to the page, not to the
policy.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from functools import cached_property, lru_cache
from itertools import pairwise

from db.normalisation import wording

Tokens = tuple[str, ...]

# A word ends where a capital follows a small letter: a page's markup lost its space ("SearchHome").
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_JOINT = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
# UTF-8 that was read as Windows-1252, as some servers sent it for weeks: an apostrophe as three characters.
_MISREAD = re.compile("â€[\x80-\xbf\u0152-\u0178\u02dc\u2013-\u2122]")
_MISREAD_QUOTE = re.compile("â€\ufffd?")  # the quote with a last byte that Windows-1252 does not define
_MISREAD_SPACE = re.compile(r"(?<!\w)Â(?!\w)")
# Every semicolon of a page became a full stop, those of its entities too: "Terms &. Conditions".
_MANGLED = re.compile(r"&\.(?=\s)")
# Markdown that a page shows instead of rendering it: `[text][name]` and `[name]: address` are link targets.
_REFERENCE = re.compile(r"\[([^\[\]]*)\]\[[\w-]+\]")
_DEFINITION = re.compile(r"\[[\w-]+\]: *\S+")
_SENTENCE = re.compile(r"\S+(?:\s+\S+){2,}?\s+\S*\w[)\"']?\s?[.?!:;](?=\s|$)")
_STATED = re.compile(
    r"(?i)\b(?:effective|updated?|revised|revision|modified|amended|changed|version|dated?|as of)\b.*\d", re.S
)
_ITEM = re.compile(r"\s*(?:\*|\d{1,9}\.)\s")
_NOT_LETTERS = re.compile(r"[\W_]+")
_COPYRIGHT = re.compile(r"(?i)^\W*(?:©|\(c\)|copyright\b)")
# Names of the parts of a shop's page, as in the menus and footers of any shop.
_CHROME_NAME = re.compile(
    r"(?i)\b(?:about us|account|all rights reserved|brands|careers|cart|catalogs?|checkout|clearance|"
    r"contact us|deals|customer service|departments|e-?mails?|facebook|faqs?|feedback|"
    r"find a store|gift cards?|help|home|jobs|log ?in|"
    r"my account|new|newsletter|order status|orders?|press|products?|register|returns?|sale|search|shipping|"
    r"shop(?:ping)?|sign ?(?:in|up)|site ?map|specials|stores?|store locator|"
    r"terms of use|top|track|tweet|twitter|wish ?list)\b"
)
CHROME_WORDS = 20  # fewer words may be a heading and a line of the policy
CHROME_NAMES = 5  # different names of parts; a sentence of a policy names two or three
# A menu has less than this share of the text's commonest words ("the", "of", "your").
CHROME_SHARE = 0.7
COMMON = 30
SIGNED_TOKENS = 800  # after a copyright line: more than a footer, so another document on the same page
COPYRIGHT_WORDS = 25  # a longer block that begins with the sign says more than who owns the page


@lru_cache(maxsize=16384)
def _block(line: str) -> tuple[str, Tokens]:
    """Return the wording of a line and its tokens. Cached: texts of one page share most of their lines."""
    text = wording(_mend(line))
    text = _REFERENCE.sub(r"\1", text)
    if _DEFINITION.match(text):
        return "", ()
    return text, tuple(part for token in _TOKEN.findall(text) for part in _JOINT.split(token))


def _mend(line: str) -> str:
    line = _MANGLED.sub("&", line)
    if "â€" in line:
        line = _MISREAD_QUOTE.sub('"', _MISREAD.sub(_reread, line))
    return _MISREAD_SPACE.sub(" ", line) if "Â" in line else line


def _reread(match: re.Match[str]) -> str:
    try:
        return b"".join(sign.encode("latin-1" if sign < "\xa0" else "cp1252") for sign in match[0]).decode()
    except UnicodeError:
        return match[0]


def letters(text: str) -> str:
    """Return the letters and digits of a text in lower case, with nothing between them."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())


class TokenizedText:
    """A text as it is compared. `starts` has the first token of each block.

    A block is the wording of a line. Positions are token numbers; a range is from `start` up to before `end`.
    """

    def __init__(self, markdown: str) -> None:
        lines = markdown.split("\n")
        self.title = _block(lines[0])[1] if lines[0].startswith("# ") else ()
        self.blocks: list[str] = []
        self.starts: list[int] = []
        tokens: list[str] = []
        self._items: set[int] = set()
        self._headings: set[Tokens] = {self.title}
        for line in lines[1:] if self.title else lines:
            text, words = _block(line)
            if words:
                self.blocks.append(text)
                self.starts.append(len(tokens))
                tokens.extend(words)
                if _ITEM.match(line):
                    self._items.add(len(self.blocks) - 1)
                if line.startswith("#"):
                    self._headings.add(words)
        self.tokens: Tokens = tuple(tokens)

    def block_at(self, index: int) -> int:
        """Return the number of the block that contains a token."""
        return bisect_right(self.starts, index) - 1

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the range of tokens of a block."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.tokens)
        return self.starts[number], end

    def blocks_text(self, start: int, end: int) -> str:
        """Return the wording of all blocks that a range touches, one per line."""
        last = self.block_at(max(start, end - 1))
        return "\n".join(self.blocks[max(0, self.block_at(start)) : last + 1])

    def readable(self, start: int, end: int) -> str:
        """Return the tokens of a range for people to read, without spaces before punctuation."""
        return re.sub(r" ([.,;:!?)\]])", r"\1", " ".join(self.tokens[start:end]))

    def whole_blocks(self, start: int, end: int) -> Tokens:
        """Return all tokens of the blocks that a range touches."""
        first, last = self.block_at(start), self.block_at(max(start, end - 1))
        return (
            self.tokens[self.bounds(max(0, first))[0] : self.bounds(max(0, last))[1]] if self.tokens else ()
        )

    def pieces(self, start: int, end: int) -> list[Tokens]:
        """Return the tokens of a range, split where a block begins."""
        cuts = [
            start,
            *self.starts[bisect_right(self.starts, start) : bisect_right(self.starts, max(start, end - 1))],
            end,
        ]
        return [self.tokens[a:b] for a, b in pairwise(cuts) if b > a]

    @cached_property
    def prose(self) -> tuple[int, int]:
        """The range from the first statement to the last. (number of tokens, 0) without any statement."""
        first = next((number for number, text in enumerate(self.blocks) if is_statement(text)), None)
        if first is None:
            return len(self.tokens), 0
        last = next(
            number for number in reversed(range(len(self.blocks))) if is_statement(self.blocks[number])
        )
        return self.bounds(first)[0], self.bounds(last)[1]

    @cached_property
    def letters(self) -> str:
        """The letters and digits of the whole text."""
        return letters("".join(self.tokens))

    @cached_property
    def copyright_end(self) -> int:
        """The end of the last copyright line, if only a footer follows. Else a position after all tokens."""
        lines = [number for number, text in enumerate(self.blocks) if is_copyright(text)]
        end = self.bounds(lines[-1])[1] if lines else len(self.tokens) + 1
        return end if len(self.tokens) - end <= SIGNED_TOKENS else len(self.tokens) + 1

    @cached_property
    def _common(self) -> tuple[frozenset[str], float]:
        """The commonest words of the text, and their share of it."""
        counts = Counter(token.lower() for token in self.tokens if token.isalpha())
        common = counts.most_common(COMMON)
        return frozenset(word for word, _ in common), sum(n for _, n in common) / max(1, counts.total())

    def is_foreign(self, words: Tokens) -> bool:
        """Return whether words lack the commonest words of this text, as menus do."""
        common, share = self._common
        letters = [token.lower() for token in words if token.isalpha()]
        return sum(word in common for word in letters) < CHROME_SHARE * share * len(letters)

    def is_page_chrome(self, words: Tokens) -> bool:
        """Return whether words are a menu or a footer: they name parts of a shop's page."""
        text = " ".join(words)
        names = {name.lower() for name in _CHROME_NAME.findall(text)}
        enough = len(names) >= CHROME_NAMES and sum(map(str.isalpha, words)) >= CHROME_WORDS
        return enough and self.is_foreign(words)

    def names_page_chrome(self, start: int, end: int) -> bool:
        """Return whether a range only names parts of a shop's page ("Top", "Tweet", "Site Map")."""
        return not any(map(str.isalnum, _CHROME_NAME.sub("", " ".join(self.tokens[start:end]))))

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(self.blocks)

    def is_items(self, start: int, end: int) -> bool:
        """Return whether a range consists of list items that follow another list item."""
        first, last = self.block_at(start), self.block_at(max(start, end - 1))
        return start == self.starts[first] and self._items.issuperset(range(first - 1, last + 1))

    def is_heading(self, words: Tokens) -> bool:
        """Return whether the words are a heading of this text, or its title."""
        return words in self._headings

    def repeats(self, start: int, end: int) -> bool:
        """Return whether almost all blocks of a range are once more in this text."""
        inside = self._inside(start, end)
        return sum(n for text, n in inside.items() if self._counts[text] > n) >= 0.9 * inside.total()

    def has(self, start: int, end: int, other: "TokenizedText") -> bool:
        """Return whether this text has almost all blocks of a range of another text."""
        inside = other._inside(start, end)
        return sum(n for text, n in inside.items() if self._counts[text]) >= 0.9 * inside.total()

    def _inside(self, start: int, end: int) -> Counter[str]:
        return Counter(self.blocks[self.block_at(start) : self.block_at(end - 1) + 1])


def is_statement(text: str) -> bool:
    """Return whether a block is a statement: a sentence, date, e-mail address or number."""
    return bool(
        _SENTENCE.search(text) or _STATED.search(text) or "@" in text or sum(map(str.isdigit, text)) >= 5
    )


def is_stated_date(text: str) -> bool:
    """Return whether a block states a date of the policy, as of its update."""
    return bool(_STATED.search(text))


def is_copyright(text: str) -> bool:
    """Return whether a block is the copyright line of a page."""
    return bool(_COPYRIGHT.match(text)) and len(text.split()) <= COPYRIGHT_WORDS
