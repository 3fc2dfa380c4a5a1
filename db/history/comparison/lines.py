"""The lines of a Markdown text, as blocks to compare: a link over several lines is in one block.

Our extractor writes a link in one line. Texts of other tools can break it.
"""

import re
from collections.abc import Iterator

_OPEN = re.compile(r"(?<!\\)\[[^\[\]]*$")  # the line ends within the text of a link
_CLOSE = re.compile(r"[^\[\]]*\]\(")
_MOST = 20  # a link has at most so many lines


def lines(markdown: str) -> Iterator[str]:
    """Yield the lines of a text. Lines that share a link are one line, with line feeds in it."""
    every = markdown.split("\n")
    number = 0
    while number < len(every):
        end = number + 1
        while "[" in every[end - 1] and _OPEN.search(every[end - 1]) and (after := _end_of_link(every, end)):
            end = after
        yield "\n".join(every[number:end])
        number = end


def _end_of_link(every: list[str], start: int) -> int | None:
    """Return the index after the line that ends a link, or None if no line does."""
    for end in range(start, min(start + _MOST, len(every))):
        if _CLOSE.match(every[end]):
            return end + 1
        if "[" in every[end] or "]" in every[end] or not every[end].strip():
            return None
    return None
