from html import escape

import pytest

from extract import extract_policy

URL = "https://www.quillfern.example/privacy"
SENTENCES = [
    "This privacy policy explains how we use and disclose the personal information that you give us.",
    "We collect your name and your e-mail address when you order, and we also collect your IP address.",
    "We share it with service providers who process your personal data for us, and with no third parties.",
    "Our site uses cookies. You may refuse them, and you may withdraw your consent at any time by e-mail.",
    "You may opt out of our newsletter, or unsubscribe.",
]
POLICY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
INNER = f'<iframe srcdoc="{escape(POLICY)}"></iframe>'
BODY = "\n\n".join(SENTENCES)


def extract(body):
    page = f"<html><head><title>Privacy Policy</title></head><body>{body}</body></html>"
    return extract_policy(page.encode(), url=URL)


@pytest.mark.parametrize(
    "body",
    [
        f'<qf-page><template shadowrootmode="open"><style>p {{}}</style>{POLICY}</template></qf-page>',
        f'<div><template shadowroot="closed">{POLICY}</template></div>',
        f'<qf-page><template shadowrootmode="open"><slot>Loading</slot></template>{POLICY}</qf-page>',
        f'<a-b><template shadowrootmode="open"><c-d><template shadowrootmode="open">{POLICY}</template></c-d>'
        "</template></a-b>",
        f'<iframe srcdoc="{escape(POLICY)}"></iframe>',
        f"<iframe srcdoc='{POLICY}'>Your browser shows no frames.</iframe>",
        f'<iframe srcdoc="{escape(INNER)}"></iframe>',
        f"<form><textarea rows=20 readonly>{BODY}</textarea></form>",
        f'<object data="/privacy.pdf" type="application/pdf">{POLICY}</object>',
    ],
)
def test_an_embedded_text_is_part_of_the_page(body):
    document = extract(body)
    assert (document.verdict, document.body) == ("policy", BODY)


MARKDOWN = (
    f"# Our policy\n\n{SENTENCES[0]}\n\n## What\n\n- {SENTENCES[1]}\n- {SENTENCES[2]}\n\n{SENTENCES[3]}"
)


@pytest.mark.parametrize(
    "body",
    [
        f"<textarea readonly>{MARKDOWN}</textarea>",
        f"<pre>{MARKDOWN}</pre>",
        f"<xmp>{MARKDOWN}</xmp>",
        "<textarea>"
        + escape(
            f"<h1>Our policy</h1><p>{SENTENCES[0]}</p><h2>What</h2><ul><li>{SENTENCES[1]}</li>"
            f"<li>{SENTENCES[2]}</li></ul><p>{SENTENCES[3]}</p>"
        )
        + "</textarea>",
    ],
    ids=["text box", "pre", "xmp", "HTML in a text box"],
)
def test_marks_in_a_text_box_are_read_as_such(body):
    items = f"  * {SENTENCES[1]}\n  * {SENTENCES[2]}"
    assert extract(body).body == f"# Our policy\n\n{SENTENCES[0]}\n\n## What\n\n{items}\n\n{SENTENCES[3]}"


def test_preformatted_text_without_headings_stays_as_it_is():
    lines = "\n".join(["# one heading", *SENTENCES])
    assert extract(f"<pre>{lines}</pre>").body.startswith("\\# one heading")


def test_children_of_a_shadow_tree_are_written_in_their_slots():
    first, *rest = POLICY.split("</p>")
    shadow = '<slot name="intro">None</slot><p>We wrote it in May 2020.</p><slot></slot>'
    body = f'<x-y><template shadowrootmode="open">{shadow}</template>{"</p>".join(rest)}'
    document = extract(body + first.replace("<p>", '<p slot="intro">') + "</p></x-y>")
    assert document.body == "\n\n".join([SENTENCES[0], "We wrote it in May 2020.", *SENTENCES[1:]])


@pytest.mark.parametrize(
    "body",
    [
        f"<template>{POLICY}</template>",
        f'<iframe srcdoc="{escape(POLICY)}" style="display: none"></iframe>',
        "<textarea>Please tell us what you think of our cookies</textarea>",
        "<object data='film.swf'>You need a plug-in to see our film.</object>",
    ],
)
def test_what_a_browser_does_not_show_is_no_text(body):
    assert extract(body).body == ""


FRAME = "the text is in a frame, a capture of its own: https://www.quillfern.example/legal/privacy.html"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('<iframe src="/legal/privacy.html"></iframe>', FRAME),
        ('<embed src="/legal/privacy.html" type="text/html"><p>Hello.</p>', FRAME),
        ('<nav>Lamps Shades Bulbs</nav><p>Hello.</p><iframe data-src="legal/privacy.html"></iframe>', FRAME),
        (
            '<iframe src="/menu.html"></iframe><iframe src="/legal/privacy.html"></iframe>',
            f"{FRAME}, or in one of 1 other frames",
        ),
        ('<iframe src="/t" width="1" height="1"></iframe><iframe src="/legal/privacy.html"></iframe>', FRAME),
        (
            '<object data="/legal/privacy.html" type="text/html"></object><object data="a.swf"></object>',
            FRAME,
        ),
        (f'<iframe src="/legal/privacy.html"></iframe><p>{"Lamps and shades, " * 30}.</p>', FRAME),
    ],
)
def test_a_page_around_a_frame_is_thin_and_names_the_address(body, reason):
    document = extract(body)
    assert (document.verdict, document.reason) == ("thin", reason)


@pytest.mark.parametrize(
    "frame",
    [
        '<iframe src="/t" style="width:0;height:0"></iframe>',
        '<iframe src="about:blank"></iframe>',
        "<iframe></iframe>",
        '<noscript><iframe src="/t"></iframe></noscript>',
        '<iframe hidden src="/t"></iframe>',
    ],
)
def test_invisible_frames_do_not_count(frame):
    assert extract(frame).verdict == "empty"


def test_a_policy_with_a_frame_is_a_policy():
    assert extract(POLICY + '<iframe src="/video"></iframe>').verdict == "policy"
