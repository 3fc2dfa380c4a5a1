"""Conversion of chosen elements to Markdown, in the dialect of docs/format.md.

The structure of the page is kept, and lines are never wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.etree import _Element as Element

from extract.content.boilerplate import is_command
from extract.html import link_urls
from extract.html.accordions import Headings, is_sign, opens_all
from extract.html.page import Page
from extract.html.tags import BLOCKS, UNREAD, alt_text
from extract.markdown import inline, tables
from extract.markdown.lists import OpenList, integer
from extract.markdown.text import RULE, MarkdownBlock, MarkdownText, in_cell

_MARKS = {"b": inline.BOLD, "strong": inline.BOLD, "i": inline.ITALIC, "em": inline.ITALIC}
_LISTS = {"ul", "ol", "menu", "dir"}
_CENTRED = re.compile(r"^(?:center|middle)\b|text-align:\s*center", re.I)
_WRAPPED_AT = 45  # a preformatted line with at least this many characters ends only because it is full


@dataclass
class _Writer:
    """Turns the start and end of each element into blocks of Markdown.

    It walks the tree once and without recursion, because elements can be nested 2,000 deep.
    """

    page: Page
    skip: Collection[Element]
    headings: Headings
    cell: bool = False
    """True for the content of one table cell: it has no headings, list markers or line breaks."""
    blocks: list[MarkdownBlock] = field(default_factory=list)
    runs: inline.Runs = field(default_factory=inline.Runs)
    style: list[str] = field(default_factory=list)
    lists: list[OpenList] = field(default_factory=list)
    marker: str = ""  # the list marker at the start of the next block
    heading: tuple[Element, int] | None = None
    level: int = 1  # the level of the last real heading
    toggle: Element | None = None  # the open button or summary around a real heading
    term: bool = False
    preformatted: int = 0
    centred: list[Element] = field(default_factory=list)  # open elements that centre their text
    last_line: str = ""

    def walk(self, root: Element) -> None:
        """Write the content of an element."""
        walker = etree.iterwalk(root, events=("start", "end"))
        left_out: Element | None = None
        for event, element in walker:
            if event == "start":
                if not self._start(element, element is root):
                    left_out = element
                    walker.skip_subtree()
                continue
            if element is left_out:
                left_out = None
            else:
                self._end(element)
            if element is not root:
                self._text(element.tail)
        self._flush()

    # -- elements

    def _start(self, element: Element, is_root: bool) -> bool:
        """Process the start of an element. Return False if the caller must skip its content."""
        if element in self.skip or self._write_whole(element, is_root):
            return False
        tag = element.tag
        if label := self.headings.label_before(element):
            self._flush()
            self._label(label)
        level = 0 if self.heading or self.cell else self.headings.level(element, self.level)
        if tag in {"button", "summary"} and not level and not self.heading:
            if self.headings.contains_heading(element):
                self.toggle = element
            elif tag == "button":
                return False
        if tag in BLOCKS or level:
            self._flush()
            self._open(element, level)
        if tag in _MARKS:
            self.style.append(_MARKS[tag])
        elif tag == "a":
            self.style.append(link_urls.address(self.page.base, element.get("href"), self.page.url))
        self._text(element.text)
        return True

    def _write_whole(self, element: Element, is_root: bool) -> bool:
        """Write an element that is written or skipped as a whole.

        Return False for all other elements: the caller then reads their content.
        """
        tag = element.tag
        if tag in UNREAD and not is_root:
            if tag == "img":
                self._text(alt_text(element))
        elif tag == "br":
            self.runs.add_break()
        elif tag == "hr":
            self._rule()
        elif code := element.get("data-cfemail"):
            self._text(link_urls.decoded_email(code))
        elif self.headings.is_list_of_tabs(element):
            pass  # the text of each tab becomes the heading of its panel
        elif tag == "table" and not self.cell and (items := tables.bullets(element)):
            self._items(items)
        elif tag == "table" and not self.cell and tables.is_data(element):
            self._table(element)
        else:
            return False
        return True

    def _open(self, element: Element, level: int) -> None:
        tag = element.tag
        if tag in _LISTS:
            self.lists.append(OpenList(tag == "ol", integer(element.get("start"), 1)))
        elif tag == "li":
            self._item(element)
        elif tag == "dt":
            self.term = True
        elif tag == "pre":
            self.preformatted += 1
        if level:
            self.heading = (element, level)
        align, style = element.get("align"), element.get("style")
        if tag == "center" or ((align or style) and _CENTRED.search(f"{align} {style}")):
            self.centred.append(element)

    def _end(self, element: Element) -> None:
        tag = element.tag
        is_heading = self.heading is not None and self.heading[0] is element
        if tag in BLOCKS or is_heading:
            self._flush()
            self._close(tag)
        if is_heading:
            self.heading = None
        if element is self.toggle:
            self._flush()
            self.toggle = None
        if self.centred and self.centred[-1] is element:
            self.centred.pop()
        if tag in _MARKS or tag == "a":
            self.style.pop()

    def _close(self, tag: str) -> None:
        if tag in _LISTS:
            self.lists.pop()
            self.marker = ""
        elif tag == "li":
            self.marker = ""
        elif tag == "dt":
            self.term = False
        elif tag == "pre":
            self.preformatted -= 1

    def _item(self, element: Element) -> None:
        current = self.lists[-1] if self.lists else OpenList(ordered=False)
        self.marker = "  " * max(1, len(self.lists)) + current.next_mark(element.get("value"))

    # -- text

    def _text(self, text: str | None) -> None:
        if not text:
            return
        marks = tuple(filter(None, self.style)) if self.style else ()
        if self.preformatted:
            self._preformatted(text, marks)
        elif self.runs.runs or not text.isspace():  # white space at the start of a block is not written
            self.runs.add(text, marks)

    def _preformatted(self, text: str, marks: inline.Style) -> None:
        """Add preformatted text, and keep its line breaks.

        A line break after a long line is a space: the line was only wrapped.
        """
        for number, line in enumerate(text.split("\n")):
            if number:
                if not line.strip() or not self.last_line:
                    self._flush()
                elif len(self.last_line) < _WRAPPED_AT:
                    self.runs.add_break()
                else:
                    self.runs.add(" ", marks)
            self.runs.add(line, marks)
            self.last_line = line.strip()

    # -- blocks

    def _flush(self) -> None:
        """Write the text that was read so far as a block.

        Double line breaks divide the text into several blocks.
        """
        if not self.runs.runs:
            return
        runs, self.runs = self.runs, inline.Runs()
        line = inline.plain(runs.runs)
        if not line or self._is_command(line):
            return
        if self.heading:
            level = self.heading[1]
            if self.headings.opens(self.heading[0]):
                runs = runs.without_signs()
                if is_sign(inline.plain(runs.runs)):
                    return
            if self.headings.is_section(self.heading[0]):
                self.level = level
            self._add(f"{'#' * level} {inline.markdown(runs.runs, breaks=False, bold=False)}", heading=True)
        elif self.term and not self.cell:
            self._add(f"**{inline.markdown(runs.runs, breaks=False, bold=False)}**")
        else:
            for part in runs.paragraphs():
                self._add(inline.markdown(part))

    def _is_command(self, line: str) -> bool:
        """Return whether a line is for the visitor's mouse only: "back to top", "expand all", ``+``."""
        if is_command(line) or opens_all(line):
            return True
        return self.toggle is not None and self.heading is None and is_sign(line)

    def _label(self, label: str) -> None:
        runs = inline.Runs()
        runs.add(label, ())
        self._add(f"{'#' * min(6, self.level + 1)} {inline.markdown(runs.runs)}", heading=True)

    def _add(self, text: str, *, heading: bool = False) -> None:
        if self.cell:
            self.blocks.append(MarkdownBlock(text, item=bool(self.marker)))
            self.marker = ""
            return
        if self.marker:
            indent = " " * len(self.marker)
            self.blocks.append(MarkdownBlock(self.marker + text.replace("\n", "\n" + indent), item=True))
            self.marker = ""
            return
        if self.lists and not heading:
            indent = "  " * (len(self.lists) + 1) + " " * self.lists[-1].ordered
            text = indent + text.replace("\n", "\n" + indent)
        self.blocks.append(MarkdownBlock(text, centred=bool(self.centred)))

    def _rule(self) -> None:
        self._flush()
        if self.blocks and self.blocks[-1].text != RULE and not self.cell:
            self.blocks.append(MarkdownBlock(RULE))

    def _table(self, element: Element) -> None:
        self._flush()
        caption, rows = tables.grid(element, self._cell)
        if caption:
            self._add(caption)
        self.marker = ""
        if text := tables.markdown(rows):
            self.blocks.append(MarkdownBlock(text))

    def _items(self, items: Iterable[tuple[str, int, Element]]) -> None:
        """Write the rows of a layout table as list items, as ``tables.bullets`` returns them."""
        self._flush()
        outside = len(self.lists)
        for mark, level, cell in items:
            first = len(self.blocks)
            if mark == "*" or mark.isdigit():
                self.lists += [OpenList(mark != "*", integer(mark, 1))] * level
                self._item(cell)
            self.walk(cell)
            if self.lists[outside:]:
                del self.lists[outside:]
                self.marker = ""
            elif mark and self.blocks[first:]:
                self.blocks[first] = replace(self.blocks[first], text=f"{mark} {self.blocks[first].text}")

    def _cell(self, cell: Element) -> str:
        inner = _Writer(self.page, self.skip, self.headings, cell=True)
        inner.walk(cell)
        return in_cell(inner.blocks).replace("|", "\\|")


def write(page: Page, roots: Iterable[Element], skip: Collection[Element] = ()) -> MarkdownText:
    """Return the Markdown of the elements ``roots``, in order and without elements in ``skip``.

    Returns a text without blocks if there is nothing to read.
    """
    writer = _Writer(page, skip, Headings(page.root))
    for root in roots:
        writer.walk(root)
    return MarkdownText(tuple(writer.blocks))
