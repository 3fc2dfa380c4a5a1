"""Snippets: some words of a text around the found ones, without Markdown."""

import re
from typing import NamedTuple

# These characters mark found words in a snippet. Texts never contain them, so no other word is marked.
MARKS = ("\x02", "\x03")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\)|$)")
_BLOCK_MARK = re.compile(r"(?m)^[ \t]*(?:#{1,6}|\*|[0-9]{1,9}\.)[ \t]+|\|")
_EMPHASIS = re.compile(r"\\([!-/:-@\[-`{-~])|\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)")


class SnippetRun(NamedTuple):
    """Some words of a snippet. `found` is True if they match the search."""

    text: str
    found: bool


def pieces(snippet: str) -> list[SnippetRun]:
    """Divide a snippet into found words and other words, and remove its Markdown."""
    plain = _BLOCK_MARK.sub("", snippet)
    while plain != (plainer := _LINK.sub(r"\1", plain)):
        plain = plainer
    parts = re.split("([\x02\x03])", " ".join(_EMPHASIS.sub(r"\1", plain).split()))
    runs, found = [], False
    for part in parts:
        if part in MARKS:
            found = part == MARKS[0]
        elif part:
            runs.append(SnippetRun(part, found))
    return runs
