"""Documents and texts within a page that a browser shows in place: shadow trees, ``srcdoc``, text boxes.

The parser leaves their content in templates, attributes and form fields. Here it becomes part of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml.html import HtmlElement
from markdown_it import MarkdownIt

from extract import words
from extract.html.link_urls import address
from extract.html.tags import text_of
from extract.policy_terms import NAME, terms

LEAST_WORDS, LEAST_TERMS = 60, 4
"""The content of a text box or ``object`` is shown if it has at least this many words and different
policy terms. A form that a visitor filled in, and a note that a plug-in is missing, have fewer."""

_HTML = re.compile(r"<(?:p|div|h[1-6]|ul|ol|section|article|table|br)\b[^<>]*>", re.I)
_MARKDOWN_HEADING = re.compile(r"^#{1,4} +\S", re.M)
_MOST_NESTED = 3  # documents within documents
_SHADOW = "//template[@shadowrootmode or @shadowroot]"
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)",
    re.I,
)
_DOCUMENT = re.compile(r"^(?:text/html|application/(?:pdf|xhtml))|\.(?:html?|pdf)(?:[?#]|$)", re.I)
_SMALL = {"0", "1", "0px", "1px"}


def show_embedded(root: HtmlElement, tree_of: Callable[[str], HtmlElement]) -> None:
    """Replace what contains a document or a long text by a ``div`` or ``pre`` with the content.

    ``tree_of`` parses HTML. These are replaced: templates that are the shadow tree of their parent, frames
    with ``srcdoc``, and text boxes and ``object`` elements that contain a policy. HTML in such a text box,
    and Markdown in it or in ``pre``, become elements.
    """
    for template in root.xpath(_SHADOW):
        _show_shadow(template)
    for _ in range(_MOST_NESTED):
        for frame in root.xpath("//iframe[@srcdoc]"):
            source = frame.attrib.pop("srcdoc")
            if not source.strip() or _is_hidden(frame):
                continue
            _fill(frame, tree_of(source))
    for box in root.xpath("//textarea | //object | //pre | //xmp"):
        text = text_of(box)
        if words.count(text) < LEAST_WORDS or len(set(terms(text))) < LEAST_TERMS:
            continue
        written = (box.text or "") if not len(box) else ""
        if box.tag == "textarea" and _HTML.search(written):
            _fill(box, tree_of(written))
        elif box.tag != "object" and len(_MARKDOWN_HEADING.findall(written)) > 1:
            _fill(box, tree_of(str(MarkdownIt("commonmark").enable("table").render(written))))
        elif box.tag != "xmp":
            box.tag = "div" if box.tag == "object" else "pre"


def _fill(box: HtmlElement, page: HtmlElement) -> None:
    """Turn an element into a ``div`` with the content of a page."""
    body = page.find("body")
    for child in list(box):
        box.remove(child)
    box.tag, box.text = "div", None
    if body is not None:
        box.text = body.text
        box.extend(list(body))


def frame_addresses(root: HtmlElement, base: str) -> list[str]:
    """Return the addresses of the documents that a page shows in frames, or in ``object`` and ``embed``.

    Those that name a policy come first. Frames without a size (for statistics) are left out.
    """
    found: dict[str, None] = {}
    for frame in root.iter("frame", "iframe", "object", "embed"):
        source = frame.get("src") or frame.get("data-src") or frame.get("data") or ""
        if frame.tag != "frame" and _is_hidden(frame):
            continue
        if frame.tag in {"object", "embed"} and not _DOCUMENT.search(f"{frame.get('type')} {source}"):
            continue
        target = address(base, source)
        if target.startswith("http"):
            found[target] = None
    return sorted(found, key=lambda target: NAME.search(target) is None)


def _is_hidden(frame: HtmlElement) -> bool:
    return (
        frame.get("hidden") is not None
        or bool({frame.get("width"), frame.get("height")} & _SMALL)
        or _INVISIBLE.search(frame.get("style") or "") is not None
        or next(frame.iterancestors("noscript"), None) is not None
    )


def _show_shadow(template: HtmlElement) -> None:
    """Turn the shadow tree of an element into its content, with its own children in the slots."""
    host = template.getparent()
    if host is None:
        return
    own: dict[str, list[HtmlElement]] = {}
    for child in host:
        if child.tag != "template":
            own.setdefault(child.get("slot") or "", []).append(child)
    for slot in template.xpath(".//slot"):
        name = slot.get("name") or ""
        text, filling = "", own.pop(name, [])
        if not name:
            text, host.text = (host.text or "").strip(), None
        if filling or text:
            for fallback in list(slot):
                slot.remove(fallback)
            slot.text = text
            slot.extend(filling)
    template.tag = "div"
