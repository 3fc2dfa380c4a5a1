"""Strings of data as HTML: they contain HTML, Markdown, or plain lines."""

from __future__ import annotations

import re
from html import escape, unescape

from markdown_it import MarkdownIt

MAX_MARKDOWN = 500_000
"""A longer text is not read as Markdown, but as paragraphs."""
TAG = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|br|section|table|strong|b|em|i|a|span)\b[^<>]*>", re.I)
BLOCK_TAG = re.compile(r"<(?:p|div|h[1-6]|ul|ol|section|article|table|br)\b", re.I)
_ESCAPED_HTML = re.compile(r"&lt;(?:p|div|h[1-6]|ul|ol)\b", re.I)
_MARKDOWN = re.compile(r"^#{1,6} +\S|^ {0,3}[-*+] +\S|^ {0,3}\d{1,3}[.)] +\S|\*\*\S|\]\(\S", re.M)


def text_html(text: str) -> str:
    """Return a string as HTML: HTML stays, Markdown is converted, lines of other text become paragraphs."""
    if _ESCAPED_HTML.search(text) and not BLOCK_TAG.search(text):
        text = unescape(text)
    if BLOCK_TAG.search(text):
        return text
    if _MARKDOWN.search(text) and len(text) <= MAX_MARKDOWN:
        return str(MarkdownIt("commonmark").enable("table").render(text))
    lines = (line if TAG.search(line) else escape(line, quote=False) for line in text.split("\n"))
    return "".join(f"<p>{line}</p>" for line in lines if line.strip())
