"""The tables of a Markdown text: the rows, each with the titles of its columns."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from db.normalisation import wording

Row = tuple[tuple[str, str], ...]  # title of a column, cell
_RULE = re.compile(r"\|(?: *:?-{3,}:? *\|)+ *$")
_CELL_END = re.compile(r"(?<!\\)\|")
_LONGEST = 200  # characters of a cell: longer ones are no names


def titled(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each line with the line of the titles of its table: for the titles itself, "" outside a table."""
    titles = ""
    for line, after in pairwise((*lines, "")):
        if not line.startswith("|"):
            titles = ""
        elif _RULE.match(after):
            titles = line
        yield line, titles


def row(titles: str, line: str) -> Row:
    """Return the cells of a line, without markup, each with the title of its column.

    Returns () for a line outside a table, whose `titles` are "". Cells without a column are left out. Long
    ones are cut.
    """
    return tuple(zip(_titles(titles), _cells(line), strict=False)) if titles else ()


@lru_cache(maxsize=2)  # the rows of a table follow each other
def _titles(line: str) -> list[str]:
    return _cells(line)


def _cells(line: str) -> list[str]:
    return [wording(cell)[:_LONGEST] for cell in _CELL_END.split(line)[1:-1]]
