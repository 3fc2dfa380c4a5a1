"""Changes a page of the server for the site: relative links, no forms, and its security policy inside.

A link whose page is not in the site loses its address, and its words stay. The words are left out too if the
class of the link is `served-only`, or if its list item or paragraph says nothing else. Forms are left out,
except the search, and the middle paragraphs of long unchanged parts of a comparison.
"""

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, cast
from urllib.parse import urldefrag

from lxml import etree, html

from db.site.addresses import SEARCH
from db.site.served_pages import HOST, ServedPage

SERVED_ONLY = "served-only"  # the class of elements that only the server shows
_OWN = re.compile(rf"https?://{re.escape(HOST)}(/[^\s<>\"}}]*)")
_PARSER = html.HTMLParser(encoding="utf-8", huge_tree=True)
_XML = etree.XMLParser(resolve_entities=False, huge_tree=True)
_LINKS = ("href", "src", "action", "{http://www.w3.org/1999/xlink}href")
# Paragraphs at each end of an unchanged part of a comparison. The others would be a third of the whole site,
# and are on the pages of both versions.
_UNCHANGED = 3
_GO_WITH_THEIR_LINK = ("li", "p")


class Rewriter(NamedTuple):
    """Rewrites the page of one file of the site.

    `file_of` returns the file of an address on the server, or None. `found` is called with each address that
    has a file, and `left_out` with each that has none. `base_url` is the address of the site, or "".
    """

    file: str
    file_of: Callable[[str], str | None]
    found: Callable[[str], object]
    left_out: Callable[[str], object]
    base_url: str

    def relative(self, address: str) -> str | None:
        """Return an address on the server as a link from this page. Returns None if the site has no page."""
        local, fragment = urldefrag(_OWN.sub(r"\1", address))
        file = self.file_of(local)
        if file is None:
            self.left_out(local)
            return None
        self.found(local)
        query = f"?{local.partition('?')[2]}" if file.startswith("static/") and "?" in local else ""
        path = posixpath.relpath(file, posixpath.dirname(self.file) or ".")
        return path + query + (f"#{fragment}" if fragment else "")

    def absolute(self, text: str) -> str:
        """Return a text in which addresses of the server are addresses of the site.

        Without `base_url` they are paths below the site.
        """

        def of_site(match: re.Match[str]) -> str:
            return self.base_url + (self.file_of(match[1]) or "")

        return _OWN.sub(of_site, text)


def parsed(answer: ServedPage) -> html.HtmlElement:
    """Return a page as a tree."""
    return cast(html.HtmlElement, html.document_fromstring(answer.body, parser=_PARSER))


def page(answer: ServedPage, rewriter: Rewriter, allowed: str = "") -> html.HtmlElement:
    """Return the document of a page of the site. `allowed` is more that its security policy allows."""
    document = parsed(answer)
    for element in document.find_class(SERVED_ONLY):
        element.drop_tree()
    for part in document.xpath("//details[@class='same']"):
        _shorten(part)
    for form in list(document.iter("form")):
        if rewriter.file_of(form.get("action") or "") != SEARCH:
            form.drop_tree()
    for element in list(document.iter(etree.Element)):
        for name in _LINKS:
            address = element.get(name)
            if address and _is_of_server(address):
                _set_link(element, name, rewriter.relative(address))
        for name in ("text", "tail"):
            text = getattr(element, name)
            if text and HOST in text:
                setattr(element, name, rewriter.absolute(text))
    _add_policy(document, answer.headers, allowed)
    return document


def as_bytes(document: html.HtmlElement) -> bytes:
    """Return a document as HTML in UTF-8."""
    written: bytes = html.tostring(document, encoding="utf-8", doctype="<!DOCTYPE html>")
    return written + b"\n"


def feed(answer: ServedPage, rewriter: Rewriter) -> bytes:
    """Return an Atom feed of the site. Without the site's address its links are relative (RFC 4287, 2)."""
    document = etree.fromstring(answer.body, parser=_XML)
    for link in list(document.iter("{http://www.w3.org/2005/Atom}link")):
        address = link.get("href") or ""
        relative = rewriter.relative(address)
        if relative is None:
            link.getparent().remove(link)
        else:
            link.set("href", rewriter.absolute(address) if rewriter.base_url else relative)
    written: bytes = etree.tostring(document, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def sitemap(base_url: str, files: Iterable[str]) -> bytes:
    """Return the sitemap of the site (sitemaps.org, 0.9)."""
    document = etree.Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for file in files:
        etree.SubElement(etree.SubElement(document, "url"), "loc").text = base_url + file
    written: bytes = etree.tostring(document, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _is_of_server(address: str) -> bool:
    return address.startswith("/") or _OWN.match(address) is not None


def _set_link(element: html.HtmlElement, name: str, link: str | None) -> None:
    if link is not None:
        element.set(name, link)
    elif element.tag != "a":
        element.drop_tree()
    else:
        parent = element.getparent()
        if parent.tag in _GO_WITH_THEIR_LINK and _text(parent) == _text(element):
            parent.drop_tree()
        else:
            element.drop_tag()


def _shorten(part: html.HtmlElement) -> None:
    """Leave out the middle paragraphs of a long unchanged part, and write how many they are."""
    middle = part.findall("p")[_UNCHANGED:-_UNCHANGED]
    if len(middle) > 1:
        note = part.makeelement("p", {"class": "note"})
        note.text = f"… {len(middle)} more, in the texts of both versions …"
        middle[0].addprevious(note)
        for paragraph in middle:
            paragraph.drop_tree()


def _text(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _add_policy(document: html.HtmlElement, headers: dict[str, str], allowed: str) -> None:
    """Write the headers about security into the page, because a file has none."""
    rules = [rule.strip() for rule in headers["content-security-policy"].split(";")]
    rules = [rule for rule in rules if not rule.startswith("frame-ancestors")]  # not allowed in an element
    policy = "; ".join([*rules, *([allowed] if allowed else [])])
    head = document.find("head")
    head.insert(1, head.makeelement("meta", {"name": "referrer", "content": headers["referrer-policy"]}))
    head.insert(1, head.makeelement("meta", {"http-equiv": "content-security-policy", "content": policy}))
