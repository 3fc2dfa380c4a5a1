"""What kind of document a text is by its title, headings and opening: a privacy policy, or one of its neighbours.

A cookie notice has the words of a privacy policy, and the verdict "policy" for them; its title says what it is.
"""

from __future__ import annotations

import re
from itertools import pairwise

from crawler.discovery.classify import vocabulary
from extract import words

LEAST_WORDS = 100
"""Words below a heading on privacy from which a page of terms or of legal texts holds the policy."""
OPENING = 1000
"""Characters of a text in which it says what it is."""

_HEADING = re.compile(r"(?:#{1,6} (.+)|\*\*([^*\n]{3,80})\*\*:?)\s*")
_SEPARATORS = re.compile(r"\s[-–—]\s|[|:»·–—]")
_STRICT = frozenset({"a notice for applicants or staff", "a notice for suppliers", "an article"})


def another_document(title: str, text: str) -> str:
    """Return what a text is if it is no privacy policy ("cookies", "terms", "a notice for suppliers"); "" for a policy.

    `text` is Markdown, with or without its title. What says nothing about itself is a policy: its verdict says so.
    """
    heads = [head for head, _ in _sections(text)]
    names = [*filter(None, map(str.strip, _SEPARATORS.split(title))), *heads[:1]]
    named = [name for name in names if vocabulary.names_privacy(name)]
    if named:
        return _of_privacy(named)
    kind = next(filter(None, map(vocabulary.other_document, names)), "")
    if not kind or _holds_policy(text) or _opens_with_privacy(text, kind):
        return ""
    return kind


def _of_privacy(named: list[str]) -> str:
    """Return what documents with the word in their name are, if none of the names is that of the policy for customers."""
    kinds = [_neighbour(name) for name in named]
    return kinds[0] if all(kinds) else ""


def _neighbour(name: str) -> str:
    what = vocabulary.no_policy(name)
    if what in _STRICT or (what and not vocabulary.names_the_document(name)):
        return what
    return "a part of a policy" if vocabulary.begins_with_a_part(name) else ""


def _sections(text: str) -> list[tuple[str, int]]:
    """Return the headings of a Markdown text, each with the number of words below it up to the next heading."""
    lines = text.split("\n")
    heads = [
        (number, found[1] or found[2])
        for number, line in enumerate(lines)
        if (found := _HEADING.fullmatch(line))
    ]
    bounds = pairwise([*heads, (len(lines), "")])
    return [(head, words.count(" ".join(lines[start + 1 : end]))) for (start, head), (end, _) in bounds]


def _holds_policy(text: str) -> bool:
    """Whether a heading names the privacy document, or privacy with a text of its own below."""
    return any(
        vocabulary.names_privacy(head)
        and words.count(head) <= 8
        and (size >= LEAST_WORDS or (vocabulary.names_the_document(head) and size + following >= LEAST_WORDS))
        for (head, size), (_, following) in pairwise([*_sections(text), ("", 0)])
    )


def _opens_with_privacy(text: str, kind: str) -> bool:
    """Whether the opening names privacy before it names the other kind of document."""
    body = "\n".join(line for line in text.split("\n") if not line.startswith("# "))[:OPENING]
    sentences = re.split(r"(?<=[.!?:])\s|\n", body)
    for sentence in sentences:
        privacy, other = vocabulary.names_privacy(sentence), vocabulary.other_document(sentence)
        if privacy and (not other or kind not in {"cookies", "terms", "opt-out"}):
            return True
        if other:
            return False
    return False
