"""News as HTML: what did not change is short, and words of strangers stay words."""

import re

from db.news import html
from db.news.html import content
from tests.support.news import capture, entry

TRICK = "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; javascript:alert(1)"


def test_what_did_not_change_is_shortened_and_very_much_is_cut() -> None:
    words = " ".join(f"word{number}" for number in range(100))
    told = content(entry(f"{words} old {words}", f"{words} new {words}"))
    assert " ".join(f"word{number}" for number in range(84, 86)) not in told
    assert "… word85 " in told
    assert "<del>old</del> <ins>new</ins> word0 " in told
    assert "word14 …</p>" in told
    lines = "\n\n".join(f"This is paragraph number {number} of all." for number in range(100))
    assert content(entry("", lines)).split("\n")[-2] == "<p>… and 40 more.</p>"


def test_what_is_not_counted_is_a_number() -> None:
    found = entry("We sell your data.\n\nYOUR MANY CHOICES", "We never sell your data.\n\nYour many choices")
    assert content(found).split("\n")[1:-1] == [
        "<p>We <ins>never</ins> sell your data.</p>",
        "<p>1 place not counted.</p>",
    ]


def test_hostile_words_stay_words() -> None:
    found = entry("We sell.", f"We sell.\n\n## {TRICK}\n\n{TRICK}", name=TRICK, suspect=TRICK)
    page = html.page(TRICK, [html.part(found), html.more(2)])
    assert set(re.findall(r"<(/?[a-z]\w*)", page)) <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h3", "h4", "p", "ins", "del", "a"),
        *("/html", "/head", "/title", "/style", "/body", "/h1", "/h3", "/h4", "/p", "/ins", "/del", "/a"),
    }
    assert set(re.findall(r"<[^>]*=[^>]*>", page)) == {
        '<html lang="en">',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        '<a href="https://web.archive.org/web/20100101000000/http://shop.example/privacy">',
        '<a href="https://web.archive.org/web/20110101000000/http://shop.example/privacy">',
    }


def test_a_hostile_address_is_encoded() -> None:
    found = entry("We sell.", "We share.")
    hostile = capture("20110101000000")._replace(original='http://shop.example/"><script>')
    shown = content(type(found)(found.change, found.pieces, None, hostile))
    assert 'href="https://web.archive.org/web/20110101000000/http://shop.example/%22%3E%3Cscript%3E"' in shown


def test_a_capture_that_others_cannot_reach_has_no_link() -> None:
    found = entry("We sell.", "We share.")
    private = capture("20110101000000", "127.0.0.1:8001")
    assert "<a" not in content(type(found)(found.change, found.pieces, private, None))


def test_only_the_title_of_an_entry() -> None:
    assert html.part(entry("We sell.", "We share."), 0) == (
        "<h3>shop.example: changed between 2010-01-01 and 2011-01-01 (+1 −1 words)</h3>"
    )
