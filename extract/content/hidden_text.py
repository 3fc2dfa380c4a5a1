"""Text in a page's source that only scripts show: in ``noscript`` elements and in JSON data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from extract import words
from extract.content.blocks import PROSE_WORDS
from extract.content.data import rich_text, script_data
from extract.content.data.markup import text_html
from extract.html.page import Page
from extract.html.tags import text_of
from extract.policy_terms import NAME, terms

LEAST_TERMS = 8
"""A hidden text replaces the visible text only if it has at least this many different policy terms."""
NEARLY_ALL = 0.9
"""A value with at least this share of the policy-like words around it contains the text."""
NAMED_SHARE = 0.2
"""Of several documents, one that is named as a privacy policy is chosen if it has at least this share."""

# Names of the texts of cookie banners. Every page of a shop has them in its data, also an error page.
_TEXT_SCRIPT = re.compile(
    r"type\s*=\s*[\"']?(?:text/(?:(?:x-)?template|html|ng-template|(?:x-)?markdown|plain|(?:x-)?handlebars)"
    r"|text/x-[\w-]*t(?:e?mpl|emplate)[\w-]*)",
    re.I,
)
_DIALOG = re.compile(
    r"consent|gdpr|ccpa|\bcmp|\btcf|dialog|modal|pop-?up|banner"
    r"|cookies?[_-]?(?:$|bar|notice|settings|hint|info|message|layer|preference)",
    re.I,
)


@dataclass(frozen=True)
class HiddenText:
    """A hidden text as HTML, and the data from which it was chosen: all of it, and the chosen object."""

    html: str = ""
    data: object = None
    chosen: object = None

    def words_left_out(self) -> int:
        """Return the number of words in sentences of the data, with policy terms, that were not chosen.

        Banners, menus and descriptions for search engines do not count.
        """
        taken = "".join(_sentences(self.chosen))
        return sum(words.count(text) for text in set(_sentences(self.data)) if text not in taken)


def hidden_text(page: Page) -> HiddenText:
    """Return the hidden text with the most different policy terms.

    Its HTML is "" if no hidden text has at least ``LEAST_TERMS`` different terms.
    """
    best, most = HiddenText(), LEAST_TERMS - 1
    written = map(HiddenText, (*_noscripts(page), *_templates(page)))
    for source in (*written, *map(_text_of_data, script_data.values(page))):
        found = len(set(terms(source.html)))
        if found > most or (found == most and best.html and len(source.html) > len(best.html)):
            best, most = source, found
    return best


def _sentences(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the strings with policy terms that are long enough for a sentence."""
    if isinstance(value, str):
        if words.count(value) >= PROSE_WORDS and terms(value):
            yield value
    elif depth <= rich_text.MAX_DEPTH:
        for name, part in _parts(value):
            if not rich_text.is_no_text(name):
                yield from _sentences(part, depth + 1)


def _templates(page: Page) -> Iterator[str]:
    """Yield the texts that scripts fill into a page: scripts in HTML or Markdown, which are no code."""
    for script in page.scripts:
        if len(script.text) >= script_data.LEAST_LENGTH and _TEXT_SCRIPT.search(script.attributes):
            yield text_html(script.text)


def _noscripts(page: Page) -> Iterator[str]:
    for element in page.root.iter("noscript"):
        if len(text_of(element)) >= script_data.LEAST_LENGTH:
            written = (etree.tostring(child, encoding="unicode", method="html") for child in element)
            yield f"<div>{element.text or ''}{''.join(written)}</div>"


def _text_of_data(value: object) -> HiddenText:
    """Return the object of a JSON value that contains a policy. Its HTML is "" if none does.

    It is the deepest value with nearly all policy-like words, and the object around it: its title and its
    short strings belong to the text. A cookie banner is no policy.
    """
    weights = _Weights()
    if weights.of(value) == 0:
        return HiddenText()
    path = [value]
    names = [""]
    floor = 0  # a document that is chosen by its name does not need the object around it
    while children := list(_parts(path[-1])):
        heaviest = max(children, key=lambda part: weights.of(part[1]))
        if weights.of(heaviest[1]) < NEARLY_ALL * weights.of(path[-1]):
            least = NAMED_SHARE * weights.of(path[-1])
            named = [part for part in children if weights.of(part[1]) >= least and _is_named(*part)]
            if len(named) != 1 or rich_text.kind(path[-1]) is not None:
                break
            heaviest, floor = named[0], len(path)
        path.append(heaviest[1])
        names.append(heaviest[0])
    if any(_DIALOG.search(name) and not NAME.search(name) for name in names):
        return HiddenText()
    last = len(path) - 1
    while last > floor and not _is_object(path[last]):
        last -= 1
    return HiddenText(rich_text.html(path[last]), path[floor], path[last])


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from (("", part) for part in value)


def _is_object(value: object) -> bool:
    """Return whether a value is a plain object with more than one value of text."""
    if not isinstance(value, Mapping) or rich_text.kind(value) is not None:
        return False
    return sum(isinstance(part, str | list | Mapping) and bool(part) for part in value.values()) > 1


def _is_named(name: str, value: object) -> bool:
    """Return whether a value is named as a privacy policy, by its own name or by a short string in it."""
    strings = value.values() if isinstance(value, Mapping) else ()
    short = (text for text in strings if isinstance(text, str) and len(text) < 100)
    return any(NAME.search(text) for text in (name, *short))


class _Weights:
    """The policy-like words of values. Each value is counted once."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, value: object, depth: int = 0) -> int:
        """Return the number of words in strings with policy terms, within a value."""
        if isinstance(value, str):
            return words.count(value) if len(value) > 20 and terms(value) else 0
        if not isinstance(value, Mapping | list) or depth > rich_text.MAX_DEPTH:
            return 0
        if id(value) not in self._known:
            self._known[id(value)] = sum(self.of(part, depth + 1) for _, part in _parts(value))
        return self._known[id(value)]
