"""The choice of the part of a page that is its text.

Every block of text gets a weight. The text is the deepest element that contains nearly all of the weight. It
is taken whole, without boilerplate (by tag, role or name) and without menus and the like at its edges. So a
list of links or a short section within the text cannot get lost. If that leaves policy-like prose out,
trafilatura's choice changes the weights (docs/extraction.md "The steps").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element as Element

from extract.content.blocks import Block, Node, read_blocks
from extract.content.boilerplate import Confidence, boilerplate
from extract.content.edges import DATED, NEIGHBOURS, UPDATED, trim, trim_fragment
from extract.content.parts import Parts
from extract.content.trafilatura_vote import vote
from extract.html.page import Page
from extract.policy_terms import NAME

SURE = 0.95
"""Share of the page's policy-like prose from which a choice needs no second opinion."""
NEARLY_ALL = 0.9
"""Share of the page's weight from which an element contains the text; other blocks are examined again."""
MAIN_SHARE = 0.4
"""Share of the page's weight from which a part is text although its name says boilerplate: shops wrap the
policy in forms and in ``modal-content``."""
SECTION_WORDS, DOUBTFUL_WORDS = 120, 20
"""Words of policy-like prose of a section that is named like boilerplate. With medium confidence in the name
it needs 120 and a heading; with low confidence 120, or 20 and a heading. Cookie banners have 30 to 80."""
POLICY_KINDS = 4
"""Different policy terms from which a part may be a section of a policy."""
EXTRA_WORDS = 40
"""Words of policy-like prose from which a part outside of the chosen element is added."""

# Never the whole text: the elements around them belong to it.
_WHOLE = frozenset({"ul", "ol", "dl", "table", "tbody", "tr", "p", "pre", "li"})


@dataclass
class Content:
    """The chosen part of a page.

    ``roots`` are the elements to write, in order, and ``skip`` are the elements to leave out of them.
    ``blocks`` are all blocks of the page, ``kept`` the chosen ones.
    """

    roots: list[Element]
    skip: set[Element]
    blocks: Sequence[Block]
    kept: Sequence[Block]
    own: Sequence[Block]
    """All blocks except those of cookie banners, dialogs and the like: in them a reader would look for the
    policy."""

    @property
    def first_heading(self) -> str:
        """The first heading of the chosen text, "" without one."""
        return next((block.text for block in self.kept if block.heading), "")

    @property
    def completeness(self) -> float:
        """The share of policy-like prose (in words) that was chosen; 1.0 if there is none."""
        kept = sum(block.words for block in self.kept if block.prose and block.terms)
        whole = sum(block.words for block in self.own if block.prose and block.terms)
        return round(kept / whole, 3) if whole else 1.0


def choose(page: Page) -> Content:
    """Return the part of a page that is its text. An empty page results in a content without blocks.

    If the choice leaves policy-like prose out, trafilatura votes on the blocks, and the others weigh less in
    a second choice.
    """
    body = page.root.find("body")
    blocks = read_blocks(body if body is not None else page.root)
    content = _choose(page, Parts(blocks))
    if content.completeness < SURE and (votes := vote(page, blocks)):
        content = _choose(page, Parts(blocks, votes))
    return content


def _choose(page: Page, parts: Parts) -> Content:
    _drop_boilerplate(parts)
    parts.recount()
    root = _deepest(parts)
    roots = {root, *_extras(parts, root)}
    if not page.fragment:
        roots |= _neighbours(parts, min(roots), max(roots))
    for number in sorted(roots):
        (trim_fragment if page.fragment else trim)(parts, number)
    gone, foreign = parts.dropped_blocks(), parts.dropped_blocks(foreign=True)
    return Content(
        roots=[parts.nodes[number].element for number in sorted(roots)],
        skip={parts.nodes[number].element for number in parts.dropped},
        blocks=parts.blocks,
        own=[block for block, is_foreign in zip(parts.blocks, foreign, strict=True) if not is_foreign],
        kept=[
            parts.blocks[block]
            for number in sorted(roots)
            for block in _range(parts.nodes[number])
            if not gone[block]
        ],
    )


def _range(node: Node) -> range:
    return range(node.first, node.last)


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
    """Return for each part the number of the next part outside of it."""
    ends = [0] * len(nodes)
    for number in range(len(nodes) - 1, -1, -1):
        children = nodes[number].children
        ends[number] = ends[children[-1]] if children else number + 1
    return ends


def _is_boilerplate(parts: Parts, number: int, confidence: Confidence, total: float) -> bool:
    """Return whether to drop a part that looks like boilerplate.

    The more of a policy is in it, the surer the sign must be.
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
    """Return the deepest part that contains nearly all of the page's weight."""
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
    """Return the largest parts outside of the chosen one that are policy text too."""
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
    """Return the parts with headings and dates right before and after the text.

    Before it they may be headings or dates, after it only dates. Dropped blocks between title and text, such
    as a table of contents, are skipped together with the label right before them.
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
            or block.words > 40
            or block.parent in path
            or len(before) == NEIGHBOURS
        ):
            break
        introduces = bool(NAME.search(block.text) or DATED.search(block.text))
        if introduces or not passed:
            before.append(block.parent)
        wanted, passed = len(before) if introduces else wanted, False
    after = [
        parts.blocks[number].parent
        for number in range(end, min(len(gone), end + 2))
        if not gone[number] and parts.blocks[number].words <= 20 and UPDATED.search(parts.blocks[number].text)
    ]
    return {number for number in [*before[:wanted], *after] if number not in path}
