"""Snippets: some words of a text around the found ones, without Markdown."""

import re

_SIZE = 24  # tokens, as SQLite counts them
# SQLite marks found words with these characters. Texts never contain them, so no other word is marked.
_FOUND = ("\x02", "\x03")
# The column of a query on `versions_fts`: words of its second column, the text.
COLUMN = f"snippet(versions_fts, 1, char(2), char(3), ' … ', {_SIZE})"
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\)|$)")
_BLOCK_MARK = re.compile(r"(?m)^[ \t]*(?:#{1,6}|\*|[0-9]{1,9}\.)[ \t]+|\|")
_EMPHASIS = re.compile(r"\\([!-/:-@\[-`{-~])|\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)")


def readable(snippet: str, marks: tuple[str, str]) -> str:
    """Return what `COLUMN` selected, in one line without Markdown. Found words are between the two `marks`."""
    plain = _BLOCK_MARK.sub("", snippet)
    while plain != (plainer := _LINK.sub(r"\1", plain)):
        plain = plainer
    line = " ".join(_EMPHASIS.sub(r"\1", plain).split())
    return line.replace(_FOUND[0], marks[0]).replace(_FOUND[1], marks[1])
