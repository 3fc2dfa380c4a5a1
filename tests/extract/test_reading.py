import json

import pytest

from extract import extract_policy, reading
from extract.html import page
from extract.memory import forget_all

URL = "https://www.shop.example/privacy"
TEXT = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "We collect personal data, such as your name and address, when you buy in our shop.",
        "We use cookies to remember your basket, and your consent is necessary for others.",
        "We share information with third parties that deliver your orders, and with nobody else.",
        "You can opt out of our newsletter, and ask for the deletion of your account at any time.",
        "Our data protection officer answers your questions about privacy and about this policy.",
    )
)


def _page(text: str, script: str) -> bytes:
    body = f"<main><h1>Privacy policy</h1>{text}</main>"
    return f"<html><body><script>{script}</script>{body}<!-- {script} --></body></html>".encode()


@pytest.fixture
def parsed(monkeypatch):
    """The visible parts of the pages that were parsed, in order."""
    forget_all()
    found: list[str] = []
    parse = page.parse_visible

    def noted(visible, scripts, url):
        found.append(visible)
        return parse(visible, scripts, url)

    monkeypatch.setattr(page, "parse_visible", noted)
    return found


def test_a_page_that_differs_in_scripts_and_comments_is_read_once(parsed):
    documents = [extract_policy(_page(TEXT, f"token = {number}"), url=URL) for number in range(3)]
    assert documents[0].verdict == "policy"
    assert documents[0] == documents[1] == documents[2]
    assert len(parsed) == 1


def test_another_text_and_another_address_are_read(parsed):
    assert extract_policy(_page(TEXT, "a"), url=URL) != extract_policy(
        _page(TEXT + "<p>New.</p>", "a"), url=URL
    )
    extract_policy(_page(TEXT, "a"), url="https://other.example/privacy")
    assert len(parsed) == 3


def test_status_and_time_are_those_of_each_capture(parsed):
    first, second, third = (
        extract_policy(_page(TEXT, "a"), url=URL, timestamp=timestamp, status=status)
        for timestamp, status in (("20150101000000", 200), ("20160101000000", 200), ("20170101000000", 404))
    )
    assert len(parsed) == 1
    assert (first.verdict, second.verdict, third.verdict) == ("policy", "policy", "error-page")
    assert "2015" in first.provenance
    assert "2016" in second.provenance


def test_a_text_in_the_data_of_scripts_is_read_each_time(parsed):
    pages = [
        _page("", f"x = {json.dumps({'title': 'a', 'body': TEXT + more})}") for more in ("", "<p>Never.</p>")
    ]
    forwards = [extract_policy(one, url=URL) for one in pages]
    assert ["Never." in document.body for document in forwards] == [False, True]
    forget_all()
    assert [extract_policy(one, url=URL) for one in reversed(pages)] == forwards[::-1]


@pytest.mark.parametrize("title", ["Privacy policy", "Lamps " * 50_000])
def test_a_reading_weighs_at_least_all_its_texts(title, monkeypatch):
    forget_all()
    kept: list[tuple[int, reading.Reading]] = []
    monkeypatch.setattr(reading._readings, "keep", lambda _, weight, found: kept.append((weight, found)))
    returns = "<h1>Returns</h1>" + "<p>Send the lamp back to us within thirty days of its delivery.</p>" * 500
    html = f"<html><title>{title}</title><body><h1>Privacy policy</h1>{TEXT}{returns}</body></html>"
    extract_policy(html.encode(), url=URL)
    ((weight, found),) = kept
    given = found.verdict_input
    texts = [found.title, found.text, *found.paragraphs, given.text, given.opening, *given.headings]
    assert weight >= sum(map(len, texts)) >= len(title.strip())
