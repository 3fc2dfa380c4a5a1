"""Which parts of a page are not its text by what they are: menus, footers, banners, forms, shares, what an archive added."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

from extract.tags import name_of

_TAGS = {"nav", "footer", "aside", "form", "fieldset", "dialog", "menu"}
_ROLES = {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "complementary", "menu", "menubar", "toolbar", "alert"}
_SEPARATE = r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))"

_NAMES = re.compile(
    r"(?:^|[\s_-])(?:"
    r"(?:main|top|site|sub|side|left|right|global|primary|secondary|footer|header|mobile|mega|util|utility|bottom|page|local|category)?[_-]?"
    r"(?:nav|navi|navbar|navigation|menu|menus|navmenu|megamenu|submenu)(?:[_-]?(?:bar|wrap|wrapper|container|list|links?|items?|inner|main|box|left|right|top))*"
    r"|(?:site|page|global|main)?[_-]?(?:footer|masthead)(?:[_-]?(?:wrap|wrapper|container|links?|inner|main|bottom|top|nav|content|section|area))*"
    r"|(?:site|page|global|main)[_-]?header(?:[_-]?(?:wrap|wrapper|container|inner|main))*"
    r"|bread[_-]?crumbs?\w*|crumbs?|share[_-]?(?:bar|buttons?|links?|icons?|this)?|sharing\w*|social[\w-]*|addthis\w*|sharethis\w*|a2a\w*"
    r"|newsletter[\w-]*|subscribe[\w-]*|subscription[_-]?form|sign[_-]?up[\w-]*|mini[_-]?cart\w*|cart[_-]?(?:drawer|summary|popup)\w*|basket\w*"
    r"|search[_-]?(?:box|bar|form|wrap\w*|results?|overlay|container)?|skip[_-]?(?:link|nav|to)[\w-]*|back[_-]?to[_-]?top|to[_-]?top|scroll[_-]?top"
    r"|cookie[_-]?(?:banner|bar|consent|notice|law|popup|message|modal|wrap\w*|dialog|alert|disclaimer|info|overlay|warning|container|preferences?[_-]?(?:modal|panel))[\w-]*"
    r"|(?:gdpr|consent|ccpa)[_-]?(?:banner|bar|modal|popup|notice|wrap\w*|overlay)[\w-]*|cc[_-](?:window|banner|revoke|overlay)\w*"
    r"|onetrust[\w-]*|ot-sdk[\w-]*|cybotcookiebot\w*|cookiebot\w*|cookieconsent\w*|cky-[\w-]*|didomi\w*|usercentrics\w*|truste[_-]\w*|qc-cmp\w*|iubenda-cs\w*|cmplz-\w+|moove_gdpr\w*|hs-eu-cookie\w*|termly\w*|osano\w*"
    r"|modal[\w-]*|popup[\w-]*|pop-up[\w-]*|lightbox[\w-]*|overlay|toast\w*|drawer[\w-]*|off-?canvas[\w-]*|announcement[_-]?bar\w*|promo[_-]?bar\w*"
    r"|language[_-]?(?:selector|switcher|picker|menu|list|select\w*)[\w-]*|lang[_-]?(?:selector|switcher|picker|menu|list)[\w-]*|country[_-]?(?:selector|picker|list)[\w-]*|currency[\w-]*|locale[_-]?(?:selector|switcher)[\w-]*"
    r"|related[_-]?(?:posts?|articles?|products?|links?)[\w-]*|recommended[_-]?products?[\w-]*|recently[_-]?viewed[\w-]*|pagination|pager"
    r"|chat[_-]?(?:widget|box|bubble|container)[\w-]*|feedback[_-]?(?:button|tab|form|widget)[\w-]*|captcha\w*|recaptcha\w*|advert\w*|ads?[_-](?:banner|slot|container|box)\w*"
    r"|screen-reader-(?:text|shortcut)|visually-?hidden|sr-only|print[_-]?(?:button|link|page)|login[_-]?(?:form|box|modal|popup)"
    r"|(?:comments?|respond)(?:[_-]?(?:area|form|list|section))"
    r"|wm-ipp[\w-]*|donato|wmtb|arquivo-?(?:web)?-?(?:banner|bar)[\w-]*"
    r")(?=$|\s)",
    re.I,
)
_ARCHIVE = {"wm-ipp-base", "wm-ipp", "wm-ipp-print", "donato", "wmtb"}


def boilerplate(element: Element) -> str:
    """Return what kind of boilerplate an element is by its tag, role or names; "" if nothing says so.

    The answer is a word for people (``nav``, ``role navigation``, ``named site-footer``). Whether it counts is for the
    caller to decide: shops also wrap the policy itself in a ``form`` or in ``<div class="modal-content">``.
    """
    tag = element.tag
    if tag in _TAGS:
        return str(tag)
    if not element.attrib:
        return ""
    role = element.get("role")
    if role in _ROLES:
        return f"role {role}"
    if element.get("aria-modal") == "true":
        return "dialog"
    if tag in {"html", "body", "p", "tr", "tbody", "article", "main", "h1", "h2", "h3", "h4"}:
        return ""
    found = _NAMES.search(name_of(element)) if element.get("class") or element.get("id") else None
    return f"named {found[0].strip()}" if found else ""
