"""Regular expressions as automata, to find input on which their matching is slow.

An automaton accepts at least what its expression matches: look-arounds of several characters are left out,
and counted repetitions are shortened. A finding can be too careful: its text shows whether it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# A character of the text, or None for its edge.
Guard = Callable[[str | None, str | None], bool]

# Counted repetitions up to this number cost a constant factor; longer ones count as unbounded.
LONGEST_COUNT = 500
# A counted repetition is this often in the automaton: how often changes no loop.
_COPIES = 3
_TYPICAL = "aZq09_ \t\n-.,:;!?'\"()[]{}<>/\\|#@&=+*%~^$\u00a0\u2028é中あ한ж٣ ı\x00"


@dataclass(frozen=True, slots=True, eq=False)
class Characters:
    """Which single characters an element of an expression matches."""

    test: Callable[[str], bool]
    named: tuple[str, ...]  # characters at the borders of its ranges

    def __contains__(self, character: str | None) -> bool:
        return character is not None and self.test(character)


@dataclass(slots=True)
class Automaton:
    """Nodes are numbers. ``empty`` edges read nothing, ``reading`` edges one character."""

    empty: list[list[tuple[int, Guard | None]]] = field(default_factory=list)
    reading: list[list[tuple[Characters, int]]] = field(default_factory=list)
    start: int = 0
    end: int = 0
    back: set[tuple[int, int]] = field(default_factory=set)  # empty edges that end an iteration of a loop

    def node(self) -> int:
        """Add a node, and return it."""
        self.empty.append([])
        self.reading.append([])
        return len(self.empty) - 1

    def letters(self) -> list[str]:
        """Return one character of each kind that the expression can distinguish."""
        sets = list(dict.fromkeys(one for edges in self.reading for one, _target in edges))
        candidates = dict.fromkeys([*_TYPICAL, *(each for one in sets for each in one.named)])
        kinds: dict[tuple[object, ...], str] = {}
        for character in candidates:
            key = (_is_word(character), character == "\n", *(character in one for one in sets))
            kinds.setdefault(key, character)
        return list(kinds.values())


def automaton(pattern: str | bytes, flags: int = 0) -> Automaton:
    """Return the automaton of a regular expression. Raises re.error if it is none."""
    tree = parser.parse(pattern, flags)
    made = _Builder(isinstance(pattern, bytes))
    made.result.start = made.result.node()
    made.result.end = made.sequence(list(tree), tree.state.flags, made.result.start)
    return made.result


class _Builder:
    def __init__(self, is_bytes: bool) -> None:
        self.result = Automaton()
        self.is_bytes = is_bytes
        self.groups: dict[int, tuple[list[Any], int]] = {}

    def sequence(self, items: list[Any], flags: int, at: int) -> int:
        for op, value in items:
            at = self._item(op, value, at, flags)
        return at

    def _item(self, op: Any, value: Any, at: int, flags: int) -> int:  # noqa: PLR0911 - one for each element
        if single := self._characters(op, value, flags):
            after = self.result.node()
            self.result.reading[at].append((single, after))
            return after
        if op is sre.SUBPATTERN:
            group, added, removed, inner = value
            self.groups[group] = list(inner), (flags | added) & ~removed
            return self.sequence(*self.groups[group], at)
        if op is sre.ATOMIC_GROUP:
            return self.sequence(list(value), flags, at)
        if op is sre.BRANCH:
            after = self.result.node()
            for branch in value[1]:
                before = self._after(at)
                self._empty(self.sequence(list(branch), flags, before), after)
            return after
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            least, most, inner = value
            return self._repeat(op, (least, most), list(inner), at, flags)
        if op is sre.AT:
            return self._after(at, _place(value, flags))
        if op in (sre.ASSERT, sre.ASSERT_NOT):
            direction, inner = value
            return self._around(direction, list(inner), at, flags, positive=op is sre.ASSERT)
        if op is sre.GROUPREF_EXISTS:
            _group, yes, no = value
            return self._item(sre.BRANCH, (None, [yes, no or []]), at, flags)
        if op is sre.GROUPREF:  # not the same text again, but any that the group matches
            return self.sequence(*self.groups[value], at)
        raise NotImplementedError(f"{op} in a regular expression")

    def _repeat(self, op: Any, times: tuple[int, int], items: list[Any], at: int, flags: int) -> int:
        least, most = times
        for _copy in range(min(least, _COPIES)):
            at = self.sequence(items, flags, at)
        after = self.result.node()
        guard = None
        if most > LONGEST_COUNT:
            loop = self._after(at)
            last = self.sequence(items, flags, loop)
            self._empty(last, loop)
            self.result.back.add((last, loop))
            if op is sre.POSSESSIVE_REPEAT and len(items) == 1:
                guard = self._left(items[0], flags)
            self._empty(loop, after, guard)
            return after
        for _copy in range(min(most - least, _COPIES)):
            self._empty(at, after)
            at = self.sequence(items, flags, at)
        self._empty(at, after)
        return after

    def _left(self, item: Any, flags: int) -> Guard | None:
        """Return the guard of the end of a possessive loop: the next character is none of the loop's."""
        while item[0] is sre.SUBPATTERN and len(item[1][3]) == 1:
            item = item[1][3][0]
        single = self._characters(item[0], item[1], flags)
        return (lambda before, after: after not in single) if single else None

    def _around(self, direction: int, items: list[Any], at: int, flags: int, *, positive: bool) -> int:
        if direction > 0 and _has_loop(items):  # its cost counts, and it consumes nothing
            self.sequence(items, flags, self._after(at))
        if guard := self._one_character(items, flags, direction):
            return self._after(at, guard if positive else _negated(guard))
        if direction > 0 and positive and (first := self._first(items, flags)):
            return self._after(at, lambda before, after: any(after in one for one in first))
        return self._after(at)

    def _one_character(self, items: list[Any], flags: int, direction: int) -> Guard | None:
        """Return the test of a look-around of one character, or None if it has more."""
        if len(items) != 1:
            return None
        op, value = items[0]
        if op is sre.SUBPATTERN:
            return self._one_character(list(value[3]), flags, direction)
        if op is sre.AT:
            return _place(value, flags)
        if op is sre.BRANCH:
            guards = [self._one_character(list(branch), flags, direction) for branch in value[1]]
            known = [guard for guard in guards if guard]
            if len(known) < len(guards):
                return None
            return lambda before, after: any(guard(before, after) for guard in known)
        single = self._characters(op, value, flags)
        return _beside(single, direction) if single else None

    def _first(self, items: list[Any], flags: int) -> list[Characters]:
        """Return what the first character can be, or [] if that is not simple."""
        if not items:
            return []
        op, value = items[0]
        if op is sre.SUBPATTERN:
            return self._first(list(value[3]), flags)
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            return self._first(list(value[2]), flags) if value[0] else []
        if op is sre.BRANCH:
            each = [self._first(list(branch), flags) for branch in value[1]]
            return [one for found in each for one in found] if all(each) else []
        single = self._characters(op, value, flags)
        return [single] if single else []

    def _after(self, at: int, guard: Guard | None = None) -> int:
        node = self.result.node()
        self._empty(at, node, guard)
        return node

    def _empty(self, at: int, to: int, guard: Guard | None = None) -> None:
        self.result.empty[at].append((to, guard))

    def _characters(self, op: Any, value: Any, flags: int) -> Characters | None:
        if op is sre.ANY:
            return _any(bool(flags & re.S))
        if op in (sre.LITERAL, sre.NOT_LITERAL):
            items, negated = [(sre.LITERAL, value)], op is sre.NOT_LITERAL
        elif op is sre.IN:
            negated = value[0][0] is sre.NEGATE
            items = list(value[1:] if negated else value)
        else:
            return None
        last = "\xff" if self.is_bytes else "\U0010ffff"
        named = tuple(each for each in _borders(items) if each <= last)
        return _class(_class_source(items, negated), flags & (re.I | re.A), last, named)


@cache
def _any(lines: bool) -> Characters:
    return Characters((lambda one: True) if lines else (lambda one: one != "\n"), ())


@cache
def _class(source: str, flags: int, last: str, named: tuple[str, ...]) -> Characters:
    compiled = re.compile(source, flags)  # `re` itself knows best what a class matches
    return Characters(lambda one: one <= last and compiled.match(one) is not None, named)


_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


def _class_source(items: list[Any], negated: bool) -> str:
    parts = []
    for op, value in items:
        if op is sre.CATEGORY:
            parts.append(_CATEGORIES[value])
        elif op is sre.RANGE:
            parts.append(f"\\U{value[0]:08x}-\\U{value[1]:08x}")
        else:
            parts.append(f"\\U{value:08x}")
    return f"[{'^' if negated else ''}{''.join(parts)}]"


def _borders(items: list[Any]) -> Iterable[str]:
    for op, value in items:
        if op is not sre.CATEGORY:
            low, high = value if op is sre.RANGE else (value, value)
            for code in (low, high, low - 1, high + 1):
                if 0 <= code <= 0x10FFFF:
                    yield chr(code)
                    yield from (chr(code).lower()[:1], chr(code).upper()[:1])


def _has_loop(items: Iterable[Any]) -> bool:
    for op, value in items:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            if value[1] > LONGEST_COUNT or _has_loop(value[2]):
                return True
        elif op is sre.SUBPATTERN:
            if _has_loop(value[3]):
                return True
        elif op is sre.BRANCH:
            if any(_has_loop(branch) for branch in value[1]):
                return True
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            if _has_loop(value[1]):
                return True
        elif op is sre.ATOMIC_GROUP and _has_loop(value):
            return True
    return False


def _is_word(character: str | None) -> bool:
    return character is not None and (character == "_" or unicodedata.category(character)[0] in "LN")


@cache
def _beside(characters: Characters, direction: int) -> Guard:
    return lambda before, after: (after if direction > 0 else before) in characters


@cache
def _negated(guard: Guard) -> Guard:
    return lambda before, after: not guard(before, after)


@cache
def _place(value: Any, flags: int) -> Guard:
    if value in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
        lines = value is sre.AT_BEGINNING and flags & re.M
        return lambda before, after: before is None or (bool(lines) and before == "\n")
    if value is sre.AT_END:
        return lambda before, after: after is None or after == "\n"
    if value is sre.AT_END_STRING:
        return lambda before, after: after is None
    differs = value is sre.AT_BOUNDARY
    return lambda before, after: (_is_word(before) != _is_word(after)) == differs
