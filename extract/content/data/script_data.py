"""JSON values in the source of a page: in data scripts, in code, in attributes.

Pages that a script draws carry their text this way. The values are only read, no code is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from extract.content.data import js_literals, payloads
from extract.html.page import Page
from extract.html.set_aside import Script
from extract.policy_terms import terms

MAX_DATA = 3_000_000
"""At most this many characters of scripts and attributes are read in one page."""
LEAST_LENGTH = 200
"""A shorter script or attribute contains no text. A short policy in Chinese has 300 characters."""
LEAST_STRING = 120
"""A shorter string in code contains no text."""
LEAST_TERMS = 6
"""Code with fewer different policy terms is read for JSON only: a policy in its strings has more."""
MAX_VALUES = 100
"""At most this many values are read from the code of one page. Pages that need more were not found."""

_DATA_SCRIPT = re.compile(
    r"type\s*=\s*[\"']?application/[\w.+-]*json|id\s*=\s*[\"']?__(?:NEXT|NUXT)_DATA", re.I
)
_NUXT = re.compile(r"id\s*=\s*[\"']?__NUXT_DATA", re.I)
_ASSIGNED = re.compile(r"=\s*(?=[{\[])|JSON\.parse\(\s*(?P<coded>decodeURIComponent\(\s*)?(?=[\"'])")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'", re.S)
_DECODER = json.JSONDecoder(strict=False)


def values(page: Page) -> Iterator[object]:
    """Yield the JSON values in a page's source: strings, numbers, lists, dictionaries.

    They come from scripts with JSON, from the pieces of ``__next_f``, from assignments and ``JSON.parse`` in
    code, and from attributes. What is no JSON is skipped.
    """
    left = MAX_DATA
    reader = js_literals.Reader()
    flight: list[str] = []
    for script in page.scripts:
        if len(script.text) > left:
            continue
        left -= len(script.text)
        if _DATA_SCRIPT.search(script.attributes):
            yield from _of_data(script)
        elif "__next_f" in script.text:
            flight += payloads.flight_pieces(script.text)
        elif len(script.text) >= LEAST_LENGTH:
            yield from _of_code(script.text, reader)
    if flight:
        yield payloads.of_flight("".join(flight))
    for attribute in page.root.xpath(f"//@*[string-length() >= {LEAST_LENGTH}]"):
        text = str(attribute).strip()
        if text[:1] in {"{", "[", "<"} and len(text) <= left:
            left -= len(text)
            yield text if text[0] == "<" else parsed(text)


def parsed(text: str) -> object:
    """Return the value of a text in JSON, or None if it is no JSON."""
    try:
        value: object = _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return None
    return value


def _of_data(script: Script) -> Iterator[object]:
    value = parsed(script.text)
    if isinstance(value, list) and _NUXT.search(script.attributes):
        yield payloads.of_nuxt(value)
    elif value is not None:
        yield value


def _of_code(code: str, reader: js_literals.Reader) -> Iterator[object]:
    """Yield the values in code: JSON, objects of JavaScript, then long strings outside of these."""
    readable = js_literals.unescaped(code) if "\\u" in code else code
    is_policy = len(set(terms(readable))) >= LEAST_TERMS
    if is_policy and "__NUXT__" in code:
        yield reader.of_nuxt(code)
    position, rest = 0, list[str]()
    for _ in range(MAX_VALUES):
        start = _ASSIGNED.search(code, position)
        if not start:
            break
        rest.append(code[position : start.start()])
        position = start.end()
        if code[position] in "{[":
            try:
                value, position = _DECODER.raw_decode(code, position)
            except (ValueError, RecursionError):
                if not is_policy:
                    continue
                value, position = reader.value(code, position)
            yield value
        elif string := _STRING.match(code, position):
            position = string.end()
            text = js_literals.unescaped(string[1] if string[1] is not None else string[2])
            yield parsed(unquote(text) if start["coded"] else text)
    if is_policy:
        yield from js_literals.long_strings("\n".join([*rest, code[position:]]), LEAST_STRING)
