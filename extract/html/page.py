"""A captured page as a tree: parsed once, defensively, with what stands outside the visible text set aside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from extract.html.link_urls import base_of
from extract.html.tags import BLOCKS
from extract.words import clean

MAX_SOURCE = 5_000_000
"""Characters of HTML that are parsed. libxml2 takes about 22 bytes of memory for each; the largest page of the corpus
has 0.8 million."""
MAX_ATTRIBUTES = 200
"""Attributes kept of one tag whose source is longer than ``_LONG_TAG``: libxml2's time grows with their square."""
_LONG_TAG = 2048
_MAX_DEPTH = 400  # open elements kept where a page nests deeper than libxml2's own limit of 2,048
_FRAGMENT_PROBE = 4000

_CONTROLS = {number: None for number in range(32) if number not in (9, 10, 12, 13)}
# Characters that libxml2 reads from character references and lxml does not write.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_END_OF_PAGE = re.compile(r"</(?:body|html)\s*>", re.I)
_SET_ASIDE = re.compile(r"<(script|style|svg)\b([^>]*)>", re.I)
_LONG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG_TAG},}}>?")
_ATTRIBUTE = re.compile(r"[^\s=>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
_STRUCTURE = re.compile(
    r"<(?:!doctype|html|head|body|div|table|main|section|article|frameset|title|meta)\b", re.I
)
_REFRESH = re.compile(r"url\s*=\s*(\S+)", re.I)
_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "param",
}


@dataclass(frozen=True)
class Script:
    """A script of the page: its attributes as they stand in the source, and its text."""

    attributes: str
    text: str


@dataclass
class Page:
    """A parsed page.

    ``root`` is the ``html`` element; it may be empty. ``base`` is the address that links are resolved against.
    ``fragment`` says that the source has no page structure at all (no ``html``, ``body``, ``div``, ``table``): then each
    line of text outside of its elements has been made a paragraph. ``refresh`` is the address that a
    ``meta`` refresh leads to, ``frames`` the number of frames. ``cut`` says that the page was longer than is read.
    """

    root: HtmlElement
    url: str
    base: str
    title: str
    language: str
    fragment: bool = False
    cut: bool = False
    refresh: str = ""
    frames: int = 0
    scripts: list[Script] = field(default_factory=list)


def parse(source: str, url: str) -> Page:
    """Return the page for decoded HTML; any text gives a page, the empty text an empty one."""
    source = source.translate(_CONTROLS) if _has_controls(source) else source
    visible, scripts = _set_aside(source)
    cut = len(visible) > MAX_SOURCE
    visible = _END_OF_PAGE.sub(
        "", visible[:MAX_SOURCE]
    )  # what follows </html> is shown by browsers, dropped by libxml2
    visible = _LONG.sub(_few_attributes, visible)
    root = _tree(visible)
    fragment = not _STRUCTURE.search(visible[:_FRAGMENT_PROBE])
    if fragment:
        _lines_to_paragraphs(root)
    base, title, language, refresh, frames = url, "", "", "", 0
    for element in root.iter("title", "base", "html", "meta", "frame"):
        if element.tag == "title":
            title = title or clean(element.text or "")
        elif element.tag == "base":
            base = base_of(url, element.get("href")) if base == url else base
        elif element.tag == "meta":
            refresh = refresh or _refresh(element, url)
        elif element.tag == "frame":
            frames += 1
        else:
            language = (element.get("lang") or element.get("xml:lang") or "").strip()
    return Page(root, url, base, title, language, fragment, cut, refresh, frames, scripts)


def _refresh(meta: HtmlElement, url: str) -> str:
    if (meta.get("http-equiv") or "").lower() != "refresh":
        return ""
    found = _REFRESH.search(meta.get("content") or "")
    target = base_of(url, found[1].strip("\"' ")) if found else ""
    return "" if target == url else target  # a page that only reloads itself sends nobody on


def _lines_to_paragraphs(root: HtmlElement) -> None:
    """Wrap each line of text that stands directly in the body, with the inline elements in it, in a ``p``.

    In a fragment the line break is the only structure such text has. Works in place, in one pass.
    """
    body = root.find("body")
    if body is None:
        return
    children = list(body)
    line = _LineParagraphs(body, body.text)
    body.text = None
    for child in children:
        tail, child.tail = child.tail, None
        body.remove(child)
        if child.tag in BLOCKS:
            line.end()
            body.append(child)
        else:
            line.add(child)
        line.text(tail)
    line.end()


class _LineParagraphs:
    """Collects text and inline elements into paragraphs of ``body``, a new one at each line break."""

    def __init__(self, body: HtmlElement, text: str | None) -> None:
        self.body = body
        self.paragraph: HtmlElement | None = None
        self.text(text)

    def text(self, text: str | None) -> None:
        for number, part in enumerate(_NO_XML.sub(" ", text or "").split("\n")):
            if number:
                self.end()
            if part.strip():
                paragraph = self._open()
                if len(paragraph):
                    paragraph[-1].tail = (paragraph[-1].tail or "") + part
                else:
                    paragraph.text = (paragraph.text or "") + part

    def add(self, element: HtmlElement) -> None:
        self._open().append(element)

    def end(self) -> None:
        self.paragraph = None

    def _open(self) -> HtmlElement:
        if self.paragraph is None:
            self.paragraph = lxml.html.Element("p")
            self.body.append(self.paragraph)
        return self.paragraph


def _has_controls(source: str) -> bool:
    return not source.isprintable() and re.search(r"[\x00-\x08\x0b\x0e-\x1f]", source) is not None


def _set_aside(source: str) -> tuple[str, list[Script]]:
    """Return the source without scripts, styles and drawings, and the scripts."""
    kept, scripts, position = [], [], 0
    ends = {"script": True, "style": True, "svg": True}
    lower = source.lower()
    if len(lower) != len(
        source
    ):  # a character whose lower case is longer (İ) would shift every position after it
        lower = source
    while tag := _SET_ASIDE.search(source, position):
        kept.append(source[position : tag.start()])
        name = tag[1].lower()
        if name == "svg" and tag[2].endswith("/"):
            position = tag.end()
            continue
        end = lower.find(f"</{name}", tag.end()) if ends[name] else -1
        if end < 0:  # not closed: leave it to the parser, and do not search for this end again
            ends[name] = False
            kept.append(source[tag.start() : tag.end()])
            position = tag.end()
            continue
        if name == "script":
            scripts.append(Script(tag[2], source[tag.end() : end]))
        close = source.find(">", end)
        position = close + 1 if close >= 0 else len(source)
    kept.append(source[position:])
    return "".join(kept), scripts


def _few_attributes(tag: re.Match[str]) -> str:
    name, _, rest = tag[0][1:].rstrip(">").partition(" ")
    attributes: list[str] = []
    for attribute in _ATTRIBUTE.finditer(rest):
        attributes.append(attribute[0])
        if len(attributes) > MAX_ATTRIBUTES:
            return f"<{name} {' '.join(attributes[:MAX_ATTRIBUTES])}>"
    return tag[0]


def _tree(source: str) -> HtmlElement:
    parser = _parser()
    try:
        root: HtmlElement = lxml.html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):  # nothing but comments and white space
        return lxml.html.document_fromstring(b"<html><body></body></html>", parser=_parser())
    if any(
        entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log.filter_from_fatals()
    ):
        # Too deep: libxml2 stopped there and the rest of the page is missing. Read it again without the deepest tags.
        root = lxml.html.document_fromstring(_flattened(source).encode("utf-8", "replace"), parser=_parser())
    return root


def _parser() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)


def _flattened(source: str) -> str:
    """Return the source without the tags that open below ``_MAX_DEPTH`` others (each replaced by a space)."""
    depth = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _VOID or tag[3].endswith("/"):
            return tag[0]
        if tag[1]:
            depth = max(0, depth - 1)
            return tag[0] if depth < _MAX_DEPTH else " "
        depth += 1
        return tag[0] if depth <= _MAX_DEPTH else " "

    return _TAG.sub(keep, source)
