"""Headings that are no heading elements: buttons of accordions, summaries, tabs.

Many modern policies put all of their text below such headings.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import cast

from lxml import etree
from lxml.etree import _Element as Element

from extract.html.tags import HEADINGS, names_of, text_of
from extract.words import clean

_TOGGLES = {"button", "a", "div", "span", "p", "li", "dt", "label"}
_BUTTONS = {"button", "summary"}
_COLLAPSES = {"collapse", "accordion", "tab", "pill", "toggle"}
_ACCORDION = re.compile(r"accordion|collaps|expand|toggl|faq", re.I)
_NO_HEADING = re.compile(
    r"(?:read|show|see|view|learn|load|expand|collapse|open|close|hide|print|back|next|previous|copy|share"
    r"|download|menu|search|accept"
    r"|reject|decline|ok|got it|submit|send|save|plus|minus|voir|afficher|fermer|lire|mehr|schließen|drucken"
    r"|ver|cerrar|leer)"
    r"(?:\s+(?:more|less|all|details|full|this|page|to top|everything|menu|plus|moins|tout|anzeigen|más"
    r"|menos|todo))*\W*",
    re.I,
)
_ALL = re.compile(
    r"\W*(?:(?:expand|collapse|open|close|show|hide|toggle) all(?: (?:sections|items|panels|topics|answers))?"
    r"|(?:tout|tous|toutes) (?:afficher|déplier|ouvrir|fermer|replier|masquer)"
    r"|(?:afficher|déplier|ouvrir|fermer|replier|masquer) (?:tout|tous|toutes)"
    r"|alles? (?:anzeigen|ausklappen|aufklappen|einklappen|zuklappen|öffnen|schließen|uitklappen|inklappen"
    r"|tonen|openen|sluiten)"
    r"|(?:expandir|contraer|mostrar|ocultar|abrir|cerrar|recolher|fechar) (?:todo|todos|todas|tudo)"
    r"|(?:espandi|comprimi|apri|chiudi|mostra) (?:tutto|tutti|tutte)"
    r"|(?:visa|dölj|vis|skjul|åbn|luk|fold) alle?)"
    r"(?:\W*(?:[|/]|\bor\b)?\W*(?:(?:expand|collapse|open|close|show|hide) all|tout fermer|alle einklappen"
    r"|alle schließen))?\W*",
    re.I,
)
_SIGNS = "+×✕✖✚➕➖▲▼△▽▴▾▸▹►▶◀◂‹›»«⌃⌄∨∧⮟⮝↓↑→←˅˄"
_SIGN = re.compile(rf"[\[(]?[{_SIGNS}^>−–—-]+[\])]?")
_ALONE = re.compile(f"[{_SIGNS}]")
_SIGN_AT_END = re.compile(rf"(?<=\S)\s+{_SIGN.pattern}\s*$|^\s*{_SIGN.pattern}\s+(?=\w)")
_SIGN_WORD = re.compile(
    r"(?:expand|collapse|open|close|show|hide|toggle|plus|minus|show more|show less|read more|expand_more"
    r"|expand_less|keyboard_arrow_(?:down|up)|chevron_right)",
    re.I,
)
# XPath searches in C, and a path that begins with an attribute visits few elements.
_TABS = etree.XPath("//@role[. = 'tab' or . = 'tabpanel']/..")
_PANELS = frozenset({"div", "section", "dd", "p", "ul", "ol"})
_LONGEST = 200  # a button with more characters is no heading


class Headings:
    """The headings of one page, including tabs.

    A tab and its panel are connected by an id. The two can be far apart, so the whole page is read first.
    """

    def __init__(self, root: Element) -> None:
        self._panels: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        with_role = cast("list[Element]", _TABS(root))
        self._has_panels = any(element.get("role") == "tabpanel" for element in with_role)
        for tab in with_role:
            if tab.get("role") == "tab" and (text := text_of(tab)):
                if controls := tab.get("aria-controls"):
                    self._panels.setdefault(controls, text)
                if identity := tab.get("id"):
                    self._labels.setdefault(identity, text)

    def label_before(self, element: Element) -> str:
        """Return the text of the tab that opens this element; it becomes the heading.

        Returns "" if the element is no tab panel, or if its own text begins with the tab's text.
        """
        if not self._has_panels or element.get("role") != "tabpanel":
            return ""
        label = self._panels.get(element.get("id") or "") or self._labels.get(
            element.get("aria-labelledby") or "", ""
        )
        first = next((clean(str(text)) for text in element.itertext() if text.strip()), "")
        return "" if first == label else label

    def is_list_of_tabs(self, element: Element) -> bool:
        """Return whether an element is a row of tabs, on a page with tab panels."""
        return self._has_panels and element.get("role") == "tablist"

    def opens(self, element: Element) -> bool:
        """Return whether an element is a heading that opens its section when a visitor clicks it."""
        if element.tag in _BUTTONS or element.get("aria-expanded") is not None:
            return True
        parents = islice(element.iterancestors(), 3)
        return any(
            child.tag in {"button", "summary"} or _is_toggle(child) for child in element.iter()
        ) or any(parent.tag in {"summary", "button"} for parent in parents)

    def contains_heading(self, button: Element) -> bool:
        """Return whether a button contains the real heading of a section, and not a command."""
        return any(
            0 < len(text := text_of(heading)) <= _LONGEST and not _NO_HEADING.fullmatch(text)
            for heading in button.iter(*HEADINGS)
        )

    def is_section(self, element: Element) -> bool:
        """Return whether an element is a real heading (``h1`` to ``h6``) of a section.

        A real heading that contains the button of an accordion returns False.
        """
        return element.tag in HEADINGS and next(element.iter("button", "summary"), None) is None

    def level(self, element: Element, above: int) -> int:
        """Return an element's level (1 to 6) as a heading, or 0 for none.

        ``h1`` to ``h6`` have their own level. ``above`` is the level of the last real heading: an accordion's
        button, a ``summary``, or a ``role="heading"`` without a level is one level below it.
        """
        tag = element.tag
        if tag in HEADINGS:
            return HEADINGS[tag]
        if tag not in _BUTTONS and not element.attrib:
            return 0
        role = element.get("role")
        if role == "heading":
            level = element.get("aria-level") or ""
            return int(level) if level in {"1", "2", "3", "4", "5", "6"} else min(6, above + 1)
        if (tag == "summary" or (tag in _TOGGLES and _is_toggle(element))) and _stands_alone(element):
            return min(6, above + 1)
        return 0


def opens_panel(control: Element) -> bool:
    """Return whether a control is the button of an accordion: a panel with more text is directly after it."""
    if control.tag != "button" or (control.tail or "").strip() or not (text := text_of(control)):
        return False
    panel, around = control.getnext(), control.getparent()
    if panel is None and around is not None and around.tag in HEADINGS:
        panel = around.getnext()
    return panel is not None and panel.tag in _PANELS and len(text_of(panel)) > len(text)


def opens_all(text: str) -> bool:
    """Return whether a whole line of text only opens sections: "Expand all", ``▼``. A dash returns False."""
    return len(text) < 60 and bool(_ALL.fullmatch(text) or _ALONE.fullmatch(text))


def is_sign(text: str) -> bool:
    """Return whether a piece of a heading only shows that its section opens: ``+``, ``▼``, "Expand"."""
    text = text.strip()
    return bool(_SIGN.fullmatch(text) or _SIGN_WORD.fullmatch(text))


def without_sign(text: str) -> str:
    """Return the text of a heading without such a sign at its start or end, if a space separates the two."""
    return _SIGN_AT_END.sub("", text)


def _is_toggle(element: Element) -> bool:
    get = element.get
    if element.tag == "button":
        if get("type") in {"submit", "reset"}:
            return False
        return bool(
            get("aria-expanded")
            or get("aria-controls")
            or _collapses(element)
            or _in_accordion(element)
            or (opens_panel(element) and _is_one_of_several(element))
        )
    if get("role") in {"button", "link"} or element.tag == "a":
        return bool(
            (get("aria-expanded") and (get("aria-controls") or (get("href") or "#").startswith("#")))
            or _collapses(element)
        )
    return _collapses(element)


def _collapses(element: Element) -> bool:
    return (element.get("data-toggle") or element.get("data-bs-toggle") or "") in _COLLAPSES


def _is_one_of_several(button: Element) -> bool:
    """Return whether a button and its panel are alone in their element, or beside another such pair."""
    panel, before = button.getnext(), button.getprevious()
    if panel is None:
        return False
    after = panel.getnext()
    if after is None and before is None:
        return True
    is_next = after is not None and opens_panel(after)
    return is_next or (before is not None and before.tag in _PANELS and _is_button(before.getprevious()))


def _is_button(element: Element | None) -> bool:
    return element is not None and element.tag == "button"


def _in_accordion(element: Element) -> bool:
    if _ACCORDION.search(names_of(element)):
        return True
    parents = element.iterancestors()
    return any(_ACCORDION.search(names_of(parent)) for parent, _ in zip(parents, range(3), strict=False))


def _stands_alone(element: Element) -> bool:
    """Return whether an element contains nothing but the text of a heading.

    Returns False if a real heading is in or around the element, or if its text is empty, too long, or a
    command such as "read more".
    """
    if any(True for _ in element.iter(*HEADINGS)):
        return False
    parents = element.iterancestors()
    if any(
        parent.tag in HEADINGS or parent.get("role") == "tablist"
        for parent, _ in zip(parents, range(3), strict=False)
    ):
        return False
    text = text_of(element)
    return 0 < len(text) <= _LONGEST and not _NO_HEADING.fullmatch(text)
