"""A captured page as a tree of elements, without scripts and styles.

Long, deep and broken pages are parsed with limits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from extract.html.embedded import frame_addresses, show_embedded
from extract.html.link_urls import base_of
from extract.html.plain_tags import use_plain_tags
from extract.html.set_aside import Script, set_aside
from extract.html.tags import BLOCKS
from extract.words import clean

MAX_SOURCE = 5_000_000
"""At most this many characters of HTML are parsed. libxml2 needs about 22 bytes of memory for each character.
The largest page of the corpus has 0.8 million characters."""
MAX_ATTRIBUTES = 200
"""At most this many attributes are kept in a tag that is longer than ``_LONG_TAG`` characters: libxml2's time
grows with the square of their number."""
_LONG_TAG = 2048
_MAX_DEPTH = 400  # the depth to which a page is cut if it is deeper than libxml2 can read (2,048)
_FRAGMENT_PROBE = 4000

_CONTROLS = {number: None for number in range(32) if number not in (9, 10, 12, 13)}
# Characters that libxml2 accepts in character references (&#1;), but that lxml cannot store.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_END_OF_PAGE = re.compile(r"</(?:body|html)\s*>", re.I)
_LONG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG_TAG},}}>?")
_ATTRIBUTE = re.compile(r"[^\s=>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)([^<>]*+)>")
_STRUCTURE = re.compile(
    r"<(?:!doctype|html|head|body|div|table|main|section|article|frameset|title|meta)\b", re.I
)
_REFRESH = re.compile(r"url\s*=\s*(\S+)", re.I)
_VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_TAGS.split())


@dataclass
class Page:
    """A parsed page.

    ``root`` is the ``html`` element; it can be empty. ``base`` is the address against which links are
    resolved. ``language`` is the ``lang`` attribute of the page, or "". ``fragment`` is True if the source
    has no page structure (no ``html``, ``body``, ``div`` or ``table``): each line of text is then a
    paragraph. ``refresh`` is the address of a ``meta`` refresh, or "". ``frames`` are the
    addresses of frames, those that name a policy first. ``share_read`` is 1.0, or
    the share of the source that was read if it is longer than ``MAX_SOURCE``.
    """

    root: HtmlElement
    url: str
    base: str
    title: str
    language: str
    fragment: bool = False
    share_read: float = 1.0
    refresh: str = ""
    frames: Sequence[str] = ()
    scripts: list[Script] = field(default_factory=list)


def parse(source: str, url: str) -> Page:
    """Return the page of decoded HTML. Never raises an exception.

    ``source`` can be any text; the empty text becomes an empty page. ``url`` is the address of the page.
    """
    return parse_visible(*divide(source), url)


def divide(source: str) -> tuple[str, list[Script]]:
    """Return the visible part of decoded HTML, and the scripts of the page."""
    return set_aside(source.translate(_CONTROLS) if _has_controls(source) else source)


def parse_visible(visible: str, scripts: list[Script], url: str) -> Page:
    """Return the page, given what ``divide`` returns. Never raises an exception."""
    share_read = min(1.0, MAX_SOURCE / max(1, len(visible)))
    # Browsers show text after </html>, but libxml2 drops it. Without the end tag it is kept.
    visible = _END_OF_PAGE.sub("", visible[:MAX_SOURCE])
    visible = _LONG.sub(_few_attributes, visible)
    root = _tree(visible)
    show_embedded(root, lambda html: _tree(set_aside(html)[0]))
    use_plain_tags(root)
    fragment = not _STRUCTURE.search(visible[:_FRAGMENT_PROBE])
    if fragment:
        _lines_to_paragraphs(root)
    base, title, language, refresh = url, "", "", ""
    for element in root.iter("title", "base", "html", "meta"):
        if element.tag == "title":
            title = title or clean(element.text or "")
        elif element.tag == "base":
            base = base_of(url, element.get("href")) if base == url else base
        elif element.tag == "meta":
            refresh = refresh or _refresh(element, url)
        else:
            language = (element.get("lang") or element.get("xml:lang") or "").strip()
    frames = frame_addresses(root, base)
    return Page(root, url, base, title, language, fragment, share_read, refresh, frames, scripts)


def _refresh(meta: HtmlElement, url: str) -> str:
    if (meta.get("http-equiv") or "").lower() != "refresh":
        return ""
    found = _REFRESH.search(meta.get("content") or "")
    target = base_of(url, found[1].strip("\"' ")) if found else ""
    return "" if target == url else target  # a page that only reloads itself is no redirect


def _lines_to_paragraphs(root: HtmlElement) -> None:
    """Put each line of text directly in the body into its own ``p``.

    In a fragment, line breaks are the only structure of such text. Inline elements stay in their line.
    Changes the tree in one pass.
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
    """Builds the paragraphs of ``body`` from text and inline elements, one paragraph for each line."""

    def __init__(self, body: HtmlElement, text: str | None) -> None:
        self.body = body
        self.paragraph: HtmlElement | None = None
        self.text(text)

    def text(self, text: str | None) -> None:
        for number, line in enumerate((text or "").split("\n")):
            if number:
                self.end()
            part = line if line.isprintable() else _NO_XML.sub(" ", line)
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
            self.paragraph = self.body.makeelement("p")
            self.body.append(self.paragraph)
        return self.paragraph


def _has_controls(source: str) -> bool:
    return any(chr(code) in source for code in _CONTROLS)


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
    fatal = parser.error_log.filter_from_fatals()
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in fatal):
        # The page is too deep: libxml2 stopped, and the rest is missing. Parse it without its deepest tags.
        root = lxml.html.document_fromstring(_flattened(source).encode("utf-8", "replace"), parser=_parser())
    return root


def _parser() -> etree.HTMLParser:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    # The parser of lxml.html calls a function in Python for each element that a step visits.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _flattened(source: str) -> str:
    """Return the source without its deepest tags.

    A tag within more than ``_MAX_DEPTH`` open elements is replaced by a space. The text stays.
    """
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
