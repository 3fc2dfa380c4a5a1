"""Find regular expressions whose time grows faster than their text, and a text that shows it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tests.support.regexes.automaton import Automaton, automaton
from tests.support.regexes.walks import Walks


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason why an expression is not linear, and the text that shows it.

    The kind "search" begins anew at each place, "match" has two ways through the same text, and "nested" a
    loop directly in a loop. The text is ``before``, ``loop`` many times, and ``after``.
    """

    kind: str
    before: str
    loop: str
    after: str

    def text(self, length: int) -> str:
        """Return a text of about ``length`` characters on which the expression is slow."""
        return self.before + self.loop * (length // len(self.loop)) + self.after


def find(pattern: str | bytes, flags: int = 0, method: str = "search") -> Finding | None:
    """Return why an expression is not linear, or None if it is.

    ``method`` is the method that uses it: with "match" and "fullmatch", matching begins at one place only.
    """
    return _Search(automaton(pattern, flags), whole=method == "fullmatch").finding(method == "search")


_MOST_STATES = 1000


class _Search(Walks):
    def __init__(self, of: Automaton, *, whole: bool) -> None:
        super().__init__(of)
        self.whole = whole

    def finding(self, searched: bool) -> Finding | None:
        if not self.loops:
            return None
        for node in self.loops:
            if found := self._nested(node):
                return found
        for node in self.loops:
            if searched and (found := self._slow_search(node)):
                return found
        for component in self.components:
            if found := self._ambiguous_within(component):
                return found
        for component in self.components:
            for node in component:
                for other in self.loops:
                    is_later = other not in component and node in self.reaching[other]
                    if is_later and (found := self._ambiguous(node, other)):
                        return found
        return None

    def _nested(self, node: int) -> Finding | None:
        for before in self.before[node]:
            for letter in self.letters:
                for at, ways in self.closure(node, before, letter).items():
                    for characters, to in self.of.reading[at] if ways > 1 else ():
                        if letter in self.read[characters] and (to == node or to in self.reaching[node]):
                            back = self.word((to,), (node,), letter)
                            if back is not None:
                                return self._finding("nested", node, before, letter + back)
        return None

    def _slow_search(self, node: int) -> Finding | None:
        for before in self.before[node]:
            word = self.word((self.of.start, node), (node, node), before, back=True)
            if word and (found := self._finding("search", node, before, word)):
                return found
        return None

    def _ambiguous_within(self, component: frozenset[int]) -> Finding | None:
        """Look for two ways from a node to a node through one loop: time can grow exponentially."""
        queue: deque[tuple[int, int, str | None, int, str | None, str]] = deque(
            (node, node, before, node, before, "") for node in component for before in self.before[node]
        )
        seen: set[tuple[int, int, str | None]] = set()
        while queue:
            one, other, before, origin, first, word = queue.popleft()
            for letter in self.letters:
                kind = self.alike[letter]
                left, right = (
                    [to for to in self.step(node, before, letter) if to in component] for node in (one, other)
                )
                for pair in ((a, b) for a in left for b in right):
                    if pair[0] == pair[1]:
                        back = self.word((pair[0],), (origin,), kind) if one != other else None
                        if back is not None and (
                            found := self._finding("match", origin, first, word + letter + back, origin)
                        ):
                            return found
                    elif (*pair, kind) not in seen:
                        seen.add((*pair, kind))
                        queue.append((*pair, kind, origin, first, word + letter))
        return None

    def _ambiguous(self, node: int, other: int) -> Finding | None:
        for before in self.before[node] & self.before[other]:
            word = self.word((node, node, other), (node, other, other), before, back=True)
            if word and (found := self._finding("match", other, before, word, node)):
                return found
        return None

    def _finding(
        self, kind: str, node: int, before: str | None, word: str, entry: int | None = None
    ) -> Finding | None:
        """Return the finding, or None if the expression matches within the loop or always after it."""
        nodes, last = {node}, before
        for letter in word:
            if self._matches(nodes, last, letter):
                return None
            nodes, last = self._read_on(nodes, last, letter)
        after = self._failing({node}, before)
        if after is None:
            return None
        start = self.word((self.of.start,), (node if entry is None else entry,), None)
        return Finding(kind, start or "", word, after)

    def _matches(self, nodes: set[int], before: str | None, after: str | None) -> bool:
        if self.whole and after is not None:
            return False
        return any(self.of.end in self.closure(node, before, after) for node in nodes)

    def _read_on(self, nodes: set[int], before: str | None, letter: str) -> tuple[set[int], str | None]:
        return {to for node in nodes for to in self.step(node, before, letter)}, self.alike[letter]

    def _failing(self, nodes: set[int], before: str | None) -> str | None:
        """Return the shortest text after which the expression cannot match from some nodes on, or None."""
        queue = deque([(frozenset(nodes), before, "")])
        seen = {queue[0][:2]}
        while queue:
            at, last, text = queue.popleft()
            if not at or not self._matches(set(at), last, None):
                return text
            for letter in self.letters:
                if not self._matches(set(at), last, letter):
                    following, kind = self._read_on(set(at), last, letter)
                    found = (frozenset(following), kind)
                    if found not in seen and len(seen) < _MOST_STATES:
                        seen.add(found)
                        queue.append((*found, text + letter))
        return None
