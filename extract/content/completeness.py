"""The completeness of an extraction: which share of the page's readable text near the policy is in it.

The written text is compared with the blocks of the page. So a loss shows whichever step caused it, and
whatever its words and language are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from math import floor

from extract.content.blocks import PROSE_WORDS, Block
from extract.content.boilerplate import begins_with_command
from extract.content.edges import NEIGHBOURS, TRIMMED, is_colophon
from extract.content.fragments import is_banner
from extract.content.parts import Parts
from extract.memory import remembered
from extract.other_characters import decoded, encoded, replace_each

OTHER_DOCUMENTS = 0.1
"""The words of other documents, which were cut from a page of several documents, count this much. The page's
own structure shows that they are not the policy. They still lower the completeness, so that sorting by it
finds these pages."""

_OUTSIDE = "outside of the text"
# The names of dialogs that are not marked as such.
_POPUP = re.compile(r"^named .*(?:modal|pop-?up|lightbox|overlay|toast)", re.I)
_CONTENTS = 14  # a line of a table of contents has at most so many words
_CHUNK = 40  # characters of a block that are searched together: about eight words
_WINDOW = 20_000  # characters after the last found chunk in which the next one is expected
_BUDGET = 50_000_000  # characters to search outside of these windows, for one page
_LINK = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*\)|<br>")
_PROTECTED = re.compile(r"\[email\W{1,3}protected\]", re.I)
_ADDRESS_SIGNS = ("@", "://", "www.", "protected]")
_OTHER_MARKS = re.compile(r"\W+")
_ASCII_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())
_MOST_REASONS = 3
_DIGITS = 10_000


@dataclass(frozen=True)
class NearBlock:
    """A block that belongs to the policy or stands near it.

    ``why_not`` is the reason for which the choice left it out, in a few words, or "" if it was chosen.
    """

    block: Block
    why_not: str = ""


@dataclass(frozen=True)
class Completeness:
    """The share (0 to 1, four decimals) of the readable text that was kept, and what was left out.

    ``left_out`` is one line for people, such as ``left out 52 words: aside, form``, or "" if the share is 1.
    """

    share: float = 1.0
    left_out: str = ""


def near_blocks(parts: Parts, roots: Set[int], kept: Sequence[int], fragment: bool) -> list[NearBlock]:
    """Return the chosen blocks, and the readable blocks near them that were left out.

    Near are all policy-like sentences of the page; and all other sentences without a sign of boilerplate that
    are in its surroundings (see ``_surroundings``) below the policy's title.
    Cookie banners, dialogs and copyright lines do not count.
    """
    gone, foreign = parts.reasons(), parts.dropped_blocks(foreign=True)
    chosen = set(kept)
    inside = _surroundings(parts, roots, kept, fragment)
    title = min((block for block in chosen if parts.blocks[block].heading), default=min(chosen, default=0))

    def is_near(number: int, block: Block) -> bool:
        if foreign[number] or not block.prose or is_colophon(block.text) or _POPUP.search(gone[number]):
            return False
        if fragment and is_banner(block.text):
            return False
        return bool(block.terms) or (number in inside and number > title and gone[number] in TRIMMED)

    return [
        NearBlock(block, "" if number in chosen else gone[number] or _OUTSIDE)
        for number, block in enumerate(parts.blocks)
        if number in chosen or is_near(number, block)
    ]


def _surroundings(parts: Parts, roots: Set[int], kept: Sequence[int], fragment: bool) -> Set[int]:
    """Return the blocks of the chosen elements, and of the ``main`` or ``article`` around them.

    A fragment has no elements: of it, return the next blocks after the text, above the page's copyright line
    and above what follows a "back to top".
    """
    if fragment and kept:
        after = range(kept[-1] + 1, min(kept[-1] + NEIGHBOURS + 1, len(parts.blocks)))
        near = takewhile(lambda number: not _ends_text(parts.blocks[number].text), after)
        return {*range(kept[0], kept[-1] + 1), *near}
    if fragment:
        return set()
    within = [*roots, _main_part(parts, min(roots))]
    return set().union(*(range(parts.nodes[number].first, parts.nodes[number].last) for number in within))


def _ends_text(text: str) -> bool:
    return is_colophon(text) or begins_with_command(text)


def _main_part(parts: Parts, root: int) -> int:
    """Return the index of the innermost ``main`` or ``article`` around a part, or the part itself."""
    for number in parts.path(root)[1:]:
        element = parts.nodes[number].element
        if element.tag in {"main", "article"} or element.get("role") == "main":
            return number
    return root


def measure(
    near: Sequence[NearBlock],
    kept: Collection[Block],
    text: str,
    *,
    other_words: int = 0,
    cut_words: int = 0,
    data_words: int = 0,
    share_read: float = 1.0,
) -> Completeness:
    """Return the completeness of a text.

    ``near`` are the blocks to find in the text, in the order of the page, and ``kept`` the chosen blocks.
    ``text`` is the Markdown of the page before it was cut to one document. ``cut_words`` is the number of
    words in it that were cut then, ``other_words`` the number of words of documents in other tabs, and
    ``data_words`` that of sentences in the data of scripts that were not taken.
    ``share_read`` is the share (0 to 1) of the source that was read. The result is 1.0 for a page without
    such blocks that was read whole.
    """
    chosen = set(map(id, kept))
    search = _Search(text)
    found = whole = 0.0
    lost: Counter[str] = Counter()
    for entry in near:
        block = entry.block
        if entry.why_not and block.words <= _CONTENTS and search.share_of(block) == 1:
            continue  # a table of contents: the same words are a heading in the text
        share = search.share_of(block) if id(block) in chosen else 0.0
        whole += block.words
        found += share * block.words
        if share < 1:
            lost[entry.why_not or "not written"] += round((1 - share) * block.words)
    if data_words:
        lost["data of scripts"] = data_words
        whole += data_words
    cut_words = min(cut_words, round(found))
    if others := other_words + cut_words:
        lost["other documents"] = others
    found -= cut_words
    whole += OTHER_DOCUMENTS * others - cut_words
    # Rounded down: 1.0 stands for a text from which nothing was left out.
    share = share_read * (found / whole if whole > 0 else 1.0)
    share = floor(_DIGITS * share + 1e-6) / _DIGITS
    return Completeness(share, _line(lost) if lost and share < 1 else "")


def _line(lost: Counter[str]) -> str:
    reasons = [why for why, _ in lost.most_common(_MOST_REASONS)]
    return f"left out {lost.total()} words: {', '.join(reasons)}"


class _Search:
    """A search for the blocks of a page in its written text, in the order of the page."""

    def __init__(self, text: str) -> None:
        self._written = text
        self._at = 0  # the position of the last block in the text as it is written
        self._passed = False  # whether blocks were found as they are written since the last piece
        self._position = 0  # the position of the last piece in the letters of the text
        self._left = _BUDGET

    @cached_property
    def _text(self) -> str:
        """The letters of the text. Where all blocks are written as they are, these are not necessary."""
        return _letters(_LINK.sub(" ", self._written))

    def share_of(self, block: Block) -> float:
        """Return the share (0 to 1) of a block that is in the text.

        A short block is expected there: commands such as "print this page" are left out on purpose.
        """
        if block.words < PROSE_WORDS or self._is_written(block.text):
            return 1.0
        if self._passed:
            # About the same place in the letters, which are fewer by the marks and addresses of links.
            place = self._at * len(self._text) // len(self._written) - _WINDOW // 2
            self._position, self._passed = max(self._position, place), False
        pieces = _pieces(block.text)
        if all(self._follows(letters) for letters in pieces):
            return 1.0
        chunks = [chunk for letters in pieces for chunk in _chunks(letters)]
        return sum(len(chunk) for chunk in chunks if self._found(chunk)) / max(1, sum(map(len, chunks)))

    def _is_written(self, text: str) -> bool:
        """Return whether a text without marks follows as it is. Most blocks do, and this is fast."""
        at = self._written.find(text, self._at, self._at + _WINDOW + len(text))
        if at >= 0:
            self._at, self._passed = at, True
        return at >= 0

    def _follows(self, letters: str) -> bool:
        at = self._text.find(letters, self._position, self._position + _WINDOW + len(letters))
        if at >= 0:
            self._position = at
        return at >= 0

    def _found(self, chunk: str) -> bool:
        if self._follows(chunk):
            return True
        at = -1
        if self._left > 0:
            self._left -= len(self._text)
            at = self._text.find(chunk)
        self._position = at if at >= 0 else self._position
        return at >= 0


@remembered
def _pieces(text: str) -> list[str]:
    """Return the letters of the pieces of a text between addresses."""
    return list(map(_letters, _without_addresses(text)))


def _without_addresses(text: str) -> list[str]:
    """Return the pieces of a text between addresses, which Markdown writes in other ways."""
    if not any(sign in text for sign in _ADDRESS_SIGNS):
        return [text]
    pieces, piece = list[str](), list[str]()
    for word in _PROTECTED.sub(" @ ", text).split():
        if any(sign in word for sign in _ADDRESS_SIGNS):
            pieces.append(" ".join(piece))
            piece = []
        else:
            piece.append(word)
    return [*pieces, " ".join(piece)]


def _chunks(letters: str) -> Iterator[str]:
    """Yield pieces of ``_CHUNK`` letters. The last piece is longer: a few letters are found by accident."""
    number = max(1, len(letters) // _CHUNK)
    for piece in range(number):
        end = None if piece == number - 1 else (piece + 1) * _CHUNK
        yield letters[piece * _CHUNK : end]


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower().encode().translate(None, _ASCII_MARKS).decode()
    body = encoded(text).lower().translate(None, _ASCII_MARKS)  # fast, and most letters and marks
    replaced = replace_each(body, _letter)
    return _OTHER_MARKS.sub("", decoded(body).casefold()) if replaced is None else decoded(replaced)


def _letter(character: str) -> str:
    return _OTHER_MARKS.sub("", character.casefold())
