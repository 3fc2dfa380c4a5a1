"""All text in the source of a page, independent of what the extractor chooses."""

from __future__ import annotations

from typing import cast

from lxml import etree
from lxml.etree import _Element as Element

from extract.html.plain_tags import STRUCK

_UNSEEN = ("script", "style", "template", "del", "s", "strike")


def source_text(body: bytes) -> str:
    """Return all text of a page in the order of its source.

    Scripts, styles, comments and struck text are left out. Menus, footers and hidden parts are included. The
    history searches a difference of two extracted texts in this text: that shows whether the page changed or
    only the extraction. Returns "" for a body that is no HTML.
    """
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(_decoded(body), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    for struck in cast("list[Element]", root.xpath(STRUCK)):
        struck.tag = "del"
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return "".join(str(part) for part in root.itertext())


def _decoded(body: bytes) -> str:
    """Return a body as text: as UTF-8, else as windows-1252.

    The declared encoding is ignored. If the encoding is wrong, no letter matches the extracted text, so the
    history keeps its change, which is safe.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    return text.replace("\0", "")
