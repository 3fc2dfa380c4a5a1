"""All text of a page's source, whatever the extractor chooses of it."""

from __future__ import annotations

from lxml import etree

_UNSEEN = ("script", "style", "template")


def source_text(body: bytes) -> str:
    """Return all text of a page in the order of its source.

    Scripts, styles and comments are left out. Menus, footers and hidden parts are included: the history
    compares this text with the extracted one, to separate a change of the page from a different extraction.
    Returns "" for a body that is no HTML.
    """
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(_decoded(body), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return "".join(str(part) for part in root.itertext())


def _decoded(body: bytes) -> str:
    """Return a body as text, whatever its headers say: UTF-8, else windows-1252.

    A wrong guess loses nothing: the letters of another encoding match no text, so the history keeps its
    change.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    return text.replace("\0", "")
