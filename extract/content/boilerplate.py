"""Which parts of a page are not its text by what they are: menus, footers, banners, forms, shares, what an archive added."""

from __future__ import annotations

import re
from enum import Enum

from lxml.etree import _Element as Element


class Doubt(Enum):
    """How far a sign of boilerplate can be trusted."""

    NONE = 0
    """It names a product that is never part of a policy: a consent manager, an archive's toolbar."""
    HARDLY = 1
    """It is never a section, but may hold the whole page: a dialog, a cookie banner."""
    SOME = 2
    """Policies are rarely wrapped in it: menus, footers."""
    MUCH = 3
    """Sections of policies are called so too (``id="sharing"``, ``class="newsletter"``), or it wraps whole pages."""


_TAGS = {
    "nav": Doubt.SOME,
    "footer": Doubt.SOME,
    "aside": Doubt.MUCH,
    "form": Doubt.MUCH,
    "fieldset": Doubt.MUCH,
}
_TAGS |= {"dialog": Doubt.HARDLY, "menu": Doubt.MUCH}
_ROLES = dict.fromkeys(("dialog", "alertdialog", "search", "menubar", "toolbar"), Doubt.HARDLY)
_ROLES |= dict.fromkeys(("navigation", "banner", "contentinfo", "menu", "alert"), Doubt.SOME)
_ROLES |= dict.fromkeys(("complementary", "form"), Doubt.MUCH)
_NEVER = {
    "html",
    "body",
    "p",
    "tr",
    "tbody",
    "td",
    "article",
    "main",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "dt",
    "dd",
}
_MOST_PARTS = 4  # an id of more parts than this is the slug of a heading, not a name

_PRODUCTS = re.compile(
    r"onetrust-.*|ot-sdk-.*|optanon.*|cybotcookiebot.*|cookiebot.*|cookieconsent.*|cky-.*|didomi-.*|usercentrics-.*"
    r"|truste-consent.*|qc-cmp.*"
    r"|iubenda-cs-.*|cmplz-.*|moove_gdpr.*|hs-eu-cookie.*|osano-cm-.*|cc-(?:window|banner|revoke|overlay)|addthis.*"
    r"|sharethis.*|a2a_kit.*"
    r"|wm-ipp.*|donato|wmtb|arquivo.*(?:banner|bar)|grecaptcha.*|g-recaptcha.*|wpadminbar",
    re.I,
)
# The parts of a name: joined by hyphens, underscores, or a capital (BEM's "site-nav__list", "SalesTaxModal").
_PARTS = re.compile(r"[_-]+|(?<=[a-z])(?=[A-Z])")
_WHERE = (
    r"(?:(?:main|top|site|sub|side|left|right|global|primary|secondary|footer|header|mobile|mega|util|utility|bottom|page|local"
    r"|category|shop|sticky|desktop|nav|fixed|app|store|web)-?)?"
)
_PART = (
    r"(?:-?(?:bar|wrap|wrapper|container|content|section|area|list|links?|items?|inner|outer|main|box|block|left"
    r"|right|top|bottom|nav"
    r"|menu|widgets?|column|row|cols?|holder|region|component|group|panel|html|copy|\d+))*"
)
_BANNERS = re.compile(
    r"(?:eu-?)?(?:cookies?|gdpr|ccpa|consent|privacy)-?(?:banner|bar|pop-?up|modal|dialog|alert|overlay|prompt|notice-?box"
    r"|preferences?-modal)(?:-[\w-]*|\d*)",
    re.I,
)
_NAMES = re.compile(
    rf"{_WHERE}(?:nav|navi|navbar|navigation|menus?|navmenu|megamenu|submenu|sidenav|topnav|leftnav|rightnav|subnav){_PART}"
    rf"|{_WHERE}(?:footer|masthead|colophon){_PART}|(?:site|page|global|main|top|mobile)-?header{_PART}"
    rf"|bread-?crumbs?{_PART}|crumbs?|skip-?(?:links?|nav|to)(?:-[\w-]*)?|back-?to-?top|to-?top|scroll-?(?:to-?)?top"
    r"|(?:eu-?)?(?:cookies?|gdpr|ccpa)-?(?:consent|law|message|disclaimer|warning|notice)(?:-[\w-]*|\d*)"
    r"|mini-?(?:cart|bag|basket)[\w-]*|cart-?(?:drawer|summary|popup)[\w-]*|recaptcha|captcha"
    r"|(?:language|lang|country|currency|locale|region)-?(?:selector|switcher|picker|menu)[\w-]*|pagination|pager"
    r"|screen-reader-shortcut",
    re.I,
)
_DOUBTFUL = re.compile(
    r"(?:social|share|sharing|follow|newsletter|subscribe|subscription|sign-?up|search|basket|cart|related"
    r"|recommended|recently-?viewed|login"
    r"|account|chat|feedback|survey|promo|promotion|announcement|advert|advertisement|ads?|comments?|respond"
    r"|side-?bar|print|tool-?bar|top-?bar)"
    r"(?:-?(?:buttons?|icons?|media|this|forms?|posts?|articles?|products?|tools?|slot|us|on|bar|results?|overlay"
    r"|popup|modal|sign-?up|subscribe))?"
    rf"{_PART}|(?:\w+-){{0,3}}(?:modal|popup|pop-up|lightbox|overlay|toast|drawer|tooltip)(?:-\w+)?|off-?canvas[\w-]*"
    r"|visually-?hidden|sr-only|screen-reader-text|header",
    re.I,
)

_COMMAND = re.compile(
    r"\W*(?:(?:back|return|go|jump) to (?:the )?top(?: of (?:the )?page)?|top(?: of (?:the |this )?page)?"
    r"|skip to (?:the )?(?:main )?content"
    r"|print(?: (?:this )?(?:page|policy|version))?|printer[- ]friendly(?: version| page)?|e-?mail (?:this )?page"
    r"|share(?: this(?: page)?)?|close"
    r"|haut de (?:la )?page|retour en haut|nach oben|zum seitenanfang|volver arriba|torna su|naar boven)\W*",
    re.I,
)
_NAMED = ((_BANNERS, Doubt.HARDLY), (_NAMES, Doubt.SOME), (_DOUBTFUL, Doubt.MUCH))


def boilerplate(element: Element) -> tuple[str, Doubt] | None:
    """Return what kind of boilerplate an element is by its tag, role or names, and how doubtful that is.

    None if nothing says so. The kind is a word for people (``nav``, ``role navigation``, ``named site-footer``). Whether it
    counts is for the caller to decide, by the text in it.
    """
    tag = element.tag
    if tag in _TAGS:
        return tag, _TAGS[tag]
    if not element.attrib or tag in {"html", "body"}:
        return None
    if element.get("aria-modal") == "true":
        return "dialog", Doubt.HARDLY
    role = element.get("role") or ""
    if role in _ROLES:
        return f"role {role}", _ROLES[role]
    return _by_name(
        [*(element.get("class") or "").split(), *(element.get("id") or "").split()],
        product_only=tag in _NEVER,
    )


def is_command(text: str) -> bool:
    """Whether a whole line is a command to the page rather than text: "back to top", "print this page"."""
    return len(text) < 40 and _COMMAND.fullmatch(text) is not None


def _by_name(names: list[str], *, product_only: bool) -> tuple[str, Doubt] | None:
    for name in names:
        if _PRODUCTS.fullmatch(name):
            return f"named {name}", Doubt.NONE
    for name in [] if product_only else names:
        parts = _PARTS.sub("-", name)
        for pattern, doubt in _NAMED if parts.count("-") < _MOST_PARTS else ():
            if pattern.fullmatch(parts):
                return f"named {name}", doubt
    return None
