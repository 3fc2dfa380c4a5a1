"""Snippets as a page shows them: found words and other words."""

import re
from typing import NamedTuple

# These characters mark found words in a snippet. Texts never contain them, so no other word is marked.
MARKS = ("\x02", "\x03")


class SnippetRun(NamedTuple):
    """Some words of a snippet. `found` is True if they match the search."""

    text: str
    found: bool


def pieces(snippet: str) -> list[SnippetRun]:
    """Divide a snippet into found words and other words."""
    runs, found = [], False
    for part in re.split("([\x02\x03])", snippet):
        if part in MARKS:
            found = part == MARKS[0]
        elif part:
            runs.append(SnippetRun(part, found))
    return runs
