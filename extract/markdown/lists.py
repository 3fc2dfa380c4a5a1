"""The marks of list items: bullets, and numbers that count up."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass
class OpenList:
    """A list whose items are being written. ``number`` is the number of its next item."""

    ordered: bool
    number: int = 1

    def next_mark(self, value: str | None = None) -> str:
        """Return the mark of the next item, with a space.

        ``value`` is the number that the page states for this item, or None.
        """
        if not self.ordered:
            return "* "
        number = integer(value, self.number)
        self.number = number + 1
        return f"{number}. "


def integer(text: str | None, default: int) -> int:
    """Return the number in an attribute, or ``default`` if it is no number of up to six digits."""
    return int(text) if text and re.fullmatch(r"\d{1,6}", text.strip()) else default
