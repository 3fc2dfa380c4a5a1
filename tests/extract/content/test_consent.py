"""Verdicts on pages with consent dialogs: a dialog is no policy, and hides none."""

import json
from collections.abc import Iterator

import pytest

from extract import extract_policy
from extract.document import Document
from tests.support.consent_dialogs import (
    COOKIE_POLICY,
    FORMS,
    LANGUAGES,
    MORE_LANGUAGES,
    SHORT_POLICIES,
    WRAPPERS,
    Language,
    dialog,
    page,
)

HEADS = ("<h1>{name}</h1>", "<h2>{name}</h2>", "")


def document(body: bytes) -> Document:
    return extract_policy(body, url="https://www.quillfern.example/privacy-policy")


def other_pages(texts: Language) -> Iterator[tuple[str, str, str]]:
    """Yield pages that are no policy: the right verdict, the title, and the HTML of the main part."""
    error = f"<h1>{texts.missing}</h1><p>{texts.apology}</p>"
    yield "soft-404", f"{texts.missing} | Quillfern", error
    yield "soft-404", texts.policy, error
    yield "soft-404", "Quillfern", f"<p>{texts.apology}</p>"
    yield "script-only", f"{texts.policy} - Quillfern", texts.loading
    yield "script-only", "Quillfern", f"<h1>{texts.policy}</h1><p>{texts.loading}</p>"
    yield "other-page", "Quillfern Lamps", "<h1>Lamps</h1><p>Our new lamps of oak and brass are here.</p>"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_page_with_a_dialog_is_what_it_is_without_the_dialog(language: str, form: str) -> None:
    wrong = []
    pages = list(other_pages(LANGUAGES[language]))
    start = list(FORMS).index(form)
    for number, wrapper in enumerate(WRAPPERS, start):
        shown = dialog(wrapper, form, language)
        # All pages in English, and another one for each wrapper and form in the other languages.
        for verdict, title, main in pages if language == "en" else [pages[number % len(pages)]]:
            place = "above" if number % 2 else "below"
            found = document(page(language, title, main, **{place: shown}))
            if found.verdict != verdict:
                wrong.append((wrapper, title, main, found.verdict, found.reason))
    assert wrong == []


@pytest.mark.parametrize("language", MORE_LANGUAGES)
def test_dialogs_in_other_languages_are_no_policies(language: str) -> None:
    texts = MORE_LANGUAGES[language]
    pages = [
        ("soft-404", texts["missing"], f"<h1>{texts['missing']}</h1>"),
        ("script-only", "Privacy Policy", texts["loading"]),
        ("other-page", "Quillfern", "<h1>Lamps</h1><p>Our new lamps are here.</p>"),
    ]
    wrong = []
    for number, (wrapper, html) in enumerate(WRAPPERS.items()):
        button = f"<button>{texts['accept']}</button>" if number % 2 else ""
        shown = html.format(text=f"<p>{texts['text']}</p>{button}")
        verdict, title, main = pages[number % len(pages)]
        found = document(page(language, title, main, below=shown))
        if found.verdict != verdict:
            wrong.append((wrapper, title, main, found.verdict, found.reason))
    assert wrong == []


@pytest.mark.parametrize("language", SHORT_POLICIES)
@pytest.mark.parametrize("form", FORMS)
def test_a_short_policy_with_a_dialog_is_a_policy(language: str, form: str) -> None:
    name, text = LANGUAGES[language].policy, SHORT_POLICIES[language]
    wrong = []
    for number, wrapper in enumerate(WRAPPERS):
        shown = dialog(wrapper, form, language)
        policy = HEADS[number % len(HEADS)].format(name=name) + text
        for body in (
            page(language, name, policy, below=shown),
            page(language, name, "", above=f"<div id='app'><div class='c'>{policy}</div>{shown}</div>"),
            page(language, name, "", above=f"{policy}{shown}" if number % 2 else f"{shown}{policy}"),
        ):
            found = document(body.replace(b"<main></main>", b""))
            if found.verdict != "policy":
                wrong.append((wrapper, body, found.reason))
    assert wrong == []


@pytest.mark.parametrize(
    "modal",
    [
        '<div role="dialog" aria-modal="true" aria-label="{name}">{text}<button>Close</button></div>',
        '<div class="modal" role="dialog"><h2>{name}</h2>{text}<button>OK</button></div>',
        '<div class="modal-content"><h4>{name}</h4>{text}<button>Accept</button></div>',
        "<dialog open><h2>{name}</h2>{text}<button>Accept</button></dialog>",
        '<div id="privacyPolicyModal" class="modal fade" role="dialog">{text}<button>×</button></div>',
    ],
)
@pytest.mark.parametrize("language", SHORT_POLICIES)
def test_a_policy_in_a_modal_of_its_own_is_a_policy(modal: str, language: str) -> None:
    shown = modal.format(name=LANGUAGES[language].policy, text=SHORT_POLICIES[language])
    for dialogs in ("", dialog("klaro", "two blocks", language)):
        found = document(page(language, "Quillfern", "<p>Our lamps.</p>", below=shown + dialogs))
        assert found.verdict == "policy", found.reason
        assert "Quillfern" in found.body or "Lamp" in found.body


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("button", ["", "<button>Cookie settings</button>", "<button>Accept all</button>"])
def test_a_cookie_policy_is_a_policy(head: str, button: str) -> None:
    text = head.format(name="Cookie Policy") + COOKIE_POLICY + button
    for wrapper in WRAPPERS:
        shown = dialog(wrapper, "two blocks", "en")
        assert document(page("en", "Cookie Policy", text, below=shown)).verdict == "policy", wrapper
    body = page("en", "Cookie Policy", "", above=f"<div>{text}</div>").replace(b"<main></main>", b"")
    assert document(body).verdict == "policy"


def test_a_button_below_a_section_on_cookies_takes_nothing_from_a_policy() -> None:
    section = "<h2>Cookies</h2><p>We use cookies to keep your basket.</p><button>Cookie settings</button>"
    text = f"<h1>Privacy Policy</h1>{SHORT_POLICIES['en']}<section>{section}</section>"
    assert "We use cookies to keep your basket." in document(page("en", "Privacy Policy", text)).body


def test_a_dialog_as_long_as_the_policy_is_left_out() -> None:
    name, text = LANGUAGES["en"].policy, SHORT_POLICIES["en"]
    for wrapper in ("role", "dialog", "klaro", "borlabs", "cookie-modal"):
        shown = dialog(wrapper, "categories", "en")
        with_dialog = document(page("en", name, f"<h1>{name}</h1>{text}", below=shown))
        assert with_dialog.body == document(page("en", name, f"<h1>{name}</h1>{text}")).body


@pytest.mark.parametrize("times", [1, 2])
def test_a_consent_text_in_the_data_of_a_page_is_no_policy(times: int) -> None:
    text = (
        "We use cookies to process personal data such as your IP address, with your consent. Third-party "
        "service providers may collect your data, share your information with affiliates, and retain it. "
    )
    more = (
        "Analytics cookies count aggregated data of visits; you may opt out, and unsubscribe, at any time. "
        * 3
    )
    data = json.dumps({"banner": {"html": f"<p>{text}{more}</p>" * times}})
    script = f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    assert document(page("en", "Quillfern", "<h1>Lamps</h1>", below=script)).verdict == "other-page"
    assert document(page("en", "Privacy Policy", "", below=script)).verdict == "thin"


def test_thousands_of_buttons_take_little_time() -> None:
    buttons = "<button>OK</button>" * 10_000
    text = f"<p>{LANGUAGES['en'].first}</p>{buttons}<div>{buttons}</div>"
    assert document(page("en", "Shop", text)).verdict == "other-page"


PARTNERS = {
    "en": "We value your privacy. We and our 812 partners store and access information on a device, such as"
    " cookies, and process personal data, such as your IP address, for personalised advertising. With your"
    " permission we may use precise geolocation data. You can withdraw your consent in our privacy policy.",
    "fr": "Avec votre accord, nous et nos 420 partenaires utilisons des cookies pour stocker et traiter des"
    " données personnelles telles que votre visite sur ce site internet et les adresses IP. Vous pouvez"
    " retirer votre consentement à tout moment dans notre politique de confidentialité.",
    "de": "Wir und unsere 155 Partner speichern Informationen auf Ihrem Gerät, zum Beispiel mit Cookies, und"
    " verarbeiten personenbezogene Daten. Sie können Ihre Einwilligung jederzeit widerrufen. Mehr steht in"
    " unserer Datenschutzerklärung.",
}
OPT_OUT = (
    "Your California privacy choices. We may sell or share your personal information with third parties for"
    " targeted advertising. You have the right to opt out of the sale of your personal information. For"
    " details see our Privacy Notice."
)
HOME = "<h1>Lamps</h1>" + "".join(
    f"<h2>Oak lamp {number}</h2><p>This lamp is made of oak from the hills, and comes with a cable of linen"
    " and a shade of paper that you can change.</p>"
    for number in range(4)
)
SAFE = (
    "<h2>Safe shopping</h2><p>Your payment is encrypted with SSL, and we never share your e-mail address with"
    " third parties. Read how we collect and protect your information.</p>"
)


@pytest.mark.parametrize("language", PARTNERS)
@pytest.mark.parametrize("main", [HOME, f"{HOME}{SAFE}", "<h1>Your basket</h1><p>Your basket is empty.</p>"])
def test_a_text_about_partners_and_cookies_is_no_policy_also_without_buttons(
    language: str, main: str
) -> None:
    text = PARTNERS[language]
    for notice in (f"<div>{text}</div>", f"<div><span>{text}</span><span>×</span></div>"):
        html = f"<html><title>Quillfern</title><body><main>{main}</main>{notice}</body></html>"
        assert document(html.encode()).verdict == "other-page"


def test_a_short_policy_that_names_partners_and_cookies_is_a_policy() -> None:
    html = f"<html><title>Privacy</title><body><h1>Privacy Policy</h1><p>{PARTNERS['en']}</p></body></html>"
    assert document(html.encode()).verdict == "policy"


@pytest.mark.parametrize("button", ["<button>Confirm my choices</button>", "<a href='#'>Accept</a>"])
def test_a_notice_about_the_sale_of_data_is_no_policy(button: str) -> None:
    notice = f"<div class='x'><p>{OPT_OUT}</p>{button}</div>"
    html = f"<html><title>Quillfern</title><body><main>{HOME}</main>{notice}</body></html>"
    assert document(html.encode()).verdict == "other-page"


def test_a_section_about_the_sale_of_data_stays_in_a_policy() -> None:
    policy = SHORT_POLICIES["en"]
    section = f"<h2>California</h2><p>{OPT_OUT}</p><button>Confirm my choices</button>"
    html = f"<html><title>Privacy Policy</title><body><h1>Privacy Policy</h1>{policy}{section}</body></html>"
    found = document(html.encode())
    assert found.verdict == "policy"
    assert OPT_OUT in found.body
