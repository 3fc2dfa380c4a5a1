"""What the tests of pages share: reading an answer as a person does."""

import re

import httpx
from lxml import html


def document(answer: httpx.Response) -> html.HtmlElement:
    """The parsed page of an answer that is one of ours."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(answer.text)


def words(element: html.HtmlElement) -> str:
    """The text of an element, white space put right."""
    return re.sub(r"\s+", " ", element.text_content()).strip()


def one(element: html.HtmlElement, xpath: str) -> html.HtmlElement:
    """The only element of a path."""
    (found,) = element.xpath(xpath)
    return found


def links(element: html.HtmlElement, xpath: str = ".") -> dict[str, str]:
    """The links in what a path finds, their text by where they lead."""
    return {a.get("href"): words(a) for part in element.xpath(xpath) for a in part.xpath(".//a[@href]")}
