"""Verdicts by whole captures: what stands in the page, its status and its headers."""

import gzip
import random

import brotli
import pytest

from extract import extract_policy
from extract.verdict import VERDICTS

POLICY = b"""<html><head><title>Privacy Policy</title></head><body><h1>Privacy Policy</h1>
<p>We collect your personal information when you order, and use cookies. We share it with third parties and
service providers
only with your consent. You may opt out, or ask us to disclose what we retain, at our e-mail
address.</p></body></html>"""


def capture(body, **evidence):
    return extract_policy(
        body, url="https://www.shop.example/privacy", timestamp="20200101000000", **evidence
    )


def page(title, text):
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>".encode()
    )


MENU = "Shoes Bags Hats Sale New in Home decor Kitchen Garden Toys Gifts " * 10

CASES = [
    ("policy", POLICY, {}),
    ("policy", POLICY, {"status": 200}),
    ("policy", gzip.compress(POLICY), {}),
    ("policy", brotli.compress(POLICY * 3), {}),
    ("error-page", POLICY, {"status": 404}),
    ("redirect-stub", POLICY, {"status": 302}),
    ("redirect-stub", b"", {"status": 301}),
    ("empty", b"", {}),
    ("empty", b" \r\n", {"status": 200}),
    ("empty", b"<html><body><img src='x.gif'></body></html>", {}),
    ("other-page", page("Welcome", MENU), {}),
    (
        "other-page",
        page("Terms of sale", "All orders are binding. Prices include tax. Delivery takes three days. " * 20),
        {},
    ),
    ("soft-404", page("Privacy", "Sorry, the page you are looking for cannot be found."), {}),
    ("soft-404", page("404 - Not Found", MENU), {}),
    ("soft-404", page("Oops", "We can't find the page you requested. Try the search."), {}),
    ("error-page", page("Shop", "We are currently unavailable, please try again later."), {}),
    (
        "block-page",
        page("Access Denied", "You don't have permission to access this server. Reference #18.1a2b3c"),
        {},
    ),
    (
        "block-page",
        page("Access Denied", "You don't have permission to access this server."),
        {"status": 403},
    ),
    ("block-page", page("Attention Required! | Cloudflare", "Please complete the captcha."), {"status": 403}),
    (
        "block-page",
        page("Pardon Our Interruption", "Something about your browser made us think you are a bot."),
        {},
    ),
    (
        "redirect-stub",
        b"<html><head><meta http-equiv=refresh content='0; "
        b"url=/new-privacy'></head><body>Moved</body></html>",
        {},
    ),
    ("redirect-stub", b"<html><script>window.location = '/privacy-policy';</script></html>", {}),
    (
        "script-only",
        b"<html><title>Privacy</title><div id=root></div><script>" + b"render();" * 500 + b"</script></html>",
        {},
    ),
    ("thin", page("Privacy Policy", "Read our privacy policy in the document below."), {}),
    (
        "thin",
        b"<html><title>Privacy</title><frameset><frame src=a.html><frame src=b.html></frameset></html>",
        {},
    ),
    ("unsupported", b"\x89PNG\r\n\x1a\n" + bytes(200), {}),
    ("unsupported", b"PK\x03\x04" + bytes(200), {"content_type": "text/html"}),
    ("unreadable", random.Random(1).randbytes(5000), {}),
    ("pdf", b"%PDF-1.4\nbroken", {"content_type": "application/pdf"}),
]


@pytest.mark.parametrize(
    ("verdict", "body", "evidence"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_verdict(verdict, body, evidence):
    document = capture(body, **evidence)
    assert document.verdict == verdict
    assert document.verdict in VERDICTS
    assert document.reason
    assert "\n" not in document.reason


def test_the_headings_of_a_policy_without_its_sentences_are_thin():
    headings = (
        "Privacy policy",
        "Personal information that we collect (name, e-mail address, IP address)",
        "How we use cookies",
        "Third parties we share your data with",
        "How long we retain it, and your consent",
        "Data protection and how to opt out",
    )
    only = "".join(f"<h2>{heading}</h2>" for heading in headings)
    assert capture(f"<title>Privacy policy</title><div>{only}</div>".encode()).verdict == "thin"
    advertisement = "<p>Win at once in our casino, where every player is paid out within the hour.</p>" * 10
    assert (
        capture(f"<title>Privacy policy</title><div>{only}{advertisement}</div>".encode()).verdict == "thin"
    )


def test_a_policy_that_mentions_captcha_is_no_block_page():
    body = POLICY.replace(b"and use cookies", b"use captchas against robots, and cookies")
    assert capture(body).verdict == "policy"


def test_a_long_policy_that_mentions_missing_pages_is_no_soft_404():
    body = POLICY.replace(
        b"</p>",
        b" If a page is not found, we record your ip address.</p>" + b"<p>We retain personal data.</p>" * 80,
    )
    assert capture(body).verdict == "policy"


ICELANDIC = (
    "<p>Við geymum nafn þitt og heimilisfang þegar þú pantar lampa hjá okkur, og við notum þær upplýsingar "
    "til að senda þér pöntunina. Við seljum þær ekki til annarra.</p>"
)


def icelandic(title, paragraphs, url="https://www.quillfern.example/p/17"):
    html = f"<title>{title}</title><main><h1>{title}</h1>{ICELANDIC * paragraphs}</main>"
    document = extract_policy(f"<!doctype html><html><body>{html}".encode(), url=url)
    return document.verdict, document.reason


UNKNOWN = "in a language whose words of policies are not known"


def test_a_long_text_in_an_unknown_language_is_a_policy_if_its_title_or_address_names_one():
    reason = f"named as a privacy policy, with 308 words of sentences, {UNKNOWN}"
    assert icelandic("Privacy", 11) == ("policy", reason)
    address = "https://www.quillfern.example/pages/privacy-policy"
    assert icelandic("Persónuverndarstefna", 11, address) == ("policy", reason)


@pytest.mark.parametrize(
    ("title", "paragraphs", "url"),
    [
        ("Persónuverndarstefna", 11, "https://www.quillfern.example/p/17"),  # nothing that we know names it
        ("Persónuverndarstefna", 3, "https://www.quillfern.example/privacy-policy"),  # too short
        ("Villa 404: page not found", 11, "https://www.quillfern.example/privacy-policy"),
        ("Terms of Sale", 11, "https://www.quillfern.example/privacy-policy"),  # named as another document
        ("Persónuverndarstefna", 11, "https://privacy.example/p/17"),  # the host is not the document
    ],
)
def test_another_text_in_an_unknown_language_is_no_policy(title, paragraphs, url):
    assert icelandic(title, paragraphs, url)[0] != "policy"


def test_a_long_text_in_a_known_language_without_its_words_of_policies_is_no_policy():
    html = (
        "<h1>Sale</h1>"
        + "<p>All of our lamps are made by hand in this workshop, and we sell them to you.</p>" * 30
    )
    document = extract_policy(html.encode(), url="https://www.quillfern.example/privacy-policy")
    assert (document.language, document.verdict) == ("en", "other-page")


MENTION = (
    "<h2>Safe shopping</h2><p>Your payment is encrypted with SSL, and we never share your e-mail address with"
    " third parties. Read how we collect and protect your information.</p>"
)
LAMPS = (
    "<p>This lamp is made of oak from the hills, and comes with a cable of linen and a shade of paper.</p>"
    * 4
)


@pytest.mark.parametrize("title", ["Quillfern Lamps", "Welcome", ""])
def test_a_page_about_other_things_with_a_paragraph_on_privacy_is_no_policy(title):
    html = f"<html><title>{title}</title><body><h1>Lamps</h1>{LAMPS}{MENTION}</body></html>"
    document = capture(html.encode())
    assert document.verdict == "other-page"
    assert document.reason.endswith("all in 25 words of a page about other things")


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Privacy Policy", f"<h1>Lamps</h1>{LAMPS}{MENTION}"),
        ("Quillfern", f"<h1>Your privacy</h1>{LAMPS}{MENTION}"),
        ("Quillfern", MENTION * 2),
        ("Quillfern", f"<h1>Lamps</h1>{LAMPS}{MENTION * 4}"),
    ],
)
def test_a_page_that_is_named_or_mostly_about_privacy_is_a_policy(title, body):
    assert capture(f"<html><title>{title}</title><body>{body}</body></html>".encode()).verdict == "policy"
