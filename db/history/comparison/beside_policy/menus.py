"""Menus in a text without markup: differences in them are outside of the policy.

A page without markup is one line after the other, and the extractor cannot cut its menus off. When a menu
changes, the text changes. A difference is in a menu only with evidence on both sides:

- A menu is a run of at least `MENU_WORDS` words before or after the policy (policy_part.py), without a comma,
  stop or long number, with few of the policy's frequent words, and with at least `MENU_NAMES` different names
  of parts of a shop's site. A footer begins with © too.
- The difference is in or beyond a menu, with words of the menu between it and the policy; or a whole menu
  appeared, disappeared or was replaced; or the difference is within a long menu in the middle of the policy.
- Foreign words at the very start of a text are outside too, and so are controls of the page ("Back to top").

A year, an e-mail address, a sentence like those of the policy, and words about a choice of the visitor ("Do
Not Sell") are never outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from db.history.comparison.beside_policy.menu_names import (
    BUTTON,
    CONTROL,
    CONTROL_LINE,
    NAME,
    NEVER_A_MENU,
    STYLE,
)
from db.history.comparison.beside_policy.pickers import is_in_list_of_versions
from db.history.comparison.hunks import Hunk, with_reason
from db.history.comparison.policy_part import SECTION_SENTENCES, policy_part, run_around
from db.history.comparison.statements import is_statement
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import words_of
from db.processor_time import in_time

MENU_WORDS = 12
MENU_NAMES = 3
INNER_WORDS = 20  # within the policy, only a longer menu with more names is one
INNER_NAMES = 5
SHORT_MENU = 5  # at an end of a text, so many words with two names are a menu
WORDS_OF_A_NAME = 6  # a short menu has a name for so many words or fewer
LABEL_WORDS = 3  # so few words in the place of a menu that disappeared are a label or a breadcrumb
MARGIN_WORDS = 3  # words of the menu between the policy and a difference
MARGIN_TOKENS = 20  # they are among so many tokens
EDGE_SIGNS = 2  # a range is at an end of the text if at most this many signs are between it and the end
DEEP = 10  # between so many sentences on both sides, a difference is not beside the policy
SHORT_RANGE = 8  # tokens
CONTROL_TOKENS = 100  # longer differences are no controls

_Range = tuple[TokenizedText, int, int]  # a text, and the start and end of a range of its tokens


def without_menus(old: TokenizedText, new: TokenizedText, hunks: Sequence[Hunk]) -> list[Hunk]:
    """Set the reason `outside` where a menu differs. A hunk that is partly in a menu is divided."""
    parts: list[Hunk] = []
    for hunk in in_time(hunks):
        parts += _judged(old, new, hunk) if hunk.reason == "wording" else [hunk]
    return parts


def _judged(old: TokenizedText, new: TokenizedText, hunk: Hunk) -> list[Hunk]:
    ranges = (old, hunk.old_start, hunk.old_end), (new, hunk.new_start, hunk.new_end)
    sides = [side for side in ranges if side[1] < side[2]]
    is_control = hunk.is_one_sided and _is_control(*sides[0])
    if is_control or all(is_in_list_of_versions(*side) for side in sides):
        return [with_reason(hunk, "outside")]
    if any(_is_named(*side) for side in sides):
        return [hunk]
    return _beside_the_policy(hunk, ranges)


def _beside_the_policy(hunk: Hunk, ranges: tuple[_Range, _Range]) -> list[Hunk]:
    """Return a hunk, or its parts, with the reason `outside` where words show that it is in a menu."""
    if not all(_is_deep(*side) for side in ranges):
        if _is_at_start(*ranges):
            return [with_reason(hunk, "outside")]
        is_known = all(policy_part(text).is_known for text, _, _ in ranges)
        for back in (False, True) if is_known else ():
            if divided := _divided(*(_seen(*side, back=back) for side in ranges)):
                return divided
    return [with_reason(hunk, "outside")] if all(_is_in_inner_menu(*side) for side in ranges) else [hunk]


def _is_named(text: TokenizedText, start: int, end: int) -> bool:
    """Return whether a short range is a date or has a word that no menu has. This is cheap to find out."""
    return end - start <= SHORT_RANGE and (
        bool(NEVER_A_MENU.search(" ".join(text.tokens[start:end]))) or text.states_date(start, end)
    )


def _is_deep(text: TokenizedText, start: int, end: int) -> bool:
    """Return whether many sentences are before and after a range: it is not beside the policy."""
    counts, last = _statements(text), max(start, end - 1)
    before, after = counts[text.block_at(start)], counts[-1] - counts[text.block_at(last) + 1]
    return before >= DEEP and after >= DEEP


@lru_cache(maxsize=2)
def _statements(text: TokenizedText) -> list[int]:
    """Return how many of the first n blocks are statements, for each n from 0."""
    return [0, *accumulate(map(is_statement, text.blocks))]


def _is_control(text: TokenizedText, start: int, end: int) -> bool:
    if end - start > CONTROL_TOKENS:
        return False
    words = " ".join(text.tokens[start:end])
    is_line = bool(CONTROL_LINE.fullmatch(words)) and text.are_whole_blocks(start, end)
    is_button = bool(BUTTON.fullmatch(words)) and start == text.bounds(text.block_at(start))[0]
    return is_line or is_button or bool(CONTROL.fullmatch(words) or STYLE.fullmatch(words))


def _may_be_outside(text: TokenizedText, start: int, end: int) -> bool:
    """Return whether nothing in a range belongs to the policy by its words."""
    tokens = text.tokens[start:end]
    words = " ".join(tokens)
    if NEVER_A_MENU.search(words):
        return False
    part = policy_part(text)
    sentences = sum(map(part.sentences, text.pieces(start, end)))
    return not is_statement(words) or (part.is_foreign(tokens) and sentences < SECTION_SENTENCES)


def _is_at_start(*sides: _Range) -> bool:
    """Return whether only foreign words at the start of the texts differ, before words that stay."""
    for text, start, end in sides:
        tokens = text.tokens[start:end]
        if start > EDGE_SIGNS or words_of(text.tokens[:start]) or {",", "."}.intersection(tokens):
            return False
        part = policy_part(text)
        if not part.is_known or not part.is_foreign(tokens) or not _may_be_outside(text, start, end):
            return False
        if not _has_margin(text, end, part.start):
            return False
    return any(sum(map(str.isalpha, text.tokens[start:end])) >= SHORT_MENU for text, start, end in sides)


def _is_in_inner_menu(text: TokenizedText, start: int, end: int) -> bool:
    """Return whether a range is within a long menu in the midst of a text, and no list item."""
    first, last = run_around(text.tokens, start, end)
    run, part = text.tokens[first:last], policy_part(text)
    before, after = words_of(text.tokens[first:start]), words_of(text.tokens[end:last])
    near = (*before[-MARGIN_WORDS:], *text.tokens[start:end], *after[:MARGIN_WORDS])
    return (
        min(len(before), len(after)) >= MARGIN_WORDS
        and sum(map(str.isalpha, run)) >= INNER_WORDS
        and part.is_known
        and not part.has_frequent(near)
        and part.is_foreign(run)
        and not text.is_an_item(start, end)
        and len(_names(text, first, last)) >= INNER_NAMES
        and _may_be_outside(text, start, end)
    )


def _has_margin(text: TokenizedText, start: int, end: int) -> bool:
    """Return whether a range has at least `MARGIN_WORDS` words among its first tokens."""
    return len(words_of(text.tokens[start : min(end, start + MARGIN_TOKENS)])) >= MARGIN_WORDS


class _Menus:
    """The menus of a text, as indexes of tokens.

    `head` is the end of the last menu before the policy, and `tail` the start of the first menu or footer
    after it; None without one.
    """

    def __init__(self, text: TokenizedText) -> None:
        part, size = policy_part(text), len(text.tokens)
        after = part.sentence_end
        before, behind = _runs(text, 0, part.start), _runs(text, after, size)
        tails = [start for start, _ in behind[:1]]
        if "©" in text.tokens[after:]:
            tails.append(text.tokens.index("©", after))
        self.head = before[-1][1] if before else None
        self.tail = min(tails, default=None)


@lru_cache(maxsize=2)
def _menus(text: TokenizedText) -> _Menus:
    return _Menus(text)


def _runs(text: TokenizedText, start: int, end: int) -> list[tuple[int, int]]:
    """Return the runs of a menu's words in a range. Returns [] if all of them have too few names."""
    runs = list(policy_part(text).foreign_runs(start, end, MENU_WORDS))
    return runs if len({name for run in runs for name in _names(text, *run)}) >= MENU_NAMES else []


def _names(text: TokenizedText, start: int, end: int) -> set[str]:
    return {name.lower() for name in NAME.findall(" ".join(text.tokens[start:end]))}


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a hunk. All indexes count from the policy outwards: with `back`, from the end of the text.

    `start` and `end` are the range of the hunk, `policy` the end of the policy, and `menu` the start of the
    first menu beside it, None without one.
    """

    text: TokenizedText
    back: bool
    start: int
    end: int
    policy: int
    menu: int | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return a range as indexes from the start of the text."""
        size = len(self.text.tokens)
        return (size - end, size - start) if self.back else (start, end)

    def words(self, start: int, end: int) -> int:
        """Return the number of words in a range."""
        return len(words_of(self.text.tokens[slice(*self.span(start, end))]))

    @property
    def cut(self) -> int | None:
        """Where the part in or beyond a menu begins. None if the hunk is not beside the policy."""
        if self.menu is not None:
            is_nearer = self.start == self.end < self.menu
            return None if is_nearer else max(self.start, min(self.end, self.menu))
        if self.start < self.policy:
            return None
        is_label = self.words(self.start, self.end) <= LABEL_WORDS
        return self.start if is_label or self.is_menu(self.start) else self.end

    @property
    def has_margin(self) -> bool:
        """True if words of the menu are between the policy and the hunk."""
        if self.menu is None or self.start <= self.menu:
            return False
        return _has_margin(self.text, *self.span(self.menu, self.start))

    def is_menu(self, cut: int) -> bool:
        """Return whether the part from `cut` on has a whole menu, or is a short one at the text's end."""
        text, (start, end) = self.text, self.span(cut, self.end)
        if _runs(text, start, end):
            return True
        words, names = self.words(cut, self.end), len(_names(text, start, end))
        is_short = words >= SHORT_MENU and names >= 2 and names * WORDS_OF_A_NAME >= words
        size = len(text.tokens)
        is_last = size - self.end <= EDGE_SIGNS and not self.words(self.end, size)
        return is_short and is_last and policy_part(text).is_foreign(text.tokens[start:end])


def _seen(text: TokenizedText, start: int, end: int, *, back: bool) -> _Side:
    part, menus, size = policy_part(text), _menus(text), len(text.tokens)
    if not back:
        return _Side(text, back, start, end, part.end, menus.tail)
    menu = None if menus.head is None else size - menus.head
    return _Side(text, back, size - end, size - start, size - part.start, menu)


def _divided(old: _Side, new: _Side) -> list[Hunk] | None:
    """Return the parts of a hunk on this side of the policy: the rest, and what is in a menu or beyond.

    Returns None if nothing shows that a part is outside.
    """
    old_cut, new_cut = old.cut, new.cut
    if old_cut is None or new_cut is None:
        return None
    parts = (old, old_cut), (new, new_cut)
    if all(cut == side.end for side, cut in parts):
        return None
    if not all(_may_be_outside(side.text, *side.span(cut, side.end)) for side, cut in parts):
        return None
    if not (old.has_margin and new.has_margin) and not _is_whole_menu(parts):
        return None
    outer = Hunk(*old.span(old_cut, old.end), *new.span(new_cut, new.end), "outside")
    if not any(side.words(side.start, cut) for side, cut in parts):
        return [outer]
    rest = Hunk(*old.span(old.start, old_cut), *new.span(new.start, new_cut))
    return [outer, rest] if old.back else [rest, outer]


def _is_whole_menu(parts: Sequence[tuple[_Side, int]]) -> bool:
    """Return whether a whole menu appeared, disappeared, or was replaced by a menu or a label."""
    menus = [side.is_menu(cut) for side, cut in parts]
    labels = [side.words(cut, side.end) <= LABEL_WORDS for side, cut in parts]
    return any(menus) and all(menu or label for menu, label in zip(menus, labels, strict=True))
