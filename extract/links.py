"""The links of a captured page: address, text, and place on the page."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element as Element

from extract.decoding import compression, file_type
from extract.decoding.source import source_of
from extract.html import page
from extract.html.link_urls import address
from extract.html.tags import HEADINGS
from extract.language import language
from extract.words import clean

FOOTER, MENU, BODY = "footer", "menu", "body"

MAX_LINKS = 4000
"""At most this many links of a page are kept: half from the start and half from the end, because the footer
is
last. A page of the corpus has at most 265 links. Shops with every department in their menu have about
2,000."""
MAX_TEXT, MAX_ADDRESS = 200, 2083
"""A link's text is cut after 200 characters. An address with more than 2,083 characters (Internet Explorer's
limit) is no link."""
LAST_LINKS = 15
"""If no element of a page is marked as footer, its last 15 links count as footer links, but at most a third
of
all links."""

_FOOTER = re.compile(
    r"(?<!card-)(?<!modal-)(?<!panel-)(?<!product-)(?<!article-)(?<!has-)(?<!with-)(?<!no-)foot(?:er|nav"
    r"|links|menu)"
    r"|(?:^|[\s_-])foot(?=$|[\s_-])|contentinfo|colophon|copyright|bottom[_-]?(?:links|nav|menu|bar)"
    r"|(?:^|[\s_-])legal[_-]?(?:links|nav|menu|list|bar)"
    r"|fu(?:ss|ß)(?:zeile|bereich)|pied[_-]?(?:de)?[_-]?page|pie[_-]?(?:de)?[_-]?pagina|pi[eè]di?[_-]?pagina"
    r"|voettekst",
    re.I,
)
# "legal" is the class of a list of legal links. In a larger element it names the subject of the whole page.
_LEGAL = re.compile(r"(?:^|\s)legal(?=$|\s)", re.I)
_LISTS = frozenset({"ul", "ol", "p", "small", "td"})
_MENU = re.compile(
    r"(?:^|[\s_-])(?:top|main|primary|site|global|left|side)?[_-]?(?:nav|navi|navigation|navbar|menu|header"
    r"|masthead|breadcrumbs?)"
    r"(?=$|[\s_-]|[A-Z0-9])|banner$"
)
_WHOLE_PAGE = frozenset({"html", "body"})  # their classes describe the page ("has-footer"), not a place in it
_BLOCKS = {*HEADINGS, "br", "dd", "div", "dt", "figcaption", "figure", "li", "p", "section", "td", "tr"}
_UNREAD = frozenset({"script", "style", "template", "title", "textarea", "select"})
_LEADS_BY = {"a": "href", "area": "href", "frame": "src", "iframe": "src"}
# Shops of 1998 to 2010 showed their policies in small windows: javascript:popUp('/privacy.html').
_POP_UP = re.compile(
    r"(?:open|pop|win|show|location)\w{0,40}[^'\"\w]{1,40}['\"]([^'\"\s()]{1,600})['\"]", re.I
)
# Browsers show these elements only without frames or scripts. Without their tags, the content of both is
# read.
_ONLY_WITHOUT = re.compile(r"</?no(?:frames|script)\b[^<>]{0,99}>", re.I)
_PATH_LIKE = re.compile(r"^(?:https?://|/|\.\.?/)|\.(?:html?|aspx?|jsp|php|cfm|do|cgi|shtml)\b", re.I)


@dataclass(frozen=True)
class Link:
    """A link of a page.

    ``url`` is the absolute http or https address, with its fragment: ``legal.html#privacy`` is better
    evidence than ``legal.html``. ``text`` is what a visitor can read or hear, or "" for nothing. ``place`` is
    ``footer``, ``menu`` or ``body``.
    """

    url: str
    text: str
    place: str


@dataclass(frozen=True)
class Links:
    """All links of a page, without repetitions, in the order of the page.

    ``canonical`` and ``refresh`` are the addresses of ``rel=canonical`` and of a ``meta`` refresh, or "".
    ``language`` is the two-letter code of the language of the page's words. If that is unknown, it is the
    code in the ``lang`` attribute, or None.
    """

    links: tuple[Link, ...]
    canonical: str
    refresh: str
    language: str | None


NO_LINKS = Links((), "", "", None)
"""The result for bytes that are no HTML page."""


def links_of(
    body: bytes, *, url: str, content_type: str | None = None, headers: Mapping[str, str] | None = None
) -> Links:
    """Return the links of a captured page, or ``NO_LINKS`` for bytes that are no HTML.

    Never raises an exception. ``url`` is the address of the page. ``content_type`` and ``headers`` (names in
    lower case) come from the capture. The address of a web archive before a link's own address is removed.
    ``javascript:``, ``mailto:`` and other schemes are left out, except for a ``javascript:`` call that opens
    a window: the address in it is a link. A frame is a link with its title or name as text. Links that
    scripts add are not found.
    """
    try:
        return _links(body, url, content_type, headers or {})
    except MemoryError:
        raise
    except Exception:  # a page that the parser cannot read has no links that a visitor could follow
        return NO_LINKS


def _links(body: bytes, url: str, content_type: str | None, headers: Mapping[str, str]) -> Links:
    body = compression.unpack(body, headers.get("content-encoding"))
    content_type = content_type or headers.get("content-type")
    if (
        file_type.non_html_verdict(body, content_type, None)
        or file_type.is_pdf(body)
        or file_type.is_plain_text(body, content_type)
    ):
        return NO_LINKS
    source = source_of(body, content_type)
    if source is None:
        return NO_LINKS
    parsed = page.parse(_ONLY_WITHOUT.sub(" ", source), url)
    every = _walk(parsed)
    found = [*islice(every, MAX_LINKS // 2), *deque(every, MAX_LINKS // 2)]
    return Links(
        links=tuple(dict.fromkeys(_with_footer(found))),
        canonical=next(_canonicals(parsed), ""),
        refresh=_http_address(parsed.base, parsed.refresh),
        language=_language(parsed),
    )


@dataclass
class _OpenLink:
    """A link that has not ended yet, with the text that was read so far."""

    element: Element
    link: Link
    texts: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    size: int = 0
    heading: slice | None = None  # the texts of a heading within the link: the title of a card

    def begin(self, tag: object) -> None:
        if tag in HEADINGS and not self.heading:
            self.heading = slice(len(self.texts), None)
        self._part(tag)

    def finish(self, tag: object) -> None:
        if tag in HEADINGS and self.heading and self.heading.stop is None:
            self.heading = slice(self.heading.start, len(self.texts))
        self._part(tag)

    def _part(self, tag: object) -> None:
        """Add a space at the start or end of a block, to separate its words."""
        if tag in _BLOCKS and self.size < MAX_TEXT:
            self.texts.append(" ")

    def read(self, text: str | None) -> None:
        if text and self.size < MAX_TEXT:
            self.texts.append(text[: 10 * MAX_TEXT])
            self.size += len(text.strip())

    def end(self) -> Link:
        get = self.element.get
        spoken = [" ".join(self.alternatives), get("alt"), get("title"), get("aria-label"), get("name")]
        heading = "".join(self.texts[self.heading]) if self.heading else ""
        wordings = (clean(text or "") for text in (heading, "".join(self.texts), *spoken))
        words = next((text for text in wordings if any(map(str.isalnum, text))), "")
        return replace(self.link, text=words[:MAX_TEXT].strip())


def _walk(parsed: page.Page) -> Iterator[Link]:
    """Yield the links of a page in order.

    If a link begins within another link, the outer link ends there, as in browsers.
    """
    places, unread, opened = [BODY], 0, None
    for event, element in etree.iterwalk(parsed.root, events=("start", "end")):
        if event == "start":
            places.append(_place(element, places[-1]))
            unread += element.tag in _UNREAD
            if url := _target(parsed, element):
                if opened:
                    yield opened.end()
                opened = _OpenLink(element, Link(url, "", places[-1]))
            if opened and not unread:
                opened.begin(element.tag)
                opened.read(element.text)
                if element.tag == "img" and len(opened.alternatives) < LAST_LINKS:
                    opened.alternatives.append((element.get("alt") or element.get("title") or "")[:MAX_TEXT])
        else:
            places.pop()
            unread -= element.tag in _UNREAD
            if opened and opened.element is element:
                yield opened.end()
                opened = None
            if opened and not unread:
                opened.finish(element.tag)
                opened.read(element.tail)
    if opened:
        yield opened.end()


def _place(element: Element, around: str) -> str:
    tag = element.tag
    if around == FOOTER or tag in _WHOLE_PAGE or not isinstance(tag, str):
        return around
    named = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"[:MAX_TEXT]
    if tag == "footer" or _FOOTER.search(named) or (tag in _LISTS and _LEGAL.search(named)):
        return FOOTER
    return MENU if tag in {"nav", "header"} or _MENU.search(named) else around


def _target(parsed: page.Page, element: Element) -> str:
    attribute = _LEADS_BY.get(element.tag)
    if attribute is None:
        return ""
    href = (element.get(attribute) or "").strip()
    if href.lower().startswith("javascript:") or href in {"", "#"}:
        called = _POP_UP.search((href if len(href) > 1 else element.get("onclick") or "")[: 2 * MAX_ADDRESS])
        href = called[1] if called and _PATH_LIKE.search(called[1]) else ""
    return _http_address(parsed.base, href, parsed.url)


def _http_address(base: str, href: str, own: str = "") -> str:
    """Return the absolute http or https address of a link.

    Returns "" for other schemes, for addresses that are invalid or too long, and for links within the page
    ``own``.
    """
    url = address(base, href, own) if len(href) <= MAX_ADDRESS else ""
    try:
        parts = urlsplit(url)
        followed = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return url if followed and len(url) <= 3 * MAX_ADDRESS else ""


def _canonicals(parsed: page.Page) -> Iterator[str]:
    for link in parsed.root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (
            url := _http_address(parsed.base, link.get("href") or "")
        ):
            yield url


def _with_footer(found: list[Link]) -> list[Link]:
    """Return the links, with the last ones marked as footer links.

    If a link is already marked, nothing changes. Pages before 2000 had such links at the end without any
    mark.
    """
    if any(link.place == FOOTER for link in found):
        return found
    start = len(found) - min(LAST_LINKS, -(-len(found) // 3))
    return [
        *found[:start],
        *(replace(link, place=FOOTER) if link.place == BODY else link for link in found[start:]),
    ]


def _language(parsed: page.Page) -> str | None:
    declared = re.match(r"[a-z]{2}(?![a-z])", parsed.language.lower())
    return language(" ".join(islice(_texts(parsed.root.iter()), 5000))[:20_000]) or (
        declared[0] if declared else None
    )


def _texts(elements: Iterable[Element]) -> Iterator[str]:
    for element in elements:
        if element.tag not in _UNREAD and element.text and element.text.strip():
            yield element.text[:MAX_TEXT]
        if element.tail and element.tail.strip():
            yield element.tail[:MAX_TEXT]
