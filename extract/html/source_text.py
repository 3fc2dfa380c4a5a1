"""All text of a page's source, whatever the extractor chooses of it."""

from __future__ import annotations

from lxml import etree

_UNSEEN = ("script", "style", "template")


def source_text(body: bytes) -> str:
    """Return the text of a page in the order of its source, without scripts, styles and comments.

    The history compares it with the extracted text, to tell a change of the page from a different extraction.
    So it never leaves out menus, footers or hidden parts. Returns "" for a body that is no HTML. Never
    raises.
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
