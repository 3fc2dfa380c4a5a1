"""One finding for one statement: sentences that say the same, or were changed in the same way, are one."""

from collections.abc import Iterable, Sequence

from db.findings.compare import Compared
from db.findings.sides import QUOTED
from db.findings.statement import Finding, Move

_NEXT = 40
# Kinds whose sentences in a row are one statement, whichever rules recognise them.
_ONE_SUBJECT = ("children", "entity", "law", "notice", "seal", "security", "signal", "tracking", "transfer")
_ITEMS = ("right", "data-type", "purpose")  # kinds whose statements are items: another one replaces none
_EACH = ("retention",)  # kinds whose statements can change in the same words, and each is one: "one year"
_BLOCK = 80  # words between the lines of one address


def gather(compared: Iterable[Compared]) -> list[Finding]:
    """Return one finding for each statement, in the order of the text."""
    every = sorted(
        compared, key=lambda one: (one.finding.move != "changed", one.finding.move, one.finding.place)
    )
    dates = [one.finding for one in every if one.finding.kind == "date"]
    contacts = [one.finding for one in every if one.finding.kind == "contact"]
    others = [one for one in every if one.finding.kind not in ("date", "contact")]
    found = [*_date(dates), *_contacts(contacts), *_replaced(list(_statements(others)))]
    return sorted(found, key=lambda one: one.place)


def _statements(compared: Sequence[Compared]) -> Iterable[Finding]:
    seen: set[object] = set()
    last: dict[tuple[str, str], int] = {}
    for one, end, words in compared:
        keys = {(one.kind, one.move, one.before, one.after), None if one.kind in _EACH else words} - {None}
        if keys & seen:
            continue
        seen |= keys
        if one.move != "changed":
            key = one.kind if one.kind in _ONE_SUBJECT else one.rule, one.move
            before = last.get(key)
            last[key] = end
            if before is not None and 0 <= one.place - before < _NEXT:
                continue
        yield one


def _replaced(found: Sequence[Finding]) -> Iterable[Finding]:
    """Yield findings; one removed and one added by the same rule in a section are one that changed."""
    alone: dict[tuple[Move, str, str], list[Finding]] = {}
    for one in found:
        alone.setdefault((one.move, one.rule, one.section), []).append(one)
    for one in found:
        removed, added = (alone.get((move, one.rule, one.section), ()) for move in ("removed", "added"))
        if one.move == "changed" or one.kind in _ITEMS or len(removed) != 1 or len(added) != 1:
            yield one
        elif one.move == "added":
            denied = removed[0].denied[0], one.denied[1]
            yield one._replace(move="changed", before=removed[0].before, denied=denied)


def _date(dates: Sequence[Finding]) -> Iterable[Finding]:
    """Yield the change of the policy's date: one at most."""
    if dates:
        before = next((one.before for one in dates if one.before), "")
        after = next((one.after for one in dates if one.after), "")
        yield dates[0]._replace(move=_move(before, after), before=before, after=after)


def _contacts(contacts: Sequence[Finding]) -> Iterable[Finding]:
    """Yield the addresses that changed: the lines of one address are one finding."""
    groups: list[list[Finding]] = []
    for one in sorted(contacts, key=lambda one: one.place):
        if groups and (one.section == groups[-1][0].section or one.place - groups[-1][-1].place < _BLOCK):
            groups[-1].append(one)
        else:
            groups.append([one])
    for group in groups:
        before, after = (_joined(getattr(one, side) for one in group) for side in ("before", "after"))
        yield group[0]._replace(move=_move(before, after), before=before, after=after)


def _joined(quotes: Iterable[str]) -> str:
    found = ""
    for quote in filter(None, quotes):
        joined = f"{found} {quote}".strip()
        if not found or len(joined.split()) <= QUOTED:
            found = joined
    return found


def _move(before: str, after: str) -> Move:
    return "changed" if before and after else "added" if after else "removed"
