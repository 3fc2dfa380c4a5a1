"""Plain HTML tags for what a page builds from other elements: tables by role, custom elements, struck text.

The steps after the parser know plain HTML only. A browser shows custom elements and labels as lines of their
own where a style sheet says so; captures seldom have the style sheet, so the place of the element decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from extract.html.tags import BLOCKS, HEADINGS, text_of

STRUCK_SHARE = 0.5
"""Struck text that is more than this share of a page is kept: then an end tag is missing."""

# Paths that begin with an attribute take half the time: most elements have none.
STRUCK = (
    "//del | //s | //strike | //@style[contains(., 'line-through')]/.."
    " | //@class[contains(., 'line-through') or contains(., 'strikethrough')]"
    "[contains(concat(' ', ., ' '), ' line-through ') or contains(concat(' ', ., ' '), ' strikethrough ')]/.."
)
"""The XPath of struck text."""
_OWN_LINE = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table)", re.I)
_TABLES = "//@role[. = 'table' or . = 'grid' or . = 'treegrid']/parent::*[not(self::table)]"
_DISPLAY = "//@style[contains(., 'display') or contains(., 'DISPLAY')]/.."
_TABLE_TAGS = {
    "rowgroup": "tbody",
    "row": "tr",
    "cell": "td",
    "gridcell": "td",
    "columnheader": "th",
    "rowheader": "th",
    "caption": "caption",
}
_IN_TABLES = frozenset(_TABLE_TAGS.values())
_MOST_WRAPPERS = 6  # elements between a table and its row, or a row and its cell, that are looked through
_INLINE = frozenset({"span", "label", "a", "b", "strong", "i", "em", "u", "font"})
_LINES = frozenset({"p", "summary", "legend", "dt", *HEADINGS})


def use_plain_tags(root: HtmlElement) -> None:
    """Change a parsed page: struck text is removed, and other elements get plain tags.

    Tables by role become ``table``. Custom elements, labels and inline elements with ``display: block``
    become ``div``, except within a line of text. The name of a custom element becomes its first class.
    """
    _remove_struck(root)
    for table in _outermost(root, set(root.xpath(_TABLES))):
        _as_table(table)
    for element in root.xpath(_DISPLAY):
        if element.tag in _INLINE and _OWN_LINE.search(element.get("style")):
            _as_line(element)
    texts: dict[HtmlElement, bool] = {}  # parent -> whether it has text of its own
    for element in root.iter("span", "a"):
        parent, following = element.getparent(), element.getnext()
        if element.tail or following is None or following.tag != element.tag or parent.tag != "div":
            continue
        if parent not in texts:
            texts[parent] = _has_own_text(parent)
        if not texts[parent]:
            _separate(element, following)
    for element in root.xpath("//label | //*[contains(name(), '-')]"):
        parent = element.getparent()
        if parent is None or element.tag == "div":
            continue
        if parent not in texts:
            texts[parent] = _has_own_text(parent)
        if not texts[parent] and parent.tag in BLOCKS and parent.tag not in _LINES:
            _as_line(element)


def _outermost(root: HtmlElement, elements: set[HtmlElement]) -> list[HtmlElement]:
    """Return those of the elements that are not within another one, in document order."""
    found: list[HtmlElement] = []
    if not elements:
        return found
    walker = etree.iterwalk(root, events=("start",))
    for _, element in walker:
        if element in elements:
            found.append(element)
            walker.skip_subtree()
    return found


def _remove_struck(root: HtmlElement) -> None:
    struck = _outermost(root, set(root.xpath(STRUCK)))
    if struck and sum(map(_length, struck)) <= STRUCK_SHARE * _length(root):
        for element in struck:
            element.drop_tree()


def _length(element: HtmlElement) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _as_line(element: HtmlElement) -> None:
    """Turn an element into a line of its own. Bold elements and links stay what they are."""
    if "-" in element.tag:
        element.set("class", f"{element.tag} {element.get('class') or ''}".strip())
    if element.tag in _INLINE - {"span", "label"}:
        line = element.makeelement("div")
        line.tail, element.tail = element.tail, None
        element.addprevious(line)
        line.append(element)
    else:
        element.tag = "div"


def _separate(element: HtmlElement, following: HtmlElement) -> None:
    """Put a space between two elements if a word would be joined to a new one: ``CookiePurpose``."""
    if text_of(element)[-1:].islower() and text_of(following)[:1].isupper():
        element.tail = " "


def _has_own_text(element: HtmlElement) -> bool:
    """Return whether text stands directly in an element, beside its children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _as_table(table: HtmlElement) -> None:
    """Turn an element with the role of a table into a table.

    A table around another table, or with text outside of its cells, becomes blocks: nothing may get lost.
    """
    parts = [element for element in table.iterdescendants() if element.get("role") in _TABLE_TAGS]
    for part in parts:
        part.tag = _TABLE_TAGS[part.get("role")]
    table.tag = "table"
    for wrapper in dict.fromkeys(wrapper for part in parts for wrapper in _wrappers(part)):
        wrapper.drop_tag()
    rows = [part for part in parts if part.tag in {"tr", "tbody"}]
    if not rows or table.xpath(f".{_TABLES}") or any(map(_has_stray_text, [table, *rows])):
        for part in [table, *parts]:
            part.tag = "div"


def _wrappers(part: HtmlElement) -> Iterable[HtmlElement]:
    """Return the elements between a part of a table and the next part around it."""
    wrappers: list[HtmlElement] = []
    for above in islice(part.iterancestors(), _MOST_WRAPPERS):
        if above.tag in _IN_TABLES or above.tag == "table":
            return wrappers
        wrappers.append(above)
    return []


def _has_stray_text(part: HtmlElement) -> bool:
    """Return whether text stands directly in a table or row, outside of cells."""
    others = (child for child in part if child.tag not in _IN_TABLES)
    return _has_own_text(part) or any(map(_length, others))
