"""Groups of HTML elements: blocks, headings, and elements without text to read."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

from extract.words import clean

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html legend li main menu nav"
    " noframes noscript ol optgroup p pre section summary table tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCKS.split())
"""Elements that begin and end a line of their own. All other elements are part of a line."""

_UNREAD = (
    "applet audio base canvas embed frame head iframe img input link math meta noembed noscript object"
    " option param progress script select source style svg template textarea title track video wbr"
)
UNREAD = frozenset(_UNREAD.split())
"""Elements with content that is no text of the page: it is for programs, or a visitor fills it in, or it is
shown only if something else cannot be shown."""

_FILE_NAME = re.compile(r"\.(?:gif|jpe?g|png|webp|svg|bmp)\b|^https?:|^(?=[\w-]*+$)[\w-]*?\d{3}", re.I)
_DECORATION = re.compile(
    r"(?:image|img|icon|logo|photo|picture|banner|spacer|blank|pixel|bullet|arrow|line|divider|separator"
    r"|graphic|print|pdf|top"
    r"|back to top|close|menu|search|loading|untitled|null|alt|button|go|submit)s?(?:[ _-]?\d+)?",
    re.I,
)


def alt_text(image: Element) -> str:
    """Return the alternative text of an image, or "" for a text without meaning.

    The name of a file or of a decoration ("spacer", "icon 2") has no meaning for a reader.
    """
    text = clean(image.get("alt") or "")
    letters = sum(character.isalpha() for character in text)
    if letters < 2 or _FILE_NAME.search(text) or _DECORATION.fullmatch(text):
        return ""
    return text


def text_of(element: Element) -> str:
    """Return all text of an element as one line."""
    return clean("".join(map(str, element.itertext())))


def names_of(element: Element) -> str:
    """Return the classes and the id of an element as one string."""
    get = element.get
    return f"{get('class') or ''} {get('id') or ''}"
