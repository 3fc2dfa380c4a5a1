"""The rule that decides what kind of document a text is.

It uses the title, the headings and the first sentences. A cookie notice has the same words as a privacy
policy, and therefore the verdict `policy`. Only its title shows the difference.
"""

import re
from itertools import pairwise

from crawler.discovery.classify import vocabulary
from extract import words

# A page of legal texts contains the policy only if at least so many words follow a heading about privacy.
LEAST_WORDS = 100
OPENING = 1000  # how many characters of a text are searched for what kind of document it is

_HEADING = re.compile(r"(?:#{1,6} (.+)|\*\*([^*\n]{3,80})\*\*:?)\s*")
_SEPARATORS = re.compile(r"\s[-–—]\s|[|:»·–—]")
_STRICT = frozenset({"a notice for applicants or staff", "a notice for suppliers", "an article"})


def another_document(title: str, text: str) -> str:
    """Return what a text is, such as "cookies"; an empty string for a privacy policy.

    `text` is Markdown, with or without the title. If a text does not say what it is, it counts as a privacy
    policy.
    """
    headings = [heading for heading, _ in _sections(text)]
    names = [*filter(None, map(str.strip, _SEPARATORS.split(title))), *headings[:1]]
    if with_privacy := [name for name in names if vocabulary.names_privacy(name)]:
        kinds = [_kind_of_privacy_document(name) for name in with_privacy]
        return kinds[0] if all(kinds) else ""
    kind = next(filter(None, map(vocabulary.other_document, names)), "")
    if not kind or _holds_policy(text) or _opens_with_privacy(text, kind):
        return ""
    return kind


def _kind_of_privacy_document(name: str) -> str:
    """Return what a document with a name such as "Applicant Privacy Notice" is.

    Return an empty string for the policy for customers.
    """
    kind = vocabulary.no_policy(name)
    if kind in _STRICT or (kind and not vocabulary.names_the_document(name)):
        return kind
    return "a part of a policy" if vocabulary.begins_with_a_part(name) else ""


def _sections(text: str) -> list[tuple[str, int]]:
    """Return the headings of a Markdown text, each with the count of words below it."""
    lines = text.split("\n")
    headings = [
        (number, found[1] or found[2])
        for number, line in enumerate(lines)
        if (found := _HEADING.fullmatch(line))
    ]
    bounds = pairwise([*headings, (len(lines), "")])
    return [(heading, words.count(" ".join(lines[start + 1 : end]))) for (start, heading), (end, _) in bounds]


def _holds_policy(text: str) -> bool:
    """Return whether a part of the text is a privacy policy.

    Such a part has a heading that names privacy, and at least LEAST_WORDS words below it.
    """
    return any(
        vocabulary.names_privacy(heading)
        and words.count(heading) <= 8
        and (
            size >= LEAST_WORDS
            or (vocabulary.names_the_document(heading) and size + following >= LEAST_WORDS)
        )
        for (heading, size), (_, following) in pairwise([*_sections(text), ("", 0)])
    )


def _opens_with_privacy(text: str, kind: str) -> bool:
    """Return whether the first sentences name privacy before another kind of document.

    `kind` is this other kind.
    """
    body = "\n".join(line for line in text.split("\n") if not line.startswith("# "))[:OPENING]
    sentences = re.split(r"(?<=[.!?:])\s|\n", body)
    for sentence in sentences:
        privacy, other = vocabulary.names_privacy(sentence), vocabulary.other_document(sentence)
        if privacy and (not other or kind not in {"cookies", "terms", "opt-out"}):
            return True
        if other:
            return False
    return False
