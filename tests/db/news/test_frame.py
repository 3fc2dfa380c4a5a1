"""The frame of a page: the title is escaped, and a page that is alone loads nothing."""

from lxml import html

from db.news.frame import frame


def test_a_page_has_its_title_twice_and_its_body() -> None:
    shown = html.fromstring(frame("A <b>title</b> {0}", "p { color: red; }", "<p>One {word}.</p>"))
    assert shown.findtext(".//title") == shown.findtext(".//h1") == "A <b>title</b> {0}"
    assert shown.findtext(".//p") == "One {word}."
    assert shown.find(".//meta[@http-equiv]") is None


def test_a_page_that_is_alone_loads_nothing() -> None:
    policy = html.fromstring(frame("A", "", "", alone=True)).find(".//meta[@http-equiv]")
    assert policy is not None
    assert policy.get("content") == "default-src 'none'; style-src 'unsafe-inline'"
