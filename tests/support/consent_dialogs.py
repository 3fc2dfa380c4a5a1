"""Consent dialogs of fictional shops: the ways to wrap one text, and its text in several languages."""

import tomllib
from pathlib import Path
from typing import NamedTuple

WRAPPERS = {
    "role": '<div role="dialog">{text}</div>',
    "alertdialog": '<section role="alertdialog" aria-live="polite">{text}</section>',
    "dialog": "<dialog open>{text}</dialog>",
    "aria-modal": '<div class="x1" aria-modal="true">{text}</div>',
    "region": '<div role="region" aria-label="Cookies">{text}</div>',
    "alert": '<div role="alert">{text}</div>',
    "klaro": '<div id="klaro"><div class="klaro">'
    '<div class="cookie-notice"><div class="cn-body">{text}</div></div></div></div>',
    "tarteaucitron": '<div id="tarteaucitronRoot"><div id="tarteaucitronAlertBig">{text}</div></div>',
    "axeptio": '<div id="axeptio_overlay"><div class="axeptio_mount">'
    '<div class="ListSteps__Styled">{text}</div></div></div>',
    "borlabs": '<div id="BorlabsCookieBox" class="BorlabsCookie"><div class="_brlbs-box">{text}</div></div>',
    "consentmanager": '<div id="cmpbox" class="cmpbox cmpstyleroot">'
    '<div class="cmpboxinner">{text}</div></div>',
    "shopify": '<div id="shopify-pc__banner"><div id="shopify-pc__banner__body">{text}</div></div>',
    "shopware": '<div class="cookie-permission-container" data-cookie-permission="true">'
    '<div class="container">{text}</div></div>',
    "shopware5": '<div class="page-wrap--cookie-permission is--hidden">'
    '<div class="cookie-permission--container">{text}</div></div>',
    "onetrust": '<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk">{text}</div></div>',
    "cookiebot": '<div id="CybotCookiebotDialog">'
    '<div class="CybotCookiebotScrollContainer">{text}</div></div>',
    "didomi": '<div id="didomi-host"><div class="didomi-popup-container">{text}</div></div>',
    "usercentrics": '<div id="usercentrics-root"><div id="uc-center-container">{text}</div></div>',
    "quantcast": '<div class="qc-cmp2-container"><div class="qc-cmp2-summary-section">{text}</div></div>',
    "trustarc": '<div id="truste-consent-track"><div id="truste-consent-content">{text}</div></div>',
    "sourcepoint": '<div id="sp_message_container_1"><div class="message-container">{text}</div></div>',
    "iubenda": '<div id="iubenda-cs-banner"><div class="iubenda-cs-content">{text}</div></div>',
    "complianz": '<div class="cmplz-cookiebanner"><div class="cmplz-body">{text}</div></div>',
    "magento": '<div class="message global cookie" id="notice-cookie-block">'
    '<div class="content">{text}</div></div>',
    "gdpr-modal": '<div class="modal fade" id="gdprModal">'
    '<div class="modal-dialog"><div class="modal-body">{text}</div></div></div>',
    "cookie-modal": '<div class="cookie-modal">{text}</div>',
    "form": '<form action="/consent" method="post"><fieldset>{text}</fieldset></form>',
    "aside": "<aside>{text}</aside>",
    "custom element": '<consent-box class="visible"><div>{text}</div></consent-box>',
    "footer": '<footer><div class="inner">{text}</div><p>© Quillfern</p></footer>',
    "table": "<table><tr><td>{text}</td></tr></table>",
    "plain": "<div>{text}</div>",
    "nested": '<div class="a1"><div class="b2">'
    '<div class="c3"><div class="d4">{text}</div></div></div></div>',
    "bar": '<div style="position:fixed;bottom:0"><div>{text}</div></div>',
    "bare": "{text}",
}
"""Name of the wrapper -> its HTML around ``{text}``. Most are products' own, the last ones have no sign."""

FORMS = {
    "one block": "<p>{first} {second}</p><button>{accept}</button>",
    "two blocks": "<p>{first}</p><p>{second}</p><button>{refuse}</button><button>{accept}</button>",
    "with a heading": "<h2>{heading}</h2><div>{first} {second}</div><div><a href='#'>{accept}</a></div>",
    "input": "<div>{first} {second}</div><input type='submit' value='{accept}'>",
    "no button": "<p>{first}</p><p>{second}</p>",
    "link": "<p>{first} {second} <a href='/p'>{policy}</a></p>",
    "cross": "<div>{first}</div><div>{second}</div><span>×</span>",
    "categories": "<h2>{heading}</h2><p>{first} {second}</p><h3>{heading} 1</h3><p>{second}</p>"
    "<div role='button'>{refuse}</div><div role='button'>{accept}</div>",
}
"""Name of the form -> the HTML of the dialog's text and buttons."""


class Language(NamedTuple):
    """The texts of one language."""

    first: str
    second: str
    accept: str
    refuse: str
    heading: str
    missing: str
    apology: str
    loading: str
    policy: str


_TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
LANGUAGES = {code: Language(**texts) for code, texts in _TEXTS["languages"].items()}
SHORT_POLICIES: dict[str, str] = _TEXTS["short_policies"]
"""Language -> the paragraphs of a policy of 70 to 100 words, one of which speaks of cookies."""
MORE_LANGUAGES: dict[str, dict[str, str]] = _TEXTS["more_languages"]
"""Language -> the ``text`` of a dialog, its button ``accept``, and the words of two other pages."""
COOKIE_POLICY: str = _TEXTS["cookie_policy"]


def dialog(wrapper: str, form: str, language: str) -> str:
    """Return the HTML of a consent dialog."""
    text = FORMS[form].format(**LANGUAGES[language]._asdict())
    return WRAPPERS[wrapper].format(text=text)


def page(language: str, title: str, main: str, below: str = "", above: str = "") -> bytes:
    """Return a page of a shop, with HTML above and below its main part."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body><header><a href="/">Quillfern</a></header>{above}<main>{main}</main>{below}</body></html>'
    ).encode()
