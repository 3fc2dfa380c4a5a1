"""Which part of a page is its text.

Every block of text gets a weight; trafilatura's choice counts among the evidence. The text is the deepest element that
holds nearly all of the weight, taken whole, minus what is boilerplate by its tag, role or name, and minus menus and the
like at its edges. So a list of links or a short section within the text stays, whatever a classifier thinks of it alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from extract.blocks import Block, Blocks, Node, read
from extract.boilerplate import boilerplate
from extract.page import Page
from extract.pointer import pointed

NEARLY_ALL = 0.9
"""Share of the page's weight from which an element holds the text. What stands outside is looked at again."""
MAIN_SHARE = 0.4
"""Share of the page's weight from which a part is text even though its name says boilerplate: shops wrap the policy in
forms and in ``modal-content``."""
EXTRA_WORDS = 40
"""Words of policy-like prose from which a part outside of the chosen element is taken too."""


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
            why = boilerplate(node.element) if number else ""
            if why and self.sums.weight(node.first, node.last) < MAIN_SHARE * total:
                self._drop(number, why)
                number = ends[number]  # what it holds goes with it
            else:
                number += 1

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
        path = {root}
        number = root
        while (number := self.nodes[number].parent) >= 0:
            path.add(number)
        for ancestor in sorted(path - {root}):
            for child in self.nodes[ancestor].children:
                if child in path or child in self.dropped:
                    continue
                node = self.nodes[child]
                if self.sums.policy_words(node.first, node.last) >= EXTRA_WORDS and self._mostly_prose(node):
                    extras.append(child)
        return extras

    def _mostly_prose(self, node: Node) -> bool:
        words = self.sums.words(node.first, node.last)
        return self.sums.policy_words(node.first, node.last) >= 0.5 * words

    # -- edges --------------------------------------------------------------------------------------------------------

    def _trim(self, number: int) -> None:
        """Drop the menus and the like before, after and between the parts of an element that hold its text."""
        children = [child for child in self.nodes[number].children if child not in self.dropped]
        with_text = [child for child in children if self._has_text(child)]
        if not with_text:
            return
        first, last = with_text[0], with_text[-1]
        for child in children:
            node = self.nodes[child]
            if self._has_text(child):
                if self._weight(child) >= 0.15 * self._weight(number) and node.element.tag in _WRAPPERS:
                    self._trim(child)
            elif self._is_menu(node, inside=first < child < last):
                self._drop(child, "menu")
            elif child > last and self._is_colophon(node):
                self._drop(child, "colophon")

    def _has_text(self, number: int) -> bool:
        node = self.nodes[number]
        return self.sums.prose_words(node.first, node.last) > 0

    def _is_menu(self, node: Node, *, inside: bool) -> bool:
        words, links = self.sums.words(node.first, node.last), self.sums.link_words(node.first, node.last)
        if not words or links < 0.5 * words or node.element.tag in {"p", "h1", "h2", "h3", "h4", "h5", "h6"}:
            return False
        return not inside or node.element.tag in _WRAPPERS and links >= 15

    def _is_colophon(self, node: Node) -> bool:
        text = " ".join(block.text for block in self.all.blocks[node.first : node.last])[:500].lower()
        return "©" in text or "copyright" in text or "all rights reserved" in text

    def _trim_sequence(self, number: int) -> None:
        """Drop what stands before and after the run of parts whose weights add up to most (a fragment has no wrappers)."""
        children = [child for child in self.nodes[number].children if child not in self.dropped]
        gains = [self._gain(child) for child in children]
        first, last = _best_run(gains)
        while first > 0 and self._introduces(children[first - 1]):
            first -= 1
        while last < len(children) and self._concludes(children[last]):
            last += 1
        for position, child in enumerate(children):
            if not first <= position < last:
                self._drop(child, "outside of the text")

    def _gain(self, number: int) -> float:
        node = self.nodes[number]
        gain = 0.0
        for block in self.all.blocks[node.first : node.last]:
            if block.prose:
                gain += block.words if block.terms else 0.3 * block.words
            elif block.terms:
                gain -= 0.2 * block.words
            else:
                gain -= 1 + block.words
        return gain

    def _introduces(self, number: int) -> bool:
        from extract.vocabulary import NAME

        node = self.nodes[number]
        text = " ".join(block.text for block in self.all.blocks[node.first : node.last])
        return len(text) < 120 and bool(NAME.search(text) or _DATED.search(text))

    def _concludes(self, number: int) -> bool:
        node = self.nodes[number]
        text = " ".join(block.text for block in self.all.blocks[node.first : node.last])
        return len(text) < 200 and bool(_CONTACT.search(text) or _DATED.search(text)) and not self._is_colophon(node)

    def _kept(self, roots: list[int]) -> list[int]:
        kept: list[int] = []
        gone = [False] * (len(self.all.blocks) + 1)
        for number in self.dropped:
            node = self.nodes[number]
            for block in range(node.first, node.last):
                gone[block] = True
        for number in roots:
            node = self.nodes[number]
            kept.extend(block for block in range(node.first, node.last) if not gone[block])
        return kept


import re  # noqa: E402

_WRAPPERS = {"div", "section", "article", "main", "table", "tbody", "tr", "td", "center", "body", "header", "form", "aside", "figure"}
_DATED = re.compile(r"(?:last|effective|updated|revised|modified|posted|version|stand|date|mise à jour).{0,60}\d{2,4}", re.I)
_CONTACT = re.compile(r"@|\b\d{3}[-. ]\d{3,4}|\b[A-Z]{2} \d{5}\b|p\.?o\.? box|attn|e-?mail|phone|tel[.:]|address", re.I)


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
