"""The privacy part of a page that contains several documents, such as terms and privacy.

A change of the terms of sale must not look like a change of the privacy policy. The headings of the page show
where each document begins. If they are not clear, nothing is cut: a lost section is worse than one too many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract import words
from extract.markdown.text import MarkdownBlock
from extract.policy_terms import NAME

TITLE_LEVEL, BOLD_LEVEL = 7, 8
"""The outline levels of lines that are all bold: 7 if the line is centred like a title, else 8. Real headings
have the levels 1 to 6."""
LEAST_WORDS = 100
"""A separate document has at least this many words. A shorter part is a section, or a link to the
document."""

_PRIVACY_DOCUMENT = re.compile(
    r"(?:[\w.’'&]+ ){0,4}(?:privacy|data protection) (?:policy|notice|statement|and cookies? (?:policy"
    r"|notice|statement))"
    r"|politique de (?:confidentialit[ée]|protection des donn[ée]es.*)|datenschutz(?:erkl[äa]rung|hinweise"
    r"|bestimmungen|richtlinie)?"
    r"|(?:pol[íi]tica|aviso) de privacidade?|informativa (?:sulla )?privacy|privacy(?:beleid|verklaring)"
    r"|privacy",
    re.I,
)
_PRIVACY_MATTER = re.compile(
    r"gdpr|rgpd|dsgvo|ccpa|cpra|california|nevada|virginia|colorado|data (?:retention|protection|processing"
    r"|privacy)"
    r"|personal (?:data|information)",
    re.I,
)
_OTHER_DOCUMENT = re.compile(
    r"(?:[\w.’'&()-]+ ){0,4}(?:terms(?: (?:of|and|&) (?:use|service|sale|conditions?|access"
    r"|purchase)(?: (?:and|&) \w+)?)?|conditions of (?:use|sale)"
    r"|(?:user|licen[sc]e|service|purchase|end user licen[sc]e|membership|program) agreement|eula"
    r"|(?:cookies?|acceptable use|returns?|refund|shipping|delivery|dmca|copyright|takedown|dmca takedown"
    r"|community|content|security|accessibility"
    r"|intellectual property|cancellation|payment|warranty|anti-?spam|trademark|modern slavery"
    r"|moderation) (?:polic(?:y|ies)|notice|statement|guidelines)"
    r"|terms (?:of use|of service)|disclaimer|imprint|impressum|legal notice|community guidelines"
    r"|code of conduct)(?: \([^)]*\))?"
    r"|allgemeine gesch[äa]ftsbedingungen|agb|nutzungsbedingungen|conditions g[ée]n[ée]rales.{0,40}|cg[uv]"
    r"|mentions l[ée]gales|politique (?:de|relative aux) cookies|cookie-?richtlinie|t[ée]rminos y condiciones"
    r"|termini e condizioni"
    r"|algemene voorwaarden",
    re.I,
)
# A heading with one of these words names a section, not a document: "Updates to this cookie notice".
_ABOUT = re.compile(r"\b(?:this|these|to|in|about|how|what|with|which|when|why|where)\b", re.I)
_DATED = re.compile(r"(?:effective|last|updated|revised|version|posted|dated?)\b.{0,60}\b(?:19|20)\d\d", re.I)
_MARKS = re.compile(r"[*_#\\]|^\W*(?:\d+(?:\.\d+)*[.)]?|[ivx]+[.)])\s+|[\s:.]+$")


@dataclass(frozen=True)
class OutlineLine:
    """A block of Markdown, seen as a line of the page's outline.

    ``level`` is 1 to 8 for headings and bold lines, or 0 for text. ``words`` is the number of words of
    ``text``.
    """

    level: int
    text: str
    words: int


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
    return OutlineLine(level, block.text, words.count(block.text))


def privacy_part(blocks: Sequence[MarkdownBlock], title: str) -> list[int] | None:
    """Return the indexes of those blocks that belong to the privacy policy.

    ``title`` is the title of the page. If the title names a privacy policy, the page begins with the policy.
    Returns None if all blocks belong to one document.
    """
    lines = [outline_line(block) for block in blocks]
    levels = {entry.level for entry in lines}
    for level in sorted(levels & set(range(1, TITLE_LEVEL))):
        if kept := _privacy_among_titles(lines, level):
            return kept
    return _without_appended_documents(lines) if TITLE_LEVEL in levels and NAME.search(title) else None


def _privacy_among_titles(lines: Sequence[OutlineLine], level: int) -> list[int] | None:
    """Return the privacy part if the titles of the documents are headings of one level.

    A part that names no document belongs to the part before it. But if the policy has headings below
    ``level``, a part with such a title ends the policy. Returns None if the page has no other document.
    """
    parts = _parts(lines, level)
    kinds = [_document_kind(lines, start, end) for start, end in parts]
    privacy = [part for part, kind in zip(parts, kinds, strict=True) if kind == "privacy"]
    if not privacy or "other" not in kinds:
        return None
    nested = any(level < entry.level < TITLE_LEVEL for start, end in privacy for entry in lines[start:end])
    kept: list[int] = []
    keep = False
    for (start, end), kind in zip(parts, kinds, strict=True):
        if kind:
            keep = kind in {"privacy", "matter"}
        elif nested and lines[start].level:
            keep = False
        kept.extend(range(start, end) if keep else ())
    return _if_enough(kept, lines)


def _without_appended_documents(lines: Sequence[OutlineLine]) -> list[int] | None:
    """Return a privacy policy without the other documents that follow it.

    Another document is recognised by a centred title and a date. Returns None if there is no such document.
    """
    parts = _parts(lines, BOLD_LEVEL)
    keep, kept = True, list[int]()
    for start, end in parts:
        kind = _document_kind(lines, start, end)
        if kind == "other" and lines[start].level == TITLE_LEVEL and _dated(lines, start, end):
            keep = False
        elif kind in {"privacy", "matter"}:
            keep = True
        kept.extend(range(start, end) if keep else ())
    return _if_enough(kept, lines) if len(kept) < len(lines) else None


def _parts(lines: Sequence[OutlineLine], level: int) -> list[tuple[int, int]]:
    """Return the ranges of lines that begin with a heading of ``level`` or higher.

    Each range is a pair of indexes, start and end (exclusive). Lines before the first such heading are a
    range too.
    """
    starts = [number for number, entry in enumerate(lines) if 0 < entry.level <= level]
    bounds = [0, *starts, len(lines)] if not starts or starts[0] else [*starts, len(lines)]
    return [(start, end) for start, end in pairwise(bounds) if end > start]


def _document_kind(lines: Sequence[OutlineLine], start: int, end: int) -> str:
    """Return the kind of the document in ``lines[start:end]``, by its heading.

    It is "privacy", "matter" (a section about privacy), "other" (another document), or "" for none of them.
    """
    if not lines[start].level:
        return ""
    name = _MARKS.sub("", _MARKS.sub("", lines[start].text).strip()).strip()
    # Below a bold title are other bold lines, so the length of the document is not known.
    bold = lines[start].level >= TITLE_LEVEL
    long = bold or sum(entry.words for entry in lines[start:end]) >= LEAST_WORDS
    if _ABOUT.search(name):
        return "matter" if NAME.search(name) else ""
    if _PRIVACY_DOCUMENT.fullmatch(name):
        return "privacy" if long else ""
    if _OTHER_DOCUMENT.fullmatch(name) and not NAME.search(name):
        return "other" if long else ""
    return "matter" if NAME.search(name) or _PRIVACY_MATTER.search(name) else ""


def _dated(lines: Sequence[OutlineLine], start: int, end: int) -> bool:
    return any(_DATED.search(entry.text) for entry in lines[start + 1 : min(end, start + 4)])


def _if_enough(kept: list[int], lines: Sequence[OutlineLine]) -> list[int] | None:
    return kept if sum(lines[number].words for number in kept) >= LEAST_WORDS else None
