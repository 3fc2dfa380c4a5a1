"""Helpers of tests of pages: read an answer as a person does."""

import re

import httpx
from lxml import html


def document(answer: httpx.Response) -> html.HtmlElement:
    """Return the parsed page of an answer that is one of our pages."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(answer.text)


def words(element: html.HtmlElement) -> str:
    """Return the text of an element with normal white space."""
    return re.sub(r"\s+", " ", element.text_content()).strip()


def one(element: html.HtmlElement, xpath: str) -> html.HtmlElement:
    """Return the only element of a path."""
    (found,) = element.xpath(xpath)
    return found


def links(element: html.HtmlElement, xpath: str = ".") -> dict[str, str]:
    """Return the links in the elements of a path: their texts by address."""
    return {a.get("href"): words(a) for part in element.xpath(xpath) for a in part.xpath(".//a[@href]")}
