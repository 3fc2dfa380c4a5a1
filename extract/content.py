"""Which part of a page is its text.

Every block of text gets a weight; trafilatura's choice counts among the evidence. The text is the deepest element that
holds nearly all of the weight, taken whole, minus what is boilerplate by its tag, role or name, and minus menus and the
like at its edges. So a list of links or a short section within the text stays, whatever a classifier thinks of it alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from extract.blocks import Block, Blocks, Node, read, sentence_case
from extract.boilerplate import Doubt, boilerplate
from extract.page import Page
from extract.pointer import pointed
from extract.vocabulary import NAME

NEARLY_ALL = 0.9
"""Share of the page's weight from which an element holds the text. What stands outside is looked at again."""
MAIN_SHARE = 0.4
"""Share of the page's weight from which a part is text even though its name says boilerplate: shops wrap the policy in
forms and in ``modal-content``."""
SECTION_WORDS, DOUBTFUL_WORDS = 120, 20
"""Words of policy-like prose from which a part that is named like boilerplate is a section after all: with a heading, and
with a heading under a doubtful name. Cookie banners have 30 to 80."""
POLICY_KINDS = 4
"""Different words of privacy policies from which a part may be a section of one."""
EXTRA_WORDS = 40
"""Words of policy-like prose from which a part outside of the chosen element is taken too."""

NEIGHBOURS = 6
"""Blocks before the chosen element among which its title and date are looked for."""


@dataclass
class Content:
    """The chosen part of a page.

    ``roots`` are the elements to write in order, ``skip`` what to leave out of them. ``kept`` are the numbers of the
    blocks of text that this leaves, out of ``blocks``. ``notes`` say for people what was decided and why.
    """

    roots: list[Element]
    skip: set[Element]
    blocks: Blocks
    kept: list[int]
    notes: list[str] = field(default_factory=list)

    @property
    def first_heading(self) -> str:
        """The first heading of the chosen text, "" without one."""
        return next((self.blocks.blocks[number].text for number in self.kept if self.blocks.blocks[number].heading), "")

    @property
    def completeness(self) -> float:
        """The share of the page's policy-like prose (in words) that was kept; 1.0 if it has none."""
        kept = set(self.kept)
        every = [(number, block.words) for number, block in enumerate(self.blocks.blocks) if block.prose and block.terms]
        total = sum(words for _, words in every)
        return round(sum(words for number, words in every if number in kept) / total, 3) if total else 1.0


def choose(page: Page) -> Content:
    """Return the part of a page that is its text; an empty page gives no blocks."""
    body = page.root.find("body")
    whole = body if body is not None else page.root
    blocks = read(whole)
    chooser = _Chooser(page, blocks, pointed(page, blocks.blocks))
    return chooser.choose()


class _Chooser:
    def __init__(self, page: Page, blocks: Blocks, votes: Callable[[int], bool]) -> None:
        self.page = page
        self.all = blocks
        self.nodes = blocks.nodes
        self.notes: list[str] = []
        self.dropped: dict[int, str] = {}  # node -> why
        weights = [_weight(block, votes(number)) for number, block in enumerate(blocks.blocks)]
        self.sums = _Sums(blocks.blocks, weights)

    def choose(self) -> Content:
        self._drop_boilerplate()
        root = self._deepest()
        roots = sorted([root, *self._extras(root)])
        if not self.page.fragment:
            roots = sorted({*roots, *self._neighbours(roots)})
        for number in roots:
            if self.page.fragment:
                self._trim_sequence(number)
            else:
                self._trim(number)
        skip = {self.nodes[number].element for number in self.dropped}
        return Content([self.nodes[number].element for number in roots], skip, self.all, self._kept(roots), self.notes)

    # -- boilerplate --------------------------------------------------------------------------------------------------

    def _drop_boilerplate(self) -> None:
        total = self.sums.weight(0, len(self.all.blocks)) or 1.0
        number = 0
        ends = _ends(self.nodes)
        while number < len(self.nodes):
            node = self.nodes[number]
            sign = boilerplate(node.element) if number else None
            if sign and self._believed(node, sign[1], total):
                self._drop(number, sign[0])
                number = ends[number]  # what it holds goes with it
            else:
                number += 1

    def _believed(self, node: Node, doubt: Doubt, total: float) -> bool:
        """Whether a part that is called boilerplate is none of the text, going by how much of a policy is in it."""
        if doubt is Doubt.NONE:
            return True
        if self.sums.weight(node.first, node.last) >= MAIN_SHARE * total:
            return False
        if doubt is Doubt.HARDLY:
            return True
        if len(self._kinds(node)) < POLICY_KINDS:
            return True
        policy = self.sums.policy_words(node.first, node.last)
        headed = any(block.heading for block in self.all.blocks[node.first : node.last])
        if doubt is Doubt.SOME:
            return policy < SECTION_WORDS or not headed
        return policy < (DOUBTFUL_WORDS if headed else SECTION_WORDS)

    def _drop(self, number: int, why: str) -> None:
        self.dropped[number] = why
        node = self.nodes[number]
        self.sums.forget(node.first, node.last)

    # -- the deepest element with nearly all ---------------------------------------------------------------------------

    def _deepest(self) -> int:
        self.sums.settle()
        number = 0
        total = self.sums.weight(self.nodes[0].first, self.nodes[0].last)
        while True:
            children = [child for child in self.nodes[number].children if child not in self.dropped]
            best = max(children, key=self._weight, default=-1)
            if best < 0 or self._weight(best) < NEARLY_ALL * total or self._weight(best) <= 0:
                return number
            if self.nodes[best].element.tag in {"ul", "ol", "dl", "table", "p", "pre", "tr", "tbody", "li"} and _leaf(self.nodes, best):
                return number
            number = best

    def _weight(self, number: int) -> float:
        node = self.nodes[number]
        return self.sums.weight(node.first, node.last)

    def _extras(self, root: int) -> list[int]:
        """Return parts outside of the chosen element that are policy text too, largest parts that do not hold it."""
        extras: list[int] = []
        path = self._path(root)
        for ancestor in path[1:]:
            for child in self.nodes[ancestor].children:
                if child in path or child in self.dropped:
                    continue
                beside = ancestor == self.nodes[root].parent
                alike = beside and _one_of(self.nodes[child].element, Counter([_signature(self.nodes[root].element)]))
                if self._is_section(self.nodes[child], 2 if beside else POLICY_KINDS) or alike and self._has_text(child):
                    extras.append(child)
        return extras

    def _path(self, number: int) -> list[int]:
        """Return the numbers of an element and all that hold it, from the inside out."""
        path = [number]
        while (number := self.nodes[number].parent) >= 0:
            path.append(number)
        return path

    def _is_section(self, node: Node, kinds: int) -> bool:
        policy, words = self.sums.policy_words(node.first, node.last), self.sums.words(node.first, node.last)
        return policy >= EXTRA_WORDS and policy >= 0.5 * words and len(self._kinds(node)) >= kinds

    def _neighbours(self, roots: list[int]) -> list[int]:
        """Return the headings and dates that stand right before the text, and the date that stands right after it."""
        path = set(self._path(roots[0]))
        first, last = self.nodes[roots[0]].first, self.nodes[roots[-1]].last
        gone = self._gone()
        before: list[int] = []
        wanted = 0
        for number in range(first - 1, max(-1, first - 1 - NEIGHBOURS), -1):
            block = self.all.blocks[number]
            if gone[number] or block.links or block.words > 40 or block.parent in path:
                break
            before.append(block.parent)
            if NAME.search(block.text) or _DATED.search(block.text):
                wanted = len(before)
        after = [
            self.all.blocks[number].parent
            for number in range(last, min(len(gone), last + 2))
            if not gone[number] and self.all.blocks[number].words <= 20 and _UPDATED.search(self.all.blocks[number].text)
        ]
        return [number for number in dict.fromkeys([*before[:wanted], *after]) if number not in path]

    def _gone(self) -> list[bool]:
        gone = [False] * len(self.all.blocks)
        for number in self.dropped:
            node = self.nodes[number]
            gone[node.first : node.last] = [True] * (node.last - node.first)
        return gone

    def _kinds(self, node: Node) -> set[str]:
        return {term for block in self.all.blocks[node.first : node.last] for term in block.terms}

    # -- edges --------------------------------------------------------------------------------------------------------

    def _trim(self, number: int, *, leading: bool = True, trailing: bool = True) -> None:
        """Drop the menus and the like before, after and between the parts of an element that hold its text.

        ``leading`` and ``trailing`` say whether the element's start and end are those of the whole text.
        """
        children = [child for child in self.nodes[number].children if child not in self.dropped]
        texts = [child for child in children if self._has_text(child)]
        policies = [child for child in texts if self._is_policy(child)] or texts
        if not policies:
            return
        first, last = policies[0], policies[-1]
        siblings = Counter(_signature(self.nodes[child].element) for child in policies)
        for child in children:
            node = self.nodes[child]
            before, after = leading and child < first, trailing and child > last
            if child in texts:
                if (before or after) and not _one_of(node.element, siblings) and self._is_aside(node, number):
                    self._drop(child, "aside")
                elif self._weight(child) >= 0.15 * self._weight(number) and node.element.tag in _WRAPPERS:
                    self._trim(child, leading=leading and child == first, trailing=trailing and child == last)
            elif self._is_menu(node, at_edge=before or after):
                self._drop(child, "menu")
            elif after and self._is_colophon(node):
                self._drop(child, "colophon")

    def _is_policy(self, number: int) -> bool:
        node = self.nodes[number]
        return self.sums.policy_words(node.first, node.last) > 0

    def _is_aside(self, node: Node, within: int) -> bool:
        """Whether a part with sentences but without a word of policies is too small beside the text to belong to it."""
        if node.element.tag not in _WRAPPERS or any(block.heading for block in self.all.blocks[node.first : node.last]):
            return False
        whole = self.nodes[within]
        return self.sums.words(node.first, node.last) < 0.2 * self.sums.words(whole.first, whole.last)

    def _has_text(self, number: int) -> bool:
        node = self.nodes[number]
        return self.sums.prose_words(node.first, node.last) > 0

    def _is_menu(self, node: Node, *, at_edge: bool) -> bool:
        words, links = self.sums.words(node.first, node.last), self.sums.link_words(node.first, node.last)
        if not words or links < 0.5 * words or node.element.tag in {"p", "h1", "h2", "h3", "h4", "h5", "h6"}:
            return False
        return at_edge or node.element.tag in _WRAPPERS and links >= 15

    def _is_colophon(self, node: Node) -> bool:
        text = " ".join(block.text for block in self.all.blocks[node.first : node.last])[:500]
        return bool(_COLOPHON.search(text))

    def _trim_sequence(self, number: int) -> None:
        """Drop what stands before and after the run of blocks whose gains add up to most (a fragment has no wrappers)."""
        whole = self.nodes[number]
        blocks = self.all.blocks[whole.first : whole.last]
        first, last = _best_run([_gain(block) for block in blocks])
        while first < last and not (blocks[first].prose and blocks[first].terms):
            first += 1
        first -= self._reach(blocks[:first][::-1], _introduces)
        last += self._reach(blocks[last:], _concludes)
        first, last = first + whole.first, last + whole.first
        open_nodes = [number]
        while open_nodes:
            for child in self.nodes[open_nodes.pop()].children:
                node = self.nodes[child]
                if node.last <= first or node.first >= last:
                    self._drop(child, "outside of the text")
                elif node.first < first or node.last > last:
                    open_nodes.append(child)

    def _reach(self, blocks: list[Block], belongs: Callable[[Block], bool]) -> int:
        """Return how many of the blocks next to the text belong to it: up to the last of a few lines that says so.

        Menu items, and lines too long for a heading or an address that are no sentences, end the search.
        """
        reach = since = 0
        for number, block in enumerate(blocks, 1):
            if belongs(block):
                reach, since = number, 0
            elif since == NEIGHBOURS or block.words > 20 or self.nodes[block.parent].element.tag == "li":
                break
            else:
                since += 1
        return reach

    def _kept(self, roots: list[int]) -> list[int]:
        kept: list[int] = []
        gone = self._gone()
        for number in roots:
            node = self.nodes[number]
            kept.extend(block for block in range(node.first, node.last) if not gone[block])
        return kept


_WRAPPERS = {"div", "section", "article", "main", "table", "tbody", "tr", "td", "center", "body", "header", "form", "aside", "figure"}
_COLOPHON = re.compile(r"©|copyright|all rights reserved|tous droits réservés|alle rechte vorbehalten", re.I)
_LAYOUT = {"table", "tbody", "tr", "td", "center"}
_DATED = re.compile(r"(?:last|effective|updated|revised|modified|posted|version|stand|date|mise à jour).{0,60}\d{2,4}", re.I)
_UPDATED = re.compile(r"(?:last|effective|updated|revised|modified).{0,40}\d{2,4}", re.I)
_CONTACT = re.compile(r"@|\b\d{3}[-. ]\d{3,4}|\b[A-Z]{2} \d{5}\b|p\.?o\.? box|\battn\b|\b(?:phone|tel|fax)\b.{0,12}\d", re.I)


def _gain(block: Block) -> float:
    """Return what a block of a fragment adds to the run it is in: its words, or what menus and labels cost."""
    if block.prose:
        return float(block.words) if block.terms else 0.3 * block.words
    return -0.2 * block.words if block.terms and block.words < 12 else -1.0 - block.words


def _introduces(block: Block) -> bool:
    """Whether a block before the first policy-like sentence belongs to it: the title, a date, or a plain sentence."""
    if len(block.text) < 120 and (NAME.search(block.text) or _DATED.search(block.text)):
        return True
    return block.prose and block.text[-1] in ".:!?" and sentence_case(block.text) > 0.6


def _concludes(block: Block) -> bool:
    """Whether a block after the last policy-like sentence belongs to it: an address, a date, or a plain sentence."""
    text = block.text
    if _COLOPHON.search(text):
        return False
    if len(text) < 200 and (_CONTACT.search(text) or _DATED.search(text)):
        return True
    return block.prose and text[-1] in ".:!?" and sentence_case(text) > 0.6


def _best_run(gains: list[float]) -> tuple[int, int]:
    """Return the run (first, last exclusive) whose gains add up to most; the empty run at 0 if none is positive."""
    best, best_run, total, start = 0.0, (0, 0), 0.0, 0
    for position, gain in enumerate(gains):
        if total <= 0:
            total, start = 0.0, position
        total += gain
        if total > best:
            best, best_run = total, (start, position + 1)
    return best_run


def _weight(block: Block, vote: bool) -> float:
    if not block.prose:
        return 0.0
    free = block.words - block.link_words
    return free * (1.0 if block.terms else 0.4) * (1.0 if vote else 0.5)


def _one_of(element: Element, siblings: Counter[tuple[str, str]]) -> bool:
    """Whether an element is built like the sections beside it: same tag and classes, or one of a row of plain ones."""
    alike = siblings[_signature(element)]
    return element.tag not in _LAYOUT and (alike > 2 or alike > 0 and bool(element.get("class")))


def _signature(element: Element) -> tuple[str, str]:
    """Return tag and classes: the sections of one text mostly share them."""
    return element.tag, element.get("class") or ""


def _leaf(nodes: list[Node], number: int) -> bool:
    return True


def _ends(nodes: list[Node]) -> list[int]:
    """Return for each node the number of the first node after it that it does not hold."""
    ends = [0] * len(nodes)
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        ends[number] = ends[node.children[-1]] if node.children else number + 1
    return ends


class _Sums:
    """Sums of the blocks' figures over any stretch of them, each asked for in constant time once settled."""

    def __init__(self, blocks: list[Block], weights: list[float]) -> None:
        self._blocks = blocks
        self._weights = weights
        self._live = [True] * len(blocks)
        self._dirty = True
        self.settle()

    def forget(self, first: int, last: int) -> None:
        for number in range(first, last):
            self._live[number] = False

    def settle(self) -> None:
        self._w, self._n, self._l, self._p, self._t = ([0.0], [0], [0], [0], [0])
        for block, weight, live in zip(self._blocks, self._weights, self._live, strict=True):
            prose = block.words if live and block.prose else 0
            self._w.append(self._w[-1] + (weight if live else 0.0))
            self._n.append(self._n[-1] + block.words * live)
            self._l.append(self._l[-1] + block.link_words * live)
            self._p.append(self._p[-1] + prose)
            self._t.append(self._t[-1] + (prose if block.terms else 0))

    def weight(self, first: int, last: int) -> float:
        return self._w[last] - self._w[first]

    def words(self, first: int, last: int) -> int:
        return self._n[last] - self._n[first]

    def link_words(self, first: int, last: int) -> int:
        return self._l[last] - self._l[first]

    def prose_words(self, first: int, last: int) -> int:
        return self._p[last] - self._p[first]

    def policy_words(self, first: int, last: int) -> int:
        return self._t[last] - self._t[first]
