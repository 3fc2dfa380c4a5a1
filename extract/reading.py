"""Read a page: its text, and what follows from its visible part alone.

Many captures of a page differ only in their scripts and comments. Such a page is read once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract import verdict, words
from extract.content import choose, completeness, hidden_text
from extract.content.blocks import Block
from extract.domains import registered_domain
from extract.html import page
from extract.html.tags import text_of
from extract.language import language
from extract.markdown import policy_section, writer
from extract.memory import Memory, remembered_by_digest
from extract.other_characters import encoded

# Words about an error, a block or a policy are searched in this many characters at the start of a text.
_OPENING = 1500
# A "heading" with more words is a paragraph that only looks like a heading.
_LONGEST_HEADING = 20


@dataclass(frozen=True)
class Reading:
    """What a page says, without what its capture says about it.

    ``title`` is never empty, and ``text`` is the Markdown below it. ``words`` is the number of words of the
    text, and ``paragraphs`` are its blocks of Markdown. ``verdict_input`` has no status and no headers.
    ``is_part`` is True if the text is the privacy part of several documents, ``is_hidden`` if it comes from
    data of scripts, and ``is_cut_off`` if the page is too long to be read whole. ``depends_on_scripts`` is
    False if the scripts decide about nothing but the verdict.
    """

    title: str
    text: str
    words: int
    paragraphs: tuple[str, ...]
    completeness: completeness.Completeness
    verdict_input: verdict.VerdictInput
    is_part: bool
    is_hidden: bool
    is_cut_off: bool
    depends_on_scripts: bool


_readings = Memory[Reading](8_000_000)


def read(source: str, url: str) -> Reading:
    """Return what a page says, given its decoded HTML and its address. Never raises an exception."""
    visible, scripts = page.divide(source)
    name = (hashlib.sha256(encoded(visible)).digest(), url)
    if known := _readings.get(name):
        return replace(
            known, verdict_input=replace(known.verdict_input, scripts=[script.text for script in scripts])
        )
    found = read_page(page.parse_visible(visible, scripts, url))
    if not found.depends_on_scripts:
        kept = replace(found, verdict_input=replace(found.verdict_input, scripts=()))
        _readings.keep(name, _weight(kept), kept)
    return found


def _weight(found: Reading) -> int:
    """Return how many characters the texts of a reading have, and 100 more for each text and number in it."""
    given = found.verdict_input
    texts = (
        *(found.title, found.text, *found.paragraphs, given.url, given.title, given.main_heading),
        *(given.opening, given.text, given.refresh, *given.headings, *given.frames),
    )
    return sum(map(len, texts)) + 100 * (len(texts) + len(given.terms) + len(given.policy_sentences))


def read_page(parsed: page.Page) -> Reading:
    """Return what a parsed page says. Its data and scripts are read if its visible text is no policy."""
    chosen = choose.choose(parsed)
    if len({term for block in chosen.kept for term in block.terms}) >= hidden_text.LEAST_TERMS:
        return _read(parsed, chosen, None)
    return _read(*_with_hidden(parsed, chosen))


def _read(parsed: page.Page, chosen: choose.Content, hidden: hidden_text.HiddenText | None) -> Reading:
    written = writer.write(parsed, chosen.roots, chosen.skip)
    part = policy_section.privacy_part(written.blocks, f"{parsed.title} {chosen.first_heading}")
    whole = cut = str(written)
    if part is not None:
        written = written.part(part)
        cut = str(written)
    title = parsed.title or chosen.first_heading or registered_domain(parsed.url) or "untitled"
    text = _without_title(cut, title)
    complete = completeness.measure(
        chosen.near,
        chosen.kept,
        whole,
        share_read=parsed.share_read,
        other_words=chosen.words_in_tabs,
        data_words=hidden.words_left_out() if hidden else 0,
        cut_words=0 if part is None else words.count(whole) - words.count(cut),
    )
    return Reading(
        title=title,
        text=text,
        words=_count(text),
        paragraphs=tuple(block.text for block in written.blocks),
        completeness=complete,
        verdict_input=_verdict_input(parsed, chosen, language(text)),
        is_part=bool(chosen.words_in_tabs) or part is not None,
        is_hidden=bool(hidden and hidden.html),
        is_cut_off=parsed.share_read < 1,
        depends_on_scripts=hidden is not None,
    )


_count = remembered_by_digest(lambda _: 0)(words.count)


def _with_hidden(
    parsed: page.Page, chosen: choose.Content
) -> tuple[page.Page, choose.Content, hidden_text.HiddenText]:
    """Return the page, its chosen text, and the hidden text that this is, or one without HTML.

    The visible text has too few policy terms. If there is a hidden text
    (``extract/content/hidden_text.py``), the returned page is the hidden one.
    """
    found = hidden_text.hidden_text(parsed)
    if not found.html:
        return parsed, chosen, found
    hidden = page.parse(f"<html><body>{found.html}</body></html>", parsed.url)
    hidden = replace(hidden, base=parsed.base, title=parsed.title)
    return hidden, choose.choose(hidden), found


def _without_bare_headings(kept: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks, without headings that have no text below them.

    A page whose sections are empty or missing still has all headings of a policy. Their words must not count.
    """
    for number, block in enumerate(kept, 1):
        bare = block.heading and all(below.heading for below in kept[number : number + 1])
        if not bare or block.words > _LONGEST_HEADING:
            yield block


def _verdict_input(parsed: page.Page, chosen: choose.Content, spoken: str | None) -> verdict.VerdictInput:
    kept, blocks = chosen.kept, chosen.blocks
    opening = "\n".join(block.text for block in [*kept[:20], *blocks[:60]])[: 2 * _OPENING]
    return verdict.VerdictInput(
        url=parsed.url,
        status=None,
        headers={},
        title=parsed.title,
        main_heading=next(map(text_of, parsed.root.iter("h1")), ""),
        headings=[block.text for block in kept if block.heading][:5],
        opening=opening,
        text="\n".join(block.text for block in kept),
        terms=[term for block in _without_bare_headings(kept) for term in block.terms],
        policy_sentences=[block.words for block in kept if block.prose and block.terms],
        words=sum(block.words for block in kept),
        prose=sum(block.words for block in kept if block.prose),
        language=spoken,
        page_words=sum(block.words for block in blocks),
        refresh=parsed.refresh,
        scripts=[script.text for script in parsed.scripts],
        frames=parsed.frames,
    )


def _without_title(text: str, title: str) -> str:
    """Return the Markdown without a first heading (level 1) that repeats the title."""
    first = re.match(r"# (.+)(?:\n\n|\Z)", text)
    if first and _letters(first[1]) == _letters(title):
        return text[first.end() :]
    return text


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
