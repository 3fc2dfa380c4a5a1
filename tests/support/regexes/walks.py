"""Walks through an automaton: which nodes a text reaches from which."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import cached_property

from tests.support.regexes.automaton import Automaton, Characters

State = tuple[int, ...]


class Walks:
    """The nodes of an automaton, and what leads from one to another.

    ``before`` is always the letter that was read last, or None at the beginning of the text.
    """

    def __init__(self, of: Automaton) -> None:
        """Take an automaton. Nothing is computed before it is needed."""
        self.of = of
        self.letters = of.letters()
        self._steps: dict[tuple[int, str | None, str], tuple[int, ...]] = {}
        self._closures: dict[tuple[int, str | None, str | None], dict[int, int]] = {}

    def closure(self, node: int, before: str | None, after: str | None) -> dict[int, int]:
        """Return the nodes that are reached without reading -> in how many ways, at most 2."""
        key = (node, before, after)
        if key not in self._closures:
            counts: dict[int, int] = {}
            self._follow(node, before, after, (), counts)
            self._closures[key] = counts
        return self._closures[key]

    def _follow(
        self,
        node: int,
        before: str | None,
        after: str | None,
        path: tuple[int, ...],
        counts: dict[int, int],
    ) -> None:
        if counts.get(node, 0) > 1:
            return
        counts[node] = counts.get(node, 0) + 1
        path = (*path, node)
        for target, guard in self.of.empty[node]:
            if target in path and (node, target) in self.of.back:
                continue  # an empty iteration: `re` makes none
            if guard is None or guard(before, after):
                self._follow(target, before, after, path, counts)

    def step(self, node: int, before: str | None, letter: str) -> tuple[int, ...]:
        """Return the nodes that are reached by reading a letter after another one."""
        key = (node, before, letter)
        if key not in self._steps:
            reached = self.closure(node, before, letter)
            self._steps[key] = tuple(
                {
                    to: None
                    for at in reached
                    for characters, to in self.of.reading[at]
                    if letter in self.read[characters]
                }
            )
        return self._steps[key]

    @cached_property
    def read(self) -> dict[Characters, frozenset[str]]:
        sets = {characters for edges in self.of.reading for characters, _to in edges}
        return {
            characters: frozenset(one for one in self.letters if one in characters) for characters in sets
        }

    @cached_property
    def alike(self) -> dict[str | None, str | None]:
        """Return each letter -> the first one that look-arounds cannot tell from it when it comes before."""
        guards = {guard for edges in self.of.empty for _to, guard in edges if guard}
        kinds: dict[tuple[bool, ...], str | None] = {}
        return {
            letter: kinds.setdefault(
                tuple(guard(letter, after) for guard in guards for after in (None, *self.letters)), letter
            )
            for letter in (None, *self.letters)
        }

    @cached_property
    def _edges(self) -> dict[int, set[int]]:
        """Return each node that follows a letter -> the nodes after the next letter, without the guards."""
        positions = {to for edges in self.of.reading for _characters, to in edges} | {self.of.start}
        found: dict[int, set[int]] = {}
        for node in positions:
            seen, stack = {node}, [node]
            targets: set[int] = set()
            while stack:
                at = stack.pop()
                targets.update(to for _characters, to in self.of.reading[at])
                for to, _guard in self.of.empty[at]:
                    if to not in seen:
                        seen.add(to)
                        stack.append(to)
            found[node] = targets
        return found

    @cached_property
    def reaching(self) -> dict[int, set[int]]:
        """Return each loop -> the nodes from which it can be reached."""
        back: dict[int, list[int]] = {}
        for node, targets in self._edges.items():
            for to in targets:
                back.setdefault(to, []).append(node)
        return {node: _reached(back, node) for node in self.loops}

    @cached_property
    def loops(self) -> list[int]:
        """Return the nodes that can be reached from themselves."""
        left = dict(self._edges)
        while ends := [node for node, targets in left.items() if not targets & left.keys()]:
            for node in ends:
                del left[node]
        return [node for node in sorted(left) if node in _reached(left, node)]

    @cached_property
    def components(self) -> list[frozenset[int]]:
        """Return the sets of loop nodes that reach each other."""
        return list(
            dict.fromkeys(
                frozenset(
                    other
                    for other in self.loops
                    if other in self.reaching[node] and node in self.reaching[other]
                )
                for node in self.loops
            )
        )

    @cached_property
    def before(self) -> dict[int, set[str | None]]:
        """Return which kinds of letters lead to a node."""
        found: dict[int, set[str | None]] = {}
        for edges in self.of.reading:
            for characters, to in edges:
                found.setdefault(to, set()).update(self.alike[one] for one in self.read[characters])
        return found

    def word(self, start: State, goal: State, before: str | None, *, back: bool = False) -> str | None:
        """Return the shortest text that leads each node of ``start`` to that of ``goal``, or None.

        With ``back`` the text can be repeated: it has a letter, and ends with a letter like ``before``.
        """
        if start == goal and not back:
            return ""
        seen: set[tuple[State, str | None]] = {(start, before)}
        queue: deque[tuple[State, str | None, str]] = deque([(start, before, "")])
        while queue:
            state, previous, word = queue.popleft()
            for letter in self.letters:
                kind = self.alike[letter]
                for following in self._steps_of(state, goal, previous, letter):
                    if following == goal and (kind == before or not back):
                        return word + letter
                    if (following, kind) not in seen:
                        seen.add((following, kind))
                        queue.append((following, kind, word + letter))
        return None

    def _steps_of(self, state: State, goal: State, before: str | None, letter: str) -> list[State]:
        """Return where a letter leads the nodes of a state, if the goal can still be reached."""
        found: list[State] = [()]
        for node, wanted in reversed(list(zip(state, goal, strict=True))):
            reached = [
                to for to in self.step(node, before, letter) if to == wanted or to in self.reaching[wanted]
            ]
            found = [(to, *rest) for to in reached for rest in found]
            if not found:
                break
        return found


def _reached(edges: Mapping[int, Iterable[int]], node: int) -> set[int]:
    seen: set[int] = set()
    stack = list(edges.get(node, ()))
    while stack:
        at = stack.pop()
        if at not in seen:
            seen.add(at)
            stack.extend(edges.get(at, ()))
    return seen
