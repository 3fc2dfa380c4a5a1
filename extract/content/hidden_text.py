"""Text in a page's source that only scripts show: in ``noscript`` elements and in JSON data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape

from extract.html.page import Page
from extract.policy_terms import terms

LEAST_TERMS = 8
"""A hidden text replaces the visible text only if it has at least this many different policy terms."""
LEAST_LENGTH = 400
"""A string with at least this many characters can be a text. Shorter strings are labels."""
MAX_JSON = 3_000_000
"""At most this many characters of JSON are read in one page."""

_JSON_TYPE = re.compile(
    r"type\s*=\s*[\"']?application/(?:ld\+)?json|id\s*=\s*[\"']?__(?:NEXT|NUXT)_DATA", re.I
)
_TAG = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|br|section|table|strong|b)\b", re.I)


def hidden_html(page: Page) -> str:
    """Return the hidden text with the most different policy terms, as HTML.

    Returns "" if no hidden text has at least ``LEAST_TERMS`` different terms.
    """
    best, most = "", LEAST_TERMS - 1
    for source in (*_noscripts(page), *_data(page)):
        found = len(set(terms(source)))
        if found > most or (found == most and best and len(source) > len(best)):
            best, most = source, found
    return best


def _noscripts(page: Page) -> Iterator[str]:
    for element in page.root.iter("noscript"):
        text = "".join(map(str, element.itertext()))
        if len(text) >= LEAST_LENGTH:
            yield "".join(f"<p>{escape(part)}</p>" for part in map(str, element.itertext()) if part.strip())


def _data(page: Page) -> Iterator[str]:
    left = MAX_JSON
    for script in page.scripts:
        if not _JSON_TYPE.search(script.attributes) or len(script.text) > left:
            continue
        left -= len(script.text)
        try:
            values = [json.loads(script.text)]
        except (ValueError, RecursionError):
            continue
        strings: list[str] = []
        while values:
            value = values.pop()
            if isinstance(value, dict):
                values.extend(reversed(list(value.values())))
            elif isinstance(value, list):
                values.extend(reversed(value))
            elif isinstance(value, str) and len(value) >= LEAST_LENGTH:
                strings.append(value)
        yield from strings
        if len(strings) > 1:  # one text can be divided into a string for each section
            yield "".join(
                text if _TAG.search(text) else f"<p>{escape(text)}</p>" for text in strings if terms(text)
            )
