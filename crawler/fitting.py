"""Fit lines to the width of a terminal: break them between words, and cut with an ellipsis what is longer.

Widths are columns of a terminal: a Chinese character has two of them, and the codes of a style have none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import click
from rich.cells import cell_len, set_cell_size

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_RESET = "\x1b[0m"
_BEGIN = re.compile(r" *(?:(?:[-*+>]|#{1,6}|[0-9]{1,3}[.)]) +)?")  # spaces, and the mark of a list item


def columns(text: str) -> int:
    """Return how many columns a text takes."""
    return cell_len(click.unstyle(text))


def cut(text: str, width: int) -> str:
    """Return a text that takes at most `width` columns: a longer one ends in an ellipsis, without its style.

    Returns "" if `width` is 0 or less.
    """
    if columns(text) <= width:
        return text
    return set_cell_size(click.unstyle(text), width - 1).rstrip() + "…" if width > 0 else ""


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text of exactly `width` columns: cut, or with spaces after it (`right`: before it)."""
    text = cut(text, width)
    spaces = " " * (width - columns(text))
    return spaces + text if right else text + spaces


def folded(line: str, width: int, *, hang: int = 0, prose: bool = False) -> Iterator[str]:
    """Yield a line as lines of at most `width` columns, broken between words.

    All but the first begin below its first word, `hang` columns further to the right. A style goes on in the
    next line. An address that is longer than a line is cut, but not in `prose`. Other words of this length
    are left whole, for the terminal to break.
    """
    if columns(line) <= width:
        yield line
        return
    begin = (_BEGIN.match(line) or [""])[0]
    indent = " " * min(len(begin) + hang, width // 2)
    shown, style, spaces = begin, "", ""
    is_empty = True
    for part in re.split(r"( +)", line[len(begin) :]):
        if part.startswith(" "):
            spaces = part
            continue
        if not is_empty and columns(shown) + len(spaces) + columns(part) > width:
            yield shown + (_RESET if style else "")
            shown, spaces = indent + style, ""
        is_cut = not prose and part.startswith(("http://", "https://"))
        word = cut(part, width - columns(shown) - len(spaces)) if is_cut else part
        shown += spaces + word
        style, is_empty = _style_after(style, word), False
    yield shown


def packed(parts: Iterable[str], width: int, *, indent: int) -> Iterator[str]:
    """Yield lines with one or more of the parts, two spaces between; all but the first are indented.

    A part that is longer than a line is cut. Empty parts are left out.
    """
    shown = ""
    for part in filter(None, parts):
        if shown and columns(shown) + 2 + columns(part) > width:
            yield shown
            shown = " " * indent + cut(part, width - indent)
        else:
            shown = f"{shown}  {part}" if shown else cut(part, width)
    yield shown


def table(rows: Sequence[Sequence[str | int]], width: int | None) -> Iterator[str]:
    """Yield the rows as lines of a table; the first row has the heads. Numbers stand to the right.

    With a `width`, the first column takes at most a third of it, and the last one is cut at its end.
    """
    widths = [max(columns(str(row[place])) for row in rows) for place in range(len(rows[0]))]
    if width:
        widths[0] = min(widths[0], width // 3)
        widths[-1] = min(widths[-1], max(width - sum(widths[:-1]) - 2 * (len(widths) - 1), 1))
    right = [all(isinstance(row[place], int) for row in rows[1:]) for place in range(len(widths))]
    for row in rows:
        cells = (
            padded(str(cell), column, right=is_number)
            for cell, column, is_number in zip(row, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _style_after(style: str, text: str) -> str:
    """Return the codes of the style that is in force after a text; "" for none."""
    for code in _STYLE.findall(text):
        style = "" if code == _RESET else style + code
    return style
