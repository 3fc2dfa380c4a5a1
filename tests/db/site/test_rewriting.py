"""What a page of the site is: the page of the server with other links, and its policy inside."""

import re
from pathlib import Path
from typing import cast

import feedparser
import pytest
from lxml import html

from db.site import rewriting
from db.site.rewriting import SERVED_ONLY, Rewriter
from db.site.served_pages import ServedPage
from tests.support import sites

VERSION = "policies/alpha.example/20130601000000.html"
COMPARISON = "policies/alpha.example/20121201000000-20130601000000.html"


def page(root: Path, file: str) -> html.HtmlElement:
    return cast(html.HtmlElement, html.fromstring((root / file).read_bytes()))


def test_every_link_leads_somewhere(written: Path):
    assert sites.broken(written) == []


def test_no_link_is_absolute_except_to_other_servers(written: Path):
    own = [link for _, link in sites.links(written) if not re.match("https?://|mailto:", link)]
    assert [link for link in own if link.startswith("/")] == []
    assert "index.html" in own and "../../index.html" in own


def test_every_link_of_the_server_is_in_the_site_or_known_to_need_a_server(archive: Path):
    assert sites.unknown(archive) == []


def test_no_words_are_left_that_need_a_server(written: Path):
    for file, content in sites.files(written).items():
        if file.endswith(".html"):
            text = page(written, file).text_content()
            assert SERVED_ONLY not in content.decode()
            assert [
                words for words in ("copy of", "As data", "As Markdown", "Tables", "Trends") if words in text
            ] == []
            assert "site.invalid" not in content.decode()


def test_a_page_has_its_security_policy_inside(written: Path):
    policies = {
        file: page(written, file).xpath("//meta[@http-equiv='content-security-policy']/@content")
        for file in sites.files(written)
        if file.endswith(".html")
    }
    strict = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
    assert policies.pop("search.html") == [f"{strict}; script-src 'self'; connect-src 'self'"]
    assert set(map(tuple, policies.values())) == {(strict,)}
    assert page(written, VERSION).xpath("//meta[@name='referrer']/@content") == ["no-referrer"]


def test_only_the_search_has_a_form_and_a_script(written: Path):
    forms, scripts = set(), set()
    for file in sites.files(written):
        if file.endswith(".html"):
            forms |= {(file, form.get("action")) for form in page(written, file).iter("form")}
            scripts |= {(file, script.get("src")) for script in page(written, file).iter("script")}
    assert forms == {("index.html", "search.html"), ("search.html", "search.html")}
    assert scripts == {("search.html", "static/search.js")}


def test_a_version_has_the_text_of_the_server(written: Path):
    article = page(written, VERSION).find_class("policy")[0]
    assert " ".join(article.text_content().split()) == (
        "Privacy We keep your name. We do not sell it, and keep it safe."
        " Cookies We set cookies to remember your cart."
    )
    assert article.xpath(".//a/@href") == ["https://shop.example/cookies"]


def test_a_comparison_leads_to_its_neighbours(written: Path):
    found = page(written, COMPARISON)
    assert found.xpath("//a[@rel='prev']/@href") == ["20110101000000-20120301000000.html"]
    assert found.xpath("//a[@rel='next']/@href") == ["20130601000000-20140601000000.html"]


def made(body: str) -> str:
    """Return what is in `<main>` of a page of the site, of a page of the server."""
    answer = ServedPage(
        200,
        {"content-security-policy": "default-src 'none'", "referrer-policy": "no-referrer"},
        f"<html><head><meta charset=utf-8></head><body><main>{body}</main></body></html>".encode(),
    )
    files = {"/a": "a.html", "/a?b=1": "a-b.html", "/s": "search.html"}
    rewriter = Rewriter("below/here.html", files.get, lambda address: None, lambda address: None, "")
    main = rewriting.page(answer, rewriter).find("body/main")
    return html.tostring(main, encoding="unicode").removeprefix("<main>").removesuffix("</main>")


@pytest.mark.parametrize(
    ("served", "of_site"),
    [
        ('<a href="/a">A</a>', '<a href="../a.html">A</a>'),
        ('<a href="/a?b=1#c">A</a>', '<a href="../a-b.html#c">A</a>'),
        ('<a href="#c">A</a>', '<a href="#c">A</a>'),
        ('<a href="https://x.example/a">A</a>', '<a href="https://x.example/a">A</a>'),
        ('See <a href="/x">the <b>X</b></a>.', "See the <b>X</b>."),
        (
            '<ul><li><a href="/x">X</a></li><li><a href="/a">A</a></li></ul>',
            '<ul><li><a href="../a.html">A</a></li></ul>',
        ),
        ('<p><a href="/x">X</a></p><p><a href="/x">X</a>, more</p>', "<p>X, more</p>"),
        ('One <a class="served-only" href="/a">two</a> three', "One  three"),
        ('<form action="/a"><input></form>', ""),
        ('<form action="/s"><input></form>', '<form action="../search.html"><input></form>'),
        (
            '<svg viewBox="0 0 1 1"><a href="/x"><rect width="1"/></a></svg>',
            '<svg viewbox="0 0 1 1"><rect width="1"></rect></svg>',
        ),
        ("<b>&lt;script&gt; &amp; “ü”</b>", "<b>&lt;script&gt; &amp; “ü”</b>"),
    ],
)
def test_what_becomes_of_a_part_of_a_page(served: str, of_site: str):
    assert made(served) == of_site


@pytest.mark.parametrize(("paragraphs", "left"), [(1, 1), (6, 6), (7, 7), (8, 6), (100, 6)])
def test_a_long_unchanged_part_of_a_comparison_is_shortened(paragraphs: int, left: int):
    served = "".join(f"<p>{number}</p>" for number in range(paragraphs))
    found = made(f'<details class="same"><summary>unchanged</summary>{served}</details>')
    note = f'<p class="note">… {paragraphs - left} more, in the texts of both versions …</p>'
    assert (note in found) == (paragraphs > left)
    assert re.findall(r"<p>(\d+)</p>", found) == [
        str(number)
        for number in range(paragraphs)
        if number < left - left // 2 or number >= paragraphs - left // 2
    ]


def test_citations_name_the_site_if_its_address_is_known(archive: Path, tmp_path: Path):
    sites.write(archive, tmp_path / "a", "https://news.example/policies/")
    sites.write(archive, tmp_path / "b")
    for file in (VERSION, COMPARISON):
        cited = page(tmp_path / "a", file).find_class("cite")[0].text_content()
        assert f"Read with policytrail, https://news.example/policies/{file}.\n" in cited
        assert f"url = {{https://news.example/policies/{file}}}" in cited
        cited = page(tmp_path / "b", file).find_class("cite")[0].text_content()
        assert "Read with policytrail.\n" in cited
        assert file not in cited and "site.invalid" not in cited


def test_a_feed_has_relative_links_or_those_of_the_site(archive: Path, tmp_path: Path):
    sites.write(archive, tmp_path / "a", "https://news.example/policies/")
    sites.write(archive, tmp_path / "b")
    of_site = feedparser.parse((tmp_path / "a" / "changes.atom").read_bytes())
    assert of_site.entries[0].link == (
        "https://news.example/policies/policies/alpha.example/20130601000000-20140601000000.html"
    )
    alone = (tmp_path / "b" / "policies" / "alpha.example" / "changes.atom").read_text()
    assert re.findall('href="([^":]*)"', alone) == [
        "index.html",
        "changes.atom",
        "changes.atom",
        "changes.atom",
        "20130601000000-20140601000000.html",
        "20121201000000-20130601000000.html",
        "20110101000000-20120301000000.html",
    ]
