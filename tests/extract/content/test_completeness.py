"""The completeness of pages from which text was removed."""

import random
from dataclasses import replace
from unittest.mock import patch

import pytest

from benchmarks import completeness as benchmark
from extract import extract_policy
from extract.content import choose
from extract.content.blocks import Block
from extract.content.completeness import Completeness, NearBlock, measure
from extract.html import page
from tests.extract.test_fixtures import FIXTURES

URL = "https://www.quillfern.example/privacy"
SENTENCES = (
    "This privacy policy explains how Quillfern collects the personal information of everyone who visits it.",
    "We share your e-mail address with service providers and never sell it to any third parties at all.",
    "Mrs. Holloway at the desk will gladly answer each question of yours from Monday until Friday at noon.",
)


def block(text, terms=()):
    return Block(text, len(text.split()), 0, terms, False, 0)


def near(*texts):
    return [NearBlock(block(text)) for text in texts]


def share(entries, text, **words):
    return measure(entries, [entry.block for entry in entries if not entry.why_not], text, **words)


def test_all_blocks_in_the_text_are_complete():
    assert share(near(*SENTENCES), "\n\n".join(SENTENCES)) == Completeness(1.0, "")
    assert share([], "") == Completeness(1.0, "")


def test_a_block_that_was_not_written_lowers_it_whatever_its_words():
    found = share(near(*SENTENCES), "\n\n".join(SENTENCES[:2]))
    assert found == Completeness(0.647, "left out 18 words: not written")
    chinese = [
        "我们收集您的个人信息，例如姓名、地址和电话号码，用于处理您的订单。",
        "我们不会向任何人出售您的信息。" * 3,
    ]
    entries = [NearBlock(replace_words(text, len(text) // 2)) for text in chinese]
    assert share(entries, chinese[0]).share == 0.421


def replace_words(text, number):
    return Block(text, number, 0, (), False, 0)


def test_marks_links_and_addresses_of_markdown_do_not_matter():
    source = block(
        "Write to [email protected] or read our list of partners at https://a.example/x?y=1 & more."
    )
    text = "Write to **me@a.example** or read our [list of partners](/list_(new)) at"
    text += "\nhttps://a.example/x?y=1 & more."
    assert measure([NearBlock(source)], [source], text).share == 1.0


def test_what_the_choice_left_out_is_named():
    entries = [*near(SENTENCES[0]), NearBlock(block(SENTENCES[2]), "aside")]
    assert share(entries, SENTENCES[0]) == Completeness(0.4545, "left out 18 words: aside")


def test_a_table_of_contents_is_not_missing_if_its_headings_are_there():
    contents = NearBlock(block("How do we share your data with others?"), "nav")
    assert share([contents, *near(SENTENCES[0])], f"## {contents.block.text}\n\n{SENTENCES[0]}").share == 1.0


def test_other_documents_lower_it_a_little():
    found = share(near(*SENTENCES), "\n\n".join(SENTENCES), cut_words=18, other_words=100)
    assert found == Completeness(0.7366, "left out 118 words: other documents")


@pytest.mark.parametrize(
    "folder", ["accordion", "headings", "layout-table", "tabs", "fragment", "bullet-list"]
)
def test_on_fixtures_each_removal_shows(folder):
    body = (FIXTURES / folder / "page.html").read_bytes()
    assert extract_policy(body, url=URL).completeness == 1.0
    found = list(benchmark.removals(body, URL, 5, random.Random(1)))
    assert all(removal.shows and removal.share > 0 for removal in found)


def test_a_page_in_a_language_without_lexicon_is_measured_too():
    greek = "<p>Συλλέγουμε το όνομα και τη διεύθυνσή σας όταν κάνετε μια παραγγελία στο κατάστημά μας {}.</p>"
    body = "<html><body><main><h1>Privacy</h1>{}</main></body></html>".format(
        "".join(greek.format(f"αριθμός {number}") for number in range(10))
    ).encode()

    def without_last(parsed):
        content = choose_all(parsed)
        return replace(content, kept=content.kept[:-2])

    choose_all = choose.choose
    with patch.object(choose, "choose", without_last):
        assert extract_policy(body, url=URL).completeness == 0.8012
    assert extract_policy(body, url=URL).completeness == 1.0


def test_text_around_the_policy_does_not_count():
    body = (
        "<html><body><div class='promo'>Free shipping on all orders above fifty pounds.</div>"
        "<div id='WelcomeModal'>We never share your e-mail address with third parties, so join.</div>"
        f"<main><h1>Privacy</h1>{''.join(f'<p>{text}</p>' for text in SENTENCES)}</main>"
        "<footer>Copyright 2020 Quillfern, which never shares your personal information.</footer>"
        "</body></html>"
    )
    document = extract_policy(body.encode(), url=URL)
    assert (document.completeness, "left out" in document.reason) == (1.0, False)


def test_a_page_that_was_not_read_whole_is_not_complete():
    body = f"<html><body><main><h1>Privacy</h1>{''.join(f'<p>{text}</p>' for text in SENTENCES)}"
    with patch.object(page, "MAX_SOURCE", len(body)):
        document = extract_policy(f"{body}{' ' * len(body)}".encode(), url=URL)
    assert document.completeness == 0.5
    assert document.reason.endswith("; cut off: the page is too long")


@pytest.mark.parametrize(
    ("after", "complete"),
    [
        (["We like lamps more than anything else in this wide world."], False),
        (["All rights reserved.", "We like lamps more than anything else in this wide world."], True),
        (["Back to top Our creed is that we like lamps more than anything else."], True),
        (["If you continue to use this site, you agree to our cookies, and you like lamps."], True),
        (["Close your account when you like, and we like lamps more than anything else."], False),
    ],
)
def test_in_a_fragment_the_text_ends_at_a_copyright_line_or_a_way_to_the_top(after, complete):
    menu = ["Customer Service", "Order Status", "Our Shops", "Careers"]
    body = "\n".join([*SENTENCES * 3, *(f"{line} {SENTENCES[0]}" for line in SENTENCES), *menu, *after])
    assert (extract_policy(body.encode(), url=URL).completeness == 1.0) is complete
