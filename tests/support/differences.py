"""Two Markdown texts compared as the history compares two captures, without an archive file."""

from typing import NamedTuple

from db.history.comparison import token_diff
from db.history.comparison.differences import Difference, Size, differences, size
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from db.history.readable_diff import Piece, pieces


class Compared(NamedTuple):
    """Two texts with their differences."""

    old: Words
    new: Words
    differences: tuple[Difference, ...]

    @property
    def size(self) -> Size:
        return size(self.old, self.new, self.differences)

    @property
    def pieces(self) -> list[Piece]:
        return pieces(self.old, self.new, self.differences)


def compare(old: str, new: str) -> Compared:
    before, after = (Words(TokenizedText(text)) for text in (old, new))
    return Compared(before, after, differences(before, after, token_diff.compare(before.text, after.text)))
