"""Signs of boilerplate: menus, footers, banners, forms, share buttons, toolbars of web archives."""

from __future__ import annotations

import re
from enum import Enum

from lxml.etree import _Element as Element

from extract import lexicon
from extract.html.tags import names_of
from extract.lexicon.folding import FoldedPattern
from extract.memory import remembered


class Confidence(Enum):
    """How sure it is that an element with a sign of boilerplate is boilerplate."""

    CERTAIN = 0
    """The name of a product that is never part of a policy, such as a consent manager or the toolbar of a web
    archive."""
    HIGH = 1
    """A dialog or a cookie banner. It is never a section of a policy, but can contain the whole page."""
    MEDIUM = 2
    """A menu or a footer. It seldom contains a policy."""
    LOW = 3
    """A name that sections of policies also have (``id="sharing"``, ``class="newsletter"``), or an element
    that
    can contain a whole page."""


_TAGS = {"dialog": Confidence.HIGH, "nav": Confidence.MEDIUM, "footer": Confidence.MEDIUM}
_TAGS |= dict.fromkeys(("aside", "form", "fieldset", "menu"), Confidence.LOW)
_ROLES = dict.fromkeys(("dialog", "alertdialog", "search", "menubar", "toolbar"), Confidence.HIGH)
_ROLES |= dict.fromkeys(("navigation", "banner", "contentinfo", "menu", "alert"), Confidence.MEDIUM)
_ROLES |= dict.fromkeys(("complementary", "form"), Confidence.LOW)
_FIELDS = ("input", "select", "textarea", "button")
# For these elements only product names are signs of boilerplate.
_PRODUCTS_ONLY_TAGS = "html body p tr tbody td article main h1 h2 h3 h4 h5 h6 li dt dd"
_PRODUCTS_ONLY = frozenset(_PRODUCTS_ONLY_TAGS.split())
# An id with more parts is made from the text of a heading ("how-we-use-your-data").
_MOST_PARTS = 4

_PRODUCTS = re.compile(
    r"onetrust-.*|ot-sdk-(?!cookie-policy).*|optanon.*|cybotcookiebot.*|cookiebot.*|cookieconsent.*|cky-.*|didomi-.*"
    r"|usercentrics-.*|uc-(?:banner|center|overlay).*|truste-consent.*|truste_(?:box|overlay|popframe).*|qc-cmp.*"
    r"|klaro(?:-root)?|tarteaucitron(?:root|alert.*|services.*)?|axeptio_.*|borlabscookiebox|_?brlbs-(?:box|bar|cmpnt).*"
    r"|cmp(?:box|wrapper).*|shopify-(?:pc__|privacy-banner).*|(?:page-wrap-*)?cookie-permission.*|sp_message.*"
    r"|fc-consent-root|cookiefirst-.*|cookiescript.*|amgdprcookie.*|cookie-law-info-bar|_?evidon-.*|ppms_cm_.*"
    r"|iubenda-cs-.*|cmplz-.*|moove_gdpr.*|hs-eu-cookie.*|osano-cm-.*|cc-(?:window|banner|revoke|overlay)"
    r"|addthis.*|sharethis.*|a2a_kit.*"
    r"|wm-ipp.*|donato|wmtb|arquivo.*(?:banner|bar)|grecaptcha.*|g-recaptcha.*|wpadminbar",
    re.I,
)
# The parts of a name are separated by hyphens, underscores or a capital ("site-nav__list", "SalesTaxModal").
_PARTS = re.compile(r"[_-]+|(?<=[a-z])(?=[A-Z])")
_WHERE = (
    r"(?:(?:main|top|site|sub|side|left|right|global|primary|secondary|footer|header|mobile|mega|util"
    r"|utility|bottom|page|local|category|shop|sticky|desktop|nav|fixed|app|store|web)-?)?"
)
_PART = (
    r"(?:-?(?:bar|wrap|wrapper|container|content|section|area|list|links?|items?|inner|outer|main|box|block"
    r"|left|right|top|bottom|nav"
    r"|menu|widgets?|column|row|cols?|holder|region|component|group|panel|html|copy|\d++))*"
)
_BANNERS = re.compile(
    r"(?:eu-?)?(?:cookies?|gdpr|ccpa|consent|privacy)-?(?:banner|bar|pop-?up|modal|dialog|alert|overlay"
    r"|prompt|layer|wall|manager|drawer|lightbox|toast|snackbar|notice-?box"
    r"|preferences?-modal)(?:-[\w-]*|\d*)",
    re.I,
)
_NAMES = re.compile(
    rf"{_WHERE}(?:nav|navi|navbar|navigation|menus?|navmenu|megamenu|submenu|sidenav|topnav|leftnav|rightnav"
    rf"|subnav){_PART}"
    rf"|{_WHERE}(?:footer|masthead|colophon){_PART}|(?:site|page|global|main|top|mobile)-?header{_PART}"
    rf"|bread-?crumbs?{_PART}|crumbs?|skip-?(?:links?|nav|to)(?:-[\w-]*)?|back-?to-?top|to-?top"
    rf"|scroll-?(?:to-?)?top"
    r"|(?:eu-?)?(?:cookies?|gdpr|ccpa)-?(?:consent|law|message|disclaimer|warning|notice)(?:-[\w-]*|\d*)"
    r"|mini-?(?:cart|bag|basket)[\w-]*|cart-?(?:drawer|summary|popup)[\w-]*|recaptcha|captcha"
    r"|(?:language|lang|country|currency|locale|region)-?(?:selector|switcher|picker|menu)[\w-]*|pagination"
    r"|pager"
    r"|screen-reader-shortcut",
    re.I,
)
_UNRELIABLE_NAMES = re.compile(
    r"(?:social|share|sharing|follow|newsletter|subscribe|subscription|sign-?up|search|basket|cart|related"
    r"|recommended|recently-?viewed|login"
    r"|account|chat|feedback|survey|promo|promotion|announcement|advert|advertisement|ads?|comments?|respond"
    r"|side-?bar|print|tool-?bar|top-?bar)"
    r"(?:-?(?:buttons?|icons?|media|this|forms?|posts?|articles?|products?|tools?|slot|us|on|bar|results?"
    r"|overlay|popup|modal|sign-?up|subscribe))?"
    rf"{_PART}|(?:\w+-){{0,3}}(?:modal|popup|pop-up|lightbox|overlay|toast|drawer|tooltip)(?:-\w+)?"
    rf"|off-?canvas[\w-]*"
    r"|visually-?hidden|sr-only|screen-reader-text|header",
    re.I,
)

_COMMAND = FoldedPattern([rf"^\W*(?:{'|'.join(lexicon.of_all('page', 'commands'))})\W*$"])
_COMMAND_FIRST = FoldedPattern([rf"^\W*(?:{'|'.join(lexicon.of_all('page', 'commands'))})(?!\w)"])
_NAMED = ((_BANNERS, Confidence.HIGH), (_NAMES, Confidence.MEDIUM), (_UNRELIABLE_NAMES, Confidence.LOW))


def boilerplate(element: Element) -> tuple[str, Confidence] | None:
    """Return why an element looks like boilerplate, and how sure that is.

    Reads the tag, the role, the classes and the id. The first value is a text for people, such as ``nav``,
    ``role navigation`` or ``named site-footer``. Returns None if nothing looks like boilerplate. The caller
    still compares the sign with the text in the element.
    """
    tag = element.tag
    if tag == "fieldset" and next(element.iter(*_FIELDS), None) is None:
        return None  # a frame around text
    if tag in _TAGS:
        return tag, _TAGS[tag]
    if not element.attrib or tag in {"html", "body"}:
        return None
    if element.get("aria-modal") == "true":
        return "dialog", Confidence.HIGH
    role = element.get("role") or ""
    if role in _ROLES:
        return f"role {role}", _ROLES[role]
    return _by_name(names_of(element), tag in _PRODUCTS_ONLY)


@remembered
def is_command(text: str) -> bool:
    """Return whether a whole line of text is a button for readers.

    Examples are "back to top" and "print this page".
    """
    return len(text) < 40 and _COMMAND.begins(text)


def begins_with_command(text: str) -> bool:
    """Return whether a text begins with a command of two words or more, as "back to top"."""
    found = _COMMAND_FIRST.search(text[:40])
    return found is not None and " " in found[0].strip()


@remembered
def _by_name(classes: str, product_only: bool) -> tuple[str, Confidence] | None:
    names = classes.split()
    for name in names:
        if _PRODUCTS.fullmatch(name):
            return f"named {name}", Confidence.CERTAIN
    for name in [] if product_only else names:
        parts = _PARTS.sub("-", name)
        for pattern, confidence in _NAMED if parts.count("-") < _MOST_PARTS else ():
            if pattern.fullmatch(parts):
                return f"named {name}", confidence
    return None
