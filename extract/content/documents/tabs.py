"""Pages whose documents are in tabs: which of the tabs' panels contain other documents than the policy.

The panels often have no titles: the name of a document is only on its tab.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.etree import _Element as Element

from extract import words
from extract.content.documents.names import Kind, kind_of, names_document
from extract.html.tags import HEADINGS, names_of
from extract.memory import remembered
from extract.policy_terms import NAME
from extract.words import clean

LEAST_WORDS = 30
"""The panel of a document has at least this many words. Parts with fewer are no panels."""
_TARGETS = ("aria-controls", "data-target", "data-bs-target", "data-tab", "href")
_LABELS = ("button", "a", "label", "li", "option", "summary")
_ONLY_WITH_SIGN = ("div", "span", "p")  # elements that are tabs only if a role, a name or a field says so
_TAB_NAME = re.compile(r"(?:^|[\s_-])(?:tabs?|pills?)(?:$|[\s_-])|nav-item", re.I)
_PANELS = frozenset({"div", "section", "article", "main", "li"})
_LONGEST = 60  # a longer text is no label
_LONG_ENOUGH = 1000  # characters in which a panel has its first words
_MOST_ROWS, _MOST_TABS = 5, 20
_STEPS = 4  # from a label up to the row of tabs: li, ul, nav, div


def other_documents(root: Element) -> list[Element]:
    """Return the panels that contain other documents than the privacy policy.

    Returns no panels if the page has no row of tabs that name documents, one of them a privacy policy, or if
    it is not clear which panel belongs to which tab.
    """
    row = next(_rows(root), None)
    if row is None:
        return []
    panels = _folded(row) or _targets(root, row) or _in_order(root, row) or [None] * len(row)
    kinds = [kind_of(_label(tab)) for tab in row]
    others = {Kind.OTHER, Kind.ALSO_SECTION}
    return [panel for kind, panel in zip(kinds, panels, strict=True) if kind in others and panel is not None]


def _rows(root: Element) -> Iterator[list[Element]]:
    """Yield the rows of tabs that name documents: a privacy policy, and one that is never its section."""
    named = (
        label
        for label in root.iter(*_LABELS, *_ONLY_WITH_SIGN)
        if _is_tab(label) and (name := _label(label)) and _names_policy(name)
    )
    for label in islice(named, _MOST_ROWS):
        tabs = _row(label)
        names = [_label(tab) for tab in tabs[: _MOST_TABS + 1]]
        kinds = [kind_of(name) for name in names]
        documents = all(names_document(name, kind) for name, kind in zip(names, kinds, strict=True))
        if documents and Kind.OTHER in kinds and kinds.count(Kind.PRIVACY) == 1 and len(tabs) <= _MOST_TABS:
            yield tabs


@remembered
def _names_policy(name: str) -> bool:
    return NAME.search(name) is not None and kind_of(name) is Kind.PRIVACY


def _row(label: Element) -> list[Element]:
    """Return the tabs beside a tab, and the tab itself."""
    if label.tag == "summary":
        details = label.getparent()
        around = None if details is None else details.getparent()
        folded = [] if around is None else around.iterchildren("details")
        return [first for part in folded if (first := part.find("summary")) is not None]
    for around in islice(label.iterancestors(), _STEPS):
        tabs = [tab for tab in around.iter(str(label.tag)) if _is_tab(tab)]
        if len(tabs) > 1:
            return tabs
    return [label]


def _folded(tabs: Sequence[Element]) -> list[Element | None]:
    """Return the ``details`` around each ``summary``, or an empty list if the tabs are no summaries."""
    return [tab.getparent() for tab in tabs] if tabs[0].tag == "summary" else []


def _is_tab(element: Element) -> bool:
    """Return whether an element can be a tab: it leads to no other page. A list item has text only."""
    tag = element.tag
    if (tag == "li" and len(element)) or (tag in _ONLY_WITH_SIGN and not _has_sign(element)):
        return False
    href = element.get("href") or "#"
    return href.startswith("#") or href.lower().startswith("javascript:")


def _has_sign(element: Element) -> bool:
    """Return whether a plain element is marked as a tab, or is the label of a field (a radio button)."""
    if not element.keys():  # most have no sign at all
        return False
    if len(element) or element.get("role") == "tab":
        return element.get("role") == "tab"
    return element.get("for") is not None or _TAB_NAME.search(names_of(element)) is not None


def _label(element: Element) -> str:
    text = _start_of_text(element, _LONGEST + 1)
    return text if len(text) <= _LONGEST else ""


def _start_of_text(element: Element, length: int) -> str:
    """Return the text of an element, or at least its first ``length`` characters if it is longer."""
    if not len(element):
        return clean((element.text or "")[:length])
    pieces, left = list[str](), length
    for piece in map(str, element.itertext()):
        pieces.append(piece[:left])
        left -= len(piece.strip())
        if left <= 0:
            break
    return clean("".join(pieces))


def _targets(root: Element, tabs: Sequence[Element]) -> Sequence[Element | None]:
    """Return the panels that the tabs name by id, in the order of the tabs.

    Returns an empty list if a tab has no panel, or if a panel contains another one.
    """
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    panels: list[Element] = []
    for tab in tabs:
        names = [(tab.get(name) or "").removeprefix("#") for name in _TARGETS]
        panel = next((by_id[name] for name in names if name in by_id), None)
        if panel is None or panel.tag in HEADINGS or not _is_long(panel):
            return []
        panels.append(panel)
    apart = len(set(panels)) == len(panels) and not any(
        other in panel.iterancestors() for panel in panels for other in panels
    )
    return panels if apart else []


def _in_order(root: Element, tabs: Sequence[Element]) -> Sequence[Element | None]:
    """Return the panels that stand side by side in the order of the tabs, one for each tab.

    Such panels have the same tag, and a class in common if any element beside them has a class. Returns an
    empty list if the page has no such panels, or more than one such group.
    """
    groups: list[list[Element]] = []
    for parent in root.iter("div", "main", "section", "article", "body"):
        if len(parent) < len(tabs):
            continue
        named = [child for child in parent if child.get("class")]
        long = [child for child in named or parent if child.tag in _PANELS and _is_long(child)]
        classes = [set((child.get("class") or "").split()) for child in long]
        common = not named or (bool(classes) and bool(set.intersection(*classes)))
        if common and len(long) == len(tabs) and len({child.tag for child in long}) == 1:
            groups.append(long)
    return groups[0] if len(groups) == 1 else []


def _is_long(element: Element) -> bool:
    return words.count(_start_of_text(element, _LONG_ENOUGH)) >= LEAST_WORDS
