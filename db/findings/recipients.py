"""Named recipients: companies that one of the two texts names and the other does not."""

from collections.abc import Iterator, Mapping, Sequence, Set

from db.findings.sides import Side
from db.findings.statement import Finding

_Named = list[tuple[Side, dict[str, tuple[int, int]]]]
RULE = "recipient/named company"


def recipients(
    old: Sequence[Side], new: Sequence[Side], old_names: Set[str], new_names: Set[str]
) -> Iterator[Finding]:
    """Yield a finding for each sentence that names companies which the other text does not name.

    `old_names` and `new_names` are the companies that the texts name, in lower case.

    A sentence of each text with one such name and no other, at the same place of the policy, is one changed
    recipient. In a list of names or a table, one is removed and one added.
    """
    went, came = _only(old, new_names), _only(new, old_names)
    for one in list(went):
        other = next((two for two in came if _replaces(one, two)), None)
        if other:
            went.remove(one)
            came.remove(other)
            quotes = _quote(*one), _quote(*other)
            names = f"{', '.join(one[1])} -> {', '.join(other[1])}"
            yield Finding("recipient", "changed", names, *quotes, other[0].section, RULE, other[0].start)
    for side, named in went:
        what = ", ".join(named)
        yield Finding("recipient", "removed", what, _quote(side, named), "", side.section, RULE, side.start)
    for side, named in came:
        what = ", ".join(named)
        yield Finding("recipient", "added", what, "", _quote(side, named), side.section, RULE, side.start)


def _names(side: Side) -> set[str]:
    """Return the companies that a sentence names, in lower case."""
    return {one.claim.subject.casefold() for one in side.claims if one.claim.kind == "recipient"}


def _only(sides: Sequence[Side], others: Set[str]) -> _Named:
    """Return the sentences with differing words that name companies outside of `others`, each name once."""
    found: _Named = []
    seen = set(others)
    for side in sides:
        names = {
            one.claim.subject: one.span
            for one in side.claims
            if one.claim.kind == "recipient" and side.changed and one.claim.subject.casefold() not in seen
        }
        if names:
            seen |= {name.casefold() for name in names}
            found.append((side, names))
    return found


def _replaces(one: tuple[Side, Mapping[str, object]], other: tuple[Side, Mapping[str, object]]) -> bool:
    if one[0].is_row or len(_names(one[0])) != 1 or len(_names(other[0])) != 1:
        return False
    same = set(one[0].key) & set(other[0].key)
    return 2 * len(same) >= 0.5 * (len(set(one[0].key)) + len(set(other[0].key)))


def _quote(side: Side, names: Mapping[str, tuple[int, int]]) -> str:
    return side.quote(min(start for start, _ in names.values()), max(end for _, end in names.values()))
