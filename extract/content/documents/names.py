"""The kind of a document, by its name in a heading or on a tab."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import chain

from extract import lexicon
from extract.memory import remembered
from extract.policy_terms import NAME


class Kind(Enum):
    """What a heading or the label of a tab names."""

    PRIVACY = 0
    """A privacy policy."""
    MATTER = 1
    """A part or a document about privacy, such as "GDPR compliance"."""
    OTHER = 2
    """A document that is never a section of a privacy policy, such as terms of use; or an old policy."""
    ALSO_SECTION = 3
    """A document whose name is also the heading of a section in many policies, such as "Disclaimer"."""
    NONE = 4
    """No document, or a section of one."""


def _names(lists: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    return re.compile("|".join(chain.from_iterable(lists.values())), re.I)


_LISTS = lexicon.load("document_names")
_PRIVACY, _OTHER = _names(_LISTS["privacy"]), _names(_LISTS["other"])
_ALSO_SECTIONS, _SUPERSEDED = _names(_LISTS["also_sections"]), _names(_LISTS["superseded"])
_MATTER = re.compile(
    r"gdpr|rgpd|dsgvo|ccpa|cpra|california|nevada|virginia|colorado|data (?:retention|protection|processing"
    r"|privacy)"
    r"|personal (?:data|information)",
    re.I,
)
# A name that ends like this is the name of a document. The text in brackets is a second name.
_DOCUMENT = re.compile(r"\b(?:policy|notice|statement|addendum)(?: \([^)]{0,99}\))?$", re.I)
# A heading with one of these words names a section, not a document: "Updates to this cookie notice".
_ABOUT = re.compile(r"\b(?:this|these|to|in|about|how|what|with|which|when|why|where)\b", re.I)
_NUMBER = re.compile(
    r"(?:(?:section|part|article|§)\s*)?(?:\d+(?:\.\d+)*(?:\s*[.):–-]|\s)|(?:[ivx]+|[a-h])[.)])\s*\S", re.I
)
_MARKS = re.compile(r"[*_#\\]+")
_END = re.compile(r"(?<![\s:.])[\s:.]+$")
_LONGEST = 120  # a longer text is no name


@remembered
def kind_of(name: str) -> Kind:
    """Return the kind of document that a heading or label names.

    Marks of Markdown in ``name`` do not count. A heading with a number is a section: ``Kind.NONE``.
    """
    name = " ".join(_MARKS.sub("", name).split()).rstrip(" :.")
    found = Kind.NONE
    if not name or len(name) > _LONGEST or _NUMBER.match(name):
        return found
    bare = re.sub(r" \([^)]{0,99}\)$", "", name)
    if _SUPERSEDED.fullmatch(name):
        found = Kind.OTHER
    elif _ABOUT.search(name):
        found = Kind.MATTER if NAME.search(name) else Kind.NONE
    elif _PRIVACY.fullmatch(bare):
        found = Kind.PRIVACY
    elif _OTHER.fullmatch(bare) and not NAME.search(name):
        found = Kind.OTHER
    elif _ALSO_SECTIONS.fullmatch(bare) and not NAME.search(name):
        found = Kind.ALSO_SECTION
    elif NAME.search(name) or _MATTER.search(name):
        found = Kind.MATTER
    return found


def names_document(name: str, kind: Kind) -> bool:
    """Return whether a name of this kind is the name of a whole document."""
    return kind in {Kind.PRIVACY, Kind.OTHER, Kind.ALSO_SECTION} or (
        kind is Kind.MATTER and bool(_DOCUMENT.search(_MARKS.sub("", _END.sub("", name)).strip()))
    )
