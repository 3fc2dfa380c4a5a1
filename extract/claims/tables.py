"""Tables of those that get data: "| Sub-processor | Purpose | Country |". Each row names one."""

import re
from collections.abc import Iterator, Sequence

from extract.claims.claim import LONGEST, Paragraph
from extract.claims.grammar import Grammar
from extract.claims.recipients import without_form

_TITLE_WORDS, _NAME_WORDS = 5, 6  # longer titles and names are sentences
_COOKIE = "cookie"  # in all languages; a table of cookies has their names
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ0-9][^(,;:]{0,80}")


def processors(paragraphs: Sequence[Paragraph], grammar: Grammar) -> Iterator[str]:
    """Yield for each paragraph the name in a row of such a table; "" for all other paragraphs.

    The column of the names has a title like "provider". Without one it is the first column, if its title is
    "name", "company" or the like, and the heading or the sentence before the table speaks of processors. A
    row can also have the title before the name: "| Processor | Lampion Ltd |".
    """
    before = ""
    for one in paragraphs:
        if not one.row:
            before = one.text[-LONGEST:]
            yield ""
        else:
            announced = f"{one.section[:LONGEST]}\n{before if before.endswith(':') else ''}"
            yield _name(_cell(one.row, announced, grammar), grammar)


def _cell(row: Sequence[tuple[str, str]], above: str, grammar: Grammar) -> str:
    """Return the cell of a row that names who gets data; "" without one. `above` is what introduces it."""
    if all(title == cell for title, cell in row):
        return ""
    named = next((cell for title, cell in row if _is_title(title, grammar)), "")
    (title, first), *others = row
    if not named and len(others) == 1 and _is_title(first, grammar):
        return others[0][1]
    is_list = others and grammar.named.search(title) and grammar.processor.search(above)
    return named or (first if is_list and _COOKIE not in above.lower() else "")


def _is_title(cell: str, grammar: Grammar) -> bool:
    found = grammar.processor.search(cell) if cell.count(" ") < _TITLE_WORDS else None
    return bool(found and not grammar.category.search(cell[: found.start()]))


def _is_no_name(cell: str, grammar: Grammar) -> bool:
    return any(one.search(cell) for one in (grammar.processor, grammar.category))


def _name(cell: str, grammar: Grammar) -> str:
    """Return the name at the start of a cell; "" for a category, a sentence or an address."""
    found = _NAME.match(cell)
    name = without_form(found[0].strip()) if found else ""
    return "" if name.count(" ") >= _NAME_WORDS or _is_no_name(name, grammar) else name
