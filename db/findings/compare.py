"""Compare the sentences of two texts: which statements came, went or changed."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from db.findings.content import letters
from db.findings.sides import Side, State
from db.findings.statement import Finding, Move

ALIKE = 0.38  # two sentences with this share of words in common are versions of each other
_WHOLE = 0.7  # a sentence of which this share of words differs is new as a whole
_LONG = 40  # a sentence of this many words can state three things, a shorter one two
# Kinds of which a sentence states one thing: a word more changes it. In the other kinds it adds an item.
_ALTERED = "choice entity right notice security transfer tracking seal retention children signal sale law"
_GROWN = frozenset(_ALTERED.split())
_SHRUNK = _GROWN - {"choice"}
# What a sentence can state differently if only names in it differ.
_OF_NAMES = frozenset({"entity", "contact", "seal", "transfer", "law", "signal"})

DifferentWords = tuple[tuple[str, ...], tuple[str, ...]]


class Compared(NamedTuple):
    """A finding, the word where its sentence ends, and the stems of the words that went and came.

    The same stems in another sentence are the same change. A sentence without a counterpart has None.
    """

    finding: Finding
    end: int
    words: DifferentWords | None


def compare(old: Sequence[Side], new: Sequence[Side]) -> Iterator[Compared]:
    """Yield what the sentences of two texts state differently. Sentences of both texts are left out."""
    gone = [side for side in old if not side.is_in_both]
    came = [side for side in new if not side.is_in_both]
    pairs = _pairs(gone, came)
    versions = set(pairs.values())
    for number, side in enumerate(came):
        if number not in versions and side.changed:
            yield from _alone(side, "added")
    for number, side in enumerate(gone):
        if number not in pairs and side.changed:
            yield from _alone(side, "removed")
    for one, other in pairs.items():
        yield from _pair(gone[one], came[other])


def _pairs(gone: Sequence[Side], came: Sequence[Side]) -> dict[int, int]:
    """Return the sentences that are versions of each other, as old number -> new number."""
    olds, news = ([(_counted(side.key), len(side.key)) for side in sides] for sides in (gone, came))
    alike = []
    for one, (words, number) in enumerate(olds):
        for other, (others, other_number) in enumerate(news):
            size = number + other_number
            if 2 * min(number, other_number) < ALIKE * size:
                continue  # one is too long, whichever words it has
            share = 2 * len(words & others) / size
            if share >= ALIKE:
                alike.append((-share, one, other))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, other in sorted(alike):
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return found


def _counted(words: Sequence[str]) -> Set[Hashable]:
    """Return words as a set in which the second "the" is ("the", 2)."""
    different = frozenset(words)
    if len(different) == len(words):
        return different
    seen: Counter[str] = Counter()
    found: set[Hashable] = set()
    for word in words:
        seen[word] += 1
        found.add((word, seen[word]) if seen[word] > 1 else word)
    return found


def _alone(side: Side, move: Move) -> Iterator[Compared]:
    """Yield what a sentence states that the other text has no version of."""
    if not side.vocabulary.weighty(side.vocabulary.content(side.changed)):
        return
    is_whole = len(side.changed) >= _WHOLE * len(side.words)
    most = 2 if len(side.words) < _LONG else 3
    for state in list(_of_change(side, None if is_whole else side.span).values())[:most]:
        quote = side.quote(*state.span) if is_whole else side.quote(*side.span)
        yield Compared(_one_sided(state, move, quote, side), side.end, None)


def _pair(old: Side, new: Side) -> Iterator[Compared]:
    """Yield what two versions of a sentence state differently."""
    before = _of_change(old, old.span) if old.changed else {}
    after = _of_change(new, new.span) if new.changed else {}
    if "date" in before or "date" in after:
        quotes = (
            old.quote(*old.span) if "date" in before else "",
            new.quote(*new.span) if "date" in after else "",
        )
        state = after.get("date") or before["date"]
        yield Compared(_finding(state, "changed", *quotes, new), new.end, None)
        return
    went = Counter(old.vocabulary.content(_unglued(old, new)))
    came = Counter(new.vocabulary.content(_unglued(new, old)))
    minus = old.vocabulary.weighty((went - came).elements())
    plus = new.vocabulary.weighty((came - went).elements())
    if _are_names(old, minus) and _are_names(new, plus):
        before = {kind: state for kind, state in before.items() if kind in _OF_NAMES}
        after = {kind: state for kind, state in after.items() if kind in _OF_NAMES}
    words = tuple(sorted(set(went - came))), tuple(sorted(set(came - went)))
    negates = old.vocabulary.negations(old.changed) != new.vocabulary.negations(new.changed)
    if old.changed and new.changed and (minus or negates) and (plus or negates):
        stated = next((after[kind] for kind in sorted(after, key=lambda kind: kind not in before)), None)
        values = old.vocabulary.has_value(old.changed) or new.vocabulary.has_value(new.changed)
        if stated and (negates or values or len(minus) > 1 or len(plus) > 1):
            yield _changed(stated, (old, old.span), (new, new.span), words)
    elif plus and after:
        yield _grown(old, new, next(iter(after.values())), words)
    elif minus and before:
        yield _shrunk(old, new, next(iter(before.values())), words)


def _grown(old: Side, new: Side, state: State, words: DifferentWords) -> Compared:
    """Return what a sentence states with more words than before."""
    whole = old.states().get(state.claim.kind)
    if state.claim.kind in _GROWN and whole:
        return _changed(state, (old, whole.span), (new, new.span), words)
    return Compared(_one_sided(state, "added", new.quote(*new.span), new), new.end, words)


def _shrunk(old: Side, new: Side, state: State, words: DifferentWords) -> Compared:
    """Return what a sentence states with fewer words than before."""
    whole = new.states().get(state.claim.kind)
    if state.claim.kind in _SHRUNK and whole:
        return _changed(state, (old, old.span), (new, whole.span), words)
    return Compared(_one_sided(state, "removed", old.quote(*old.span), old), old.end, words)


def _changed(
    state: State, old: tuple[Side, tuple[int, int]], new: tuple[Side, tuple[int, int]], words: DifferentWords
) -> Compared:
    quotes = old[0].quote(*old[1]), new[0].quote(*new[1])
    denied = _denies(*old, state.claim.kind), _denies(*new, state.claim.kind)
    found = _finding(state, "changed", *quotes, new[0])._replace(denied=denied)
    return Compared(found, new[0].end, words)


def _denies(side: Side, span: tuple[int, int], kind: str) -> bool | None:
    """Return whether a sentence denies what it states of a kind, there or anywhere; None without a claim."""
    state = side.states(span).get(kind) or side.states().get(kind)
    return state and state.claim.polarity == "denies"


def _one_sided(state: State, move: Move, quote: str, side: Side) -> Finding:
    """Return what only the old text states ("removed"), or only the new text."""
    denies = state.claim.polarity == "denies"
    if move == "removed":
        return _finding(state, move, quote, "", side)._replace(denied=(denies, None))
    return _finding(state, move, "", quote, side)._replace(denied=(None, denies))


def _finding(state: State, move: Move, before: str, after: str, side: Side) -> Finding:
    claim = state.claim
    return Finding(claim.kind, move, claim.subject, before, after, side.section, claim.rule, side.start)


def _of_change(side: Side, span: tuple[int, int] | None) -> dict[str, State]:
    """Return what a sentence states in a range, without recipients, which have a comparison of their own.

    An address is a contact only if a part of it differs, and not if only the words around it do.
    """
    states = side.states(span)
    states.pop("recipient", None)
    changed = " ".join(side.changed)
    if not side.vocabulary.has_value(side.changed) and not side.vocabulary.office.search(changed):
        states.pop("contact", None)
    return states


def _unglued(side: Side, other: Side) -> list[str]:
    """Return the differing words, without those between which only a space came or went."""
    joined = {one + two for one, two in pairwise(other.key)}
    halves = {half for one, two in pairwise(side.key) if one + two in other.key for half in (one, two)}
    return [word for word in side.changed if letters(word) not in joined | halves]


def _are_names(side: Side, stems: Sequence[str]) -> bool:
    """Return whether all words of a sentence with these stems are names, with capitals; True for no stems.

    In a language in which other words have capitals too, no word is known to be a name.
    """
    if not side.vocabulary.names_alone:
        return False
    words = [word.lstrip("(\"“'‘") for word in side.words[1:]]
    named = [word for word in words if word[:1].isalpha() and side.vocabulary.stem(letters(word)) in stems]
    return all(word[0].isupper() for word in named) and (bool(named) or not stems)
