"""What a page of the site is: the page of the server with other links, and its policy inside."""

import re
from pathlib import Path
from typing import cast

import feedparser
from lxml import html

from db.site.rewriting import SERVED_ONLY
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
