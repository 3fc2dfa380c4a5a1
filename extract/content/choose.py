"""The choice of the part of a page that is its text.

Every block gets a weight: its words, if they are sentences. The chosen element is the deepest one that
contains nearly all of the weight. It is taken whole, except for boilerplate (recognised by tag, role or name)
and for menus at its edges. So a list of links or a short section within the text is never lost. If policy
sentences are left out, a second choice uses weights that trafilatura changed (docs/extraction.md "The
steps").
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from lxml.etree import _Element as Element

from extract.content.beside import continuation
from extract.content.blocks import Block, Node, read_blocks
from extract.content.boilerplate import Confidence, boilerplate
from extract.content.completeness import NearBlock, near_blocks
from extract.content.consent import drop_consent_notices
from extract.content.copies import drop_copies
from extract.content.documents import tabs
from extract.content.edges import NEIGHBOURS, is_dated, is_updated, trim
from extract.content.fragments import trim_fragment
from extract.content.menus.menu_lines import split_menu_lines
from extract.content.parts import Parts
from extract.content.trafilatura_vote import vote
from extract.html.page import Page
from extract.policy_terms import NAME

SURE = 0.95
"""A choice that contains at least this share of the page's policy-like prose (in words) is final: trafilatura
is not asked. Policy-like prose is sentences with policy terms."""
NEARLY_ALL = 0.9
"""An element with at least this share of the page's weight contains the text. Blocks outside of it are
examined one by one."""
MAIN_SHARE = 0.4
"""A part with at least this share of the page's weight is text, even if its name is a sign of boilerplate:
shops put the policy into forms and into ``modal-content``."""
SECTION_WORDS, DOUBTFUL_WORDS = 120, 20
"""Words of policy-like prose from which a part is kept although its name is a sign of boilerplate. With
medium
confidence a part needs 120 words and a heading. With low confidence it needs 120 words, or 20 and a heading.
Cookie banners have 30 to 80 words."""
POLICY_KINDS = 4
"""A part with at least this many different policy terms can be a section of a policy."""
EXTRA_WORDS = 40
"""A part outside of the chosen element is added if it has at least this many words of policy-like prose."""

OTHER_DOCUMENT = "another document"
"""The reason for which the panel of another document is left out."""

# These elements are never chosen as the whole text. The element around them is chosen instead.
_WHOLE = frozenset({"ul", "ol", "dl", "table", "tbody", "tr", "p", "pre", "li"})


@dataclass
class Content:
    """The chosen part of a page.

    ``roots`` are the elements to write, in order. ``skip`` are elements within the roots that are left out.
    ``blocks`` are all blocks of the page, and ``kept`` are the chosen blocks.
    """

    roots: list[Element]
    skip: set[Element]
    blocks: Sequence[Block]
    kept: Sequence[Block]
    own: Sequence[Block]
    """All blocks of the page, without the blocks of cookie banners, dialogs and other documents."""
    near: Sequence[NearBlock] = ()
    """The blocks by which the completeness is measured: those of the text, and prose near it."""
    words_in_tabs: int = 0
    """The words of other documents, which are in tabs of their own and were left out."""

    @property
    def first_heading(self) -> str:
        """The first heading of the chosen text, or "" if it has no heading."""
        return next((block.text for block in self.kept if block.heading), "")

    @property
    def policy_share(self) -> float:
        """The share (0 to 1) of the page's policy-like prose that was chosen.

        It is measured in words, without cookie banners and dialogs. It is 1.0 for a page without such prose.
        """
        kept = sum(block.words for block in self.kept if block.prose and block.terms)
        whole = sum(block.words for block in self.own if block.prose and block.terms)
        return kept / whole if whole else 1.0


def choose(page: Page) -> Content:
    """Return the part of a page that is its text.

    An empty page returns a content without blocks. If the choice leaves out policy-like prose, trafilatura
    decides which blocks are content. The choice is then made again, and all other blocks weigh half.
    """
    body = page.root.find("body")
    if page.fragment and body is not None:
        split_menu_lines(body)
    blocks = read_blocks(body if body is not None else page.root)
    others = set(tabs.other_documents(page.root))
    content = _choose(page, Parts(blocks), others)
    if content.policy_share < SURE and (votes := vote(page, blocks)):
        content = _choose(page, Parts(blocks, votes), others)
    return content


def _choose(page: Page, parts: Parts, others: Set[Element]) -> Content:
    _drop_other_documents(parts, others)
    drop_consent_notices(parts, page.title)
    _drop_boilerplate(parts)
    parts.recount()
    drop_copies(parts)
    root = _deepest(parts)
    roots = {root, *_extras(parts, root)}
    if not page.fragment:
        roots |= continuation(parts, max(roots))
        roots |= _neighbours(parts, min(roots), max(roots))
    for number in sorted(roots):
        (trim_fragment if page.fragment else trim)(parts, number)
    gone, foreign = parts.reasons(), parts.dropped_blocks(foreign=True)
    kept = [block for number in sorted(roots) for block in _range(parts.nodes[number]) if not gone[block]]
    return Content(
        roots=[parts.nodes[number].element for number in sorted(roots)],
        skip={parts.nodes[number].element for number in parts.dropped},
        blocks=parts.blocks,
        own=[block for block, is_foreign in zip(parts.blocks, foreign, strict=True) if not is_foreign],
        kept=[parts.blocks[block] for block in kept],
        near=near_blocks(parts, roots, kept, page.fragment),
        words_in_tabs=sum(
            block.words for block, why in zip(parts.blocks, gone, strict=True) if why == OTHER_DOCUMENT
        ),
    )


def _range(node: Node) -> range:
    return range(node.first, node.last)


def _drop_other_documents(parts: Parts, others: Set[Element]) -> None:
    if not others:
        return
    for number, node in enumerate(parts.nodes):
        if node.element in others:
            parts.drop(number, OTHER_DOCUMENT, foreign=True)
    parts.recount()


def _drop_boilerplate(parts: Parts) -> None:
    total = parts.weight(0) or 1.0
    ends = _ends(parts.nodes)
    number = 1
    while number < len(parts.nodes):
        sign = boilerplate(parts.nodes[number].element)
        if sign and _is_boilerplate(parts, number, sign[1], total):
            parts.drop(number, sign[0], foreign=sign[1] in (Confidence.CERTAIN, Confidence.HIGH))
            number = ends[number]  # the parts within it are dropped with it
        else:
            number += 1


def _ends(nodes: Sequence[Node]) -> list[int]:
    """Return for each part the index of the next part that is not within it."""
    ends = [0] * len(nodes)
    for number in range(len(nodes) - 1, -1, -1):
        children = nodes[number].children
        ends[number] = ends[children[-1]] if children else number + 1
    return ends


def _is_boilerplate(parts: Parts, number: int, confidence: Confidence, total: float) -> bool:
    """Return whether to drop a part that has a sign of boilerplate.

    The more policy text a part contains, the more certain the sign must be. ``total`` is the weight of the
    page.
    """
    if confidence is Confidence.CERTAIN:
        return True
    if parts.weight(number) >= MAIN_SHARE * total:
        return False
    policy = parts.policy_words(number)
    if (
        confidence is Confidence.HIGH
        or policy < DOUBTFUL_WORDS
        or parts.distinct_terms(number) < POLICY_KINDS
    ):
        return True
    if confidence is Confidence.MEDIUM:
        return policy < SECTION_WORDS or not parts.has_heading(number)
    return policy < SECTION_WORDS and not parts.has_heading(number)


def _deepest(parts: Parts) -> int:
    """Return the index of the deepest part that contains nearly all of the page's weight."""
    number, total = 0, parts.weight(0)
    while True:
        best = max(parts.children(number), key=parts.weight, default=-1)
        if (
            best < 0
            or parts.weight(best) <= 0
            or parts.weight(best) < NEARLY_ALL * total
            or parts.tag(best) in _WHOLE
        ):
            return number
        number = best


def _extras(parts: Parts, root: int) -> set[int]:
    """Return the parts outside of ``root`` that also contain policy text.

    ``root`` is the index of the chosen part. Another part needs ``EXTRA_WORDS`` words in sentences with
    policy terms, at least half of all its words, and ``POLICY_KINDS`` different terms. A sibling of ``root``
    needs only two different terms, or sentences and the same tag and classes as ``root``.
    """
    extras: set[int] = set()
    path = parts.path(root)
    for ancestor in path[1:]:
        beside = ancestor == parts.nodes[root].parent
        for child in parts.children(ancestor):
            if child in path:
                continue
            policy = parts.policy_words(child)
            enough = policy >= EXTRA_WORDS and policy >= 0.5 * parts.words(child)
            if (enough and parts.distinct_terms(child) >= (2 if beside else POLICY_KINDS)) or (
                beside and parts.prose_words(child) and parts.resembles(child, [root])
            ):
                extras.add(child)
    return extras


def _neighbours(parts: Parts, first: int, last: int) -> set[int]:
    """Return the parts directly before and after the text that contain its title or dates.

    ``first`` and ``last`` are the indexes of the first and last chosen part. Before the text, headings and
    dates are searched, after the text only dates. Dropped blocks between the title and the text, such as a
    table of contents, are skipped together with the label directly before them.
    """
    path = set(parts.path(first))
    start, end = parts.nodes[first].first, parts.nodes[last].last
    around = parts.nodes[max(0, parts.nodes[first].parent)].first
    gone = parts.dropped_blocks()
    before: list[int] = []
    wanted, passed = 0, False
    for number in range(start - 1, -1, -1):
        block = parts.blocks[number]
        if gone[number] and number >= around:
            passed = True
            continue
        if (
            gone[number]
            or block.links
            or (block.words > 40 and not block.prose)
            or block.parent in path
            or len(before) == NEIGHBOURS
        ):
            break
        introduces = bool(NAME.search(block.text) or is_dated(block.text))
        if introduces or not passed:
            before.append(block.parent)
        wanted, passed = len(before) if introduces else wanted, False
    after = [
        parts.blocks[number].parent
        for number in range(end, min(len(gone), end + 2))
        if not gone[number] and parts.blocks[number].words <= 20 and is_updated(parts.blocks[number].text)
    ]
    return {number for number in [*before[:wanted], *after] if number not in path}
