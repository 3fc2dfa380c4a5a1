"""The privacy part of a page that contains several documents, such as terms and privacy.

A change of the terms of sale must not look like a change of the privacy policy. Only the structure of the
page shows that it has several documents: headings of one level that name them. A heading below the policy's
own title is a section of the policy, whatever it names. If the structure is not clear, nothing is cut: a lost
section is worse than one too many (docs/decisions/0024-several-documents.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from extract import words
from extract.content.documents.names import Kind, kind_of, names_document
from extract.markdown.text import MarkdownBlock
from extract.policy_terms import NAME

TITLE_LEVEL, BOLD_LEVEL = 7, 8
"""The outline levels of lines that are all bold: 7 if the line is centred like a title, else 8. Real headings
have the levels 1 to 6."""
LEAST_WORDS = 100
"""A separate document has at least this many words. A shorter part is a section, or a link to the
document."""
LEAST_NAMED = 2 / 3
"""At least this share of the headings of one level name documents, if they are titles of documents. On the
hubs of the corpus it is 0.73."""

_COLLECTION = re.compile(
    r"\b(?:terms|legal|conditions|rechtliches|cgu)\b.{0,20}(?:&|/|,|\band\b|\bund\b|\bet\b)"
    r"|(?:&|/|,|\band\b|\bund\b|\bet\b).{0,20}\b(?:terms|legal|conditions|cgu)\b"
    r"|\b(?:policies|documents|cent(?:er|re)|hub)\b",
    re.I,
)
_DATED = re.compile(r"(?:effective|last|updated|revised|version|posted|dated?)\b.{0,60}\b(?:19|20)\d\d", re.I)
_KEPT = frozenset({Kind.PRIVACY, Kind.MATTER})
_OTHERS = frozenset({Kind.OTHER, Kind.ALSO_SECTION})
_HEADS = frozenset({"# ", "##", "**"})  # the first two characters of headings and bold lines


@dataclass(frozen=True)
class OutlineLine:
    """A block of Markdown, seen as a line of the page's outline.

    ``level`` is 1 to 8 for headings and bold lines, or 0 for text.
    """

    level: int
    text: str

    @cached_property
    def words(self) -> int:
        """The number of words of the text."""
        return words.count(self.text)


@dataclass(frozen=True)
class _Part:
    """The lines ``start`` to ``end`` (exclusive), with the kind of document that their heading names."""

    start: int
    end: int
    kind: Kind


def outline_line(block: MarkdownBlock) -> OutlineLine:
    """Return a block of Markdown as a line of the outline.

    The level is 1 to 6 for a heading, TITLE_LEVEL for a centred bold line, BOLD_LEVEL for another bold line,
    and 0 for other text.
    """
    level = 0
    if heading := re.match(r"(#{1,6}) ", block.text):
        level = len(heading[1])
    elif re.fullmatch(r"\*\*[^*\n]{3,80}\*\*:?", block.text):
        level = TITLE_LEVEL if block.centred else BOLD_LEVEL
    return OutlineLine(level, block.text)


def privacy_part(blocks: Sequence[MarkdownBlock], title: str) -> list[int] | None:
    """Return the indexes of those blocks that belong to the privacy policy.

    ``title`` is the title of the page. If the title names a privacy policy, the page begins with the policy.
    Returns None if all blocks belong to one document, or if that is not clear.
    """
    if not any(block.text[:2] in _HEADS and kind_of(block.text) in _OTHERS for block in blocks):
        return None
    lines = [outline_line(block) for block in blocks]
    levels = {entry.level for entry in lines}
    for level in sorted(levels & set(range(1, TITLE_LEVEL))):
        for start, end in _stretches(lines, level):
            if cut := _other_documents(lines, start, end, level):
                return _if_enough([number for number in range(len(lines)) if number not in cut], lines)
    return _without_appended_documents(lines) if TITLE_LEVEL in levels and NAME.search(title) else None


def _stretches(lines: Sequence[OutlineLine], level: int) -> list[tuple[int, int]]:
    """Return the ranges of lines without a heading above ``level``, except at their start."""
    starts = [number for number, entry in enumerate(lines) if 0 < entry.level < level]
    return [(start, end) for start, end in pairwise([0, *starts, len(lines)]) if end > start]


def _other_documents(lines: Sequence[OutlineLine], start: int, end: int, level: int) -> set[int]:
    """Return the lines of a stretch that belong to other documents than the privacy policy.

    The headings of ``level`` are the titles of the documents. Returns no lines if that is not clear.
    A part whose heading names no document belongs to the part before it. But if the policy has headings below
    ``level``, such a part ends the policy. A short text before the first title is cut too.
    """
    titles = [number for number in range(start, end) if lines[number].level == level]
    parts = [_Part(title, after, kind_of(lines[title].text)) for title, after in pairwise([*titles, end])]
    if not _are_documents(lines, parts):
        return set()
    nested = _is_nested(lines, parts)
    keep = _words(lines, start, titles[0]) >= LEAST_WORDS
    cut = set() if keep else set(range(start, titles[0]))
    for part in parts:
        if part.kind is not Kind.NONE:
            keep = part.kind in _KEPT
        elif nested:
            keep = False
        cut.update(() if keep else range(part.start, part.end))
    return cut


def _are_documents(lines: Sequence[OutlineLine], parts: Sequence[_Part]) -> bool:
    """Return whether the parts of a stretch are documents of their own, one of them a privacy policy.

    A stretch below the title of one document contains its sections.
    """
    long = [part for part in parts if _words(lines, part.start, part.end) >= LEAST_WORDS]
    privacy = [part for part in long if part.kind is Kind.PRIVACY]
    others = [part for part in long if part.kind in _OTHERS]
    if not privacy or not others:
        return False
    if any(_is_one_document(lines[number].text) for number in _above(lines, parts[0].start)):
        return False
    named = sum(names_document(lines[part.start].text, part.kind) for part in parts)
    if named < LEAST_NAMED * len(parts):
        return False
    flat = any(before.kind in _KEPT and part.kind is Kind.NONE for before, part in pairwise(parts))
    if flat and not _is_nested(lines, parts):
        return False  # sections of the policy have the same level as its title
    if any(part.kind is Kind.OTHER for part in others):
        return True
    return all(_stands_alone(lines, privacy + others))


def _above(lines: Sequence[OutlineLine], number: int) -> Iterator[int]:
    """Yield the headings around the heading with the index ``number``, the nearest first."""
    level = lines[number].level
    for above in range(number - 1, -1, -1):
        if 0 < lines[above].level < level:
            level = lines[above].level
            yield above


def _is_one_document(name: str) -> bool:
    """Return whether a heading names one document, and not a collection such as "Terms & Privacy"."""
    return kind_of(name) is not Kind.NONE and not _COLLECTION.search(name)


def _stands_alone(lines: Sequence[OutlineLine], parts: Sequence[_Part]) -> list[bool]:
    """Return for each part whether it has sections or a date of its own, as a document has."""
    return [_sections(lines, part) > 1 or _dated(lines, part.start, part.end) for part in parts]


def _is_nested(lines: Sequence[OutlineLine], parts: Sequence[_Part]) -> bool:
    return any(_sections(lines, part) for part in parts if part.kind is Kind.PRIVACY)


def _sections(lines: Sequence[OutlineLine], part: _Part) -> int:
    level = lines[part.start].level
    return sum(level < lines[number].level < TITLE_LEVEL for number in range(part.start + 1, part.end))


def _without_appended_documents(lines: Sequence[OutlineLine]) -> list[int] | None:
    """Return a privacy policy without the other documents that follow it.

    Another document is recognised by a centred title and a date. Returns None if there is no such document,
    or if headings of the policy's own kind follow within it.
    """
    starts = [number for number, entry in enumerate(lines) if entry.level]
    keep, kept = True, list[int]()
    for start, end in pairwise(sorted({0, *starts, len(lines)})):
        level, kind = lines[start].level, kind_of(lines[start].text)
        if level == TITLE_LEVEL and kind in _OTHERS and _dated(lines, start, end):
            keep = False
        elif level and kind in {Kind.PRIVACY, Kind.MATTER}:
            keep = True
        elif not keep and 0 < level < TITLE_LEVEL:
            return None
        kept.extend(range(start, end) if keep else ())
    return _if_enough(kept, lines) if len(kept) < len(lines) else None


def _words(lines: Sequence[OutlineLine], start: int, end: int) -> int:
    return sum(entry.words for entry in lines[start:end])


def _dated(lines: Sequence[OutlineLine], start: int, end: int) -> bool:
    return any(_DATED.search(entry.text) for entry in lines[start + 1 : min(end, start + 4)])


def _if_enough(kept: list[int], lines: Sequence[OutlineLine]) -> list[int] | None:
    return kept if sum(lines[number].words for number in kept) >= LEAST_WORDS else None
