"""One timeline of a policy: versions and changes of all its pages, flips and disagreements told apart from them.

- A page whose text stays bears no witness to a change: while another page shows the newer wording, what it still shows is a
  variant of that version, not a return to the old one.
- What comes for one capture and goes at once, and what alternates, is a variant of the version that was there before.
- A wording that returns later than that is the old version again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

MinorKind = Literal[
    "presentation", "extractor"
]  # what differs between texts of one version: as the page sets it, as we took it
ChangeKind = Literal["wording"] | MinorKind

FLIP_DAYS = 31  # a roll-out, a test, an outage: shorter than anything that a policy is announced for
FLIPS = 3  # returns to one wording from which two texts alternate, however slowly they are captured


@dataclass(frozen=True, slots=True)
class Witness:
    """A good capture: when, on which page, which text, and which wording it has (texts with equal ones are one version).

    `body_id` and `extractor` tell from which body the text was made, and by what.
    """

    captured_at: str
    page: str
    text_id: int
    wording: str
    body_id: int | None = None
    extractor: str = ""


@dataclass(frozen=True)
class Version:
    """A distinct wording: `text_id` is the first text that had it, `captures` how many captures show it (variants too)."""

    number: int
    text_id: int
    first_seen: str
    last_seen: str
    captures: int


@dataclass(frozen=True)
class Change:
    """A step from one capture's text to the next one's; versions by number, texts by id."""

    kind: ChangeKind
    old_version: int
    new_version: int
    old_text: int
    new_text: int
    last_old: str
    first_new: str


@dataclass(frozen=True)
class Variant:
    """Another wording that was shown while a version held: in passing, in turns with it, or at another address (`page`)."""

    version: int
    text_id: int
    page: str
    kind: Literal["flip", "address"]
    first_seen: str
    last_seen: str
    captures: int


@dataclass
class Timeline:
    """All that is known of a policy's wordings: versions by number, changes and variants by time."""

    versions: list[Version] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)


@dataclass(slots=True)
class _WordingRun:
    """Consecutive witnesses of one wording; `aside` are those of other wordings among them, with their kind."""

    wording: str
    seen: list[Witness]
    aside: list[tuple[Literal["flip", "address"], Witness]] = field(default_factory=list)


def build_timeline(
    witnesses: Sequence[Witness], setting: Callable[[Witness, Witness], MinorKind | None]
) -> Timeline:
    """Draw the timeline of a policy's witnesses, given by time.

    `setting` tells of two captures that show one version in what their texts differ: such a step is a change of that kind, and
    none for None.
    """
    runs = _without_flips(_runs(witnesses))
    return _timeline(runs, setting)


def _runs(witnesses: Sequence[Witness]) -> list[_WordingRun]:
    """Cut the witnesses into runs of one wording, what other addresses still show set aside."""
    last = {witness.wording: index for index, witness in enumerate(witnesses)}
    shown: dict[str, str] = {}
    told: set[str] = set()
    runs: list[_WordingRun] = []
    for index, witness in enumerate(witnesses):
        stays = shown.get(witness.page) == witness.wording
        known = witness.wording in told and witness.page not in shown
        shown[witness.page] = witness.wording
        told.add(witness.wording)
        if runs and runs[-1].wording == witness.wording:
            runs[-1].seen.append(witness)
        elif runs and (stays or known) and last[runs[-1].wording] > index:
            runs[-1].aside.append(("address", witness))
        else:
            runs.append(_WordingRun(witness.wording, [witness]))
    return runs


def _without_flips(runs: Sequence[_WordingRun]) -> list[_WordingRun]:
    """Fold what was passing, or alternates, into the run that was there before it."""
    folded: list[_WordingRun] = []
    index = 0
    while index < len(runs):
        end = _end_of_flips(runs, index)
        first = runs[index]
        for excursion, back in zip(runs[index + 1 : end : 2], runs[index + 2 : end + 1 : 2], strict=True):
            first.aside += [*(("flip", witness) for witness in excursion.seen), *excursion.aside, *back.aside]
            first.seen += back.seen
        folded.append(first)
        index = end + 1
    return _joined(_rolled_out(folded))


def _end_of_flips(runs: Sequence[_WordingRun], start: int) -> int:
    """The last run to which the wording of run `start` returns, run by run, in flips; `start` itself without any."""
    returns: list[bool] = []
    at = start
    while at + 2 < len(runs) and runs[at + 2].wording == runs[start].wording:
        if returns and runs[at + 1].wording != runs[start + 1].wording and not _soon(runs, at):
            break
        returns.append(_soon(runs, at))
        at += 2
    if len(returns) >= FLIPS and len({run.wording for run in runs[start : at + 1]}) == 2:
        return at
    at = start
    for number, soon in enumerate(returns):
        again = any(returns[n] for n in (number - 1, number + 1) if 0 <= n < len(returns))
        if not soon or (len(runs[at + 1].seen) > 1 and not again):
            break
        at += 2
    return at


def _soon(runs: Sequence[_WordingRun], at: int) -> bool:
    left, back = runs[at].seen[-1].captured_at, runs[at + 2].seen[0].captured_at
    return (datetime.fromisoformat(back) - datetime.fromisoformat(left)).days <= FLIP_DAYS


def _rolled_out(runs: Sequence[_WordingRun]) -> list[_WordingRun]:
    """Let a wording that stays after flips begin at the first capture that shows it; the old one is a variant from there."""
    for before, after in pairwise(runs):
        start = min(
            (w.captured_at for kind, w in before.aside if kind == "flip" and w.wording == after.wording),
            default=None,
        )
        if start is None:
            continue
        early = [w for _, w in before.aside if w.wording == after.wording and w.captured_at >= start]
        after.aside += [("flip", witness) for witness in before.seen if witness.captured_at >= start]
        after.aside += [
            (kind, w) for kind, w in before.aside if w.captured_at >= start and w.wording != after.wording
        ]
        after.seen = sorted(early, key=lambda witness: witness.captured_at) + after.seen
        before.seen = [witness for witness in before.seen if witness.captured_at < start]
        before.aside = [(kind, witness) for kind, witness in before.aside if witness.captured_at < start]
    return [run for run in runs if run.seen]


def _joined(runs: Iterable[_WordingRun]) -> list[_WordingRun]:
    joined: list[_WordingRun] = []
    for run in runs:
        if joined and joined[-1].wording == run.wording:
            joined[-1].seen += run.seen
            joined[-1].aside += run.aside
        else:
            joined.append(run)
    return joined


def _timeline(
    runs: Sequence[_WordingRun], setting: Callable[[Witness, Witness], MinorKind | None]
) -> Timeline:
    timeline = Timeline()
    numbers: dict[str, int] = {}
    held: dict[
        str, tuple[Witness, str, int]
    ] = {}  # of each wording: the first witness, when last seen, how many captures
    before: Witness | None = None
    for run in runs:
        number = numbers.setdefault(run.wording, len(numbers) + 1)
        first, _, count = held.get(run.wording, (run.seen[0], "", 0))
        held[run.wording] = first, run.seen[-1].captured_at, count + len(run.seen) + len(run.aside)
        timeline.variants += _variants(run, number)
        for witness in run.seen:
            if before and before.wording != run.wording:
                timeline.changes.append(_change("wording", numbers[before.wording], number, before, witness))
            elif before and before.text_id != witness.text_id and (kind := setting(before, witness)):
                timeline.changes.append(_change(kind, number, number, before, witness))
            before = witness
    timeline.versions = [
        Version(numbers[wording], first.text_id, first.captured_at, last, count)
        for wording, (first, last, count) in held.items()
    ]
    return timeline


def _change(kind: ChangeKind, old: int, new: int, before: Witness, after: Witness) -> Change:
    return Change(kind, old, new, before.text_id, after.text_id, before.captured_at, after.captured_at)


def _variants(run: _WordingRun, version: int) -> list[Variant]:
    seen: dict[tuple[int, str, Literal["flip", "address"]], list[str]] = {}
    for kind, witness in sorted(run.aside, key=lambda aside: aside[1].captured_at):
        seen.setdefault((witness.text_id, witness.page, kind), []).append(witness.captured_at)
    return [
        Variant(version, text, page, kind, at[0], at[-1], len(at)) for (text, page, kind), at in seen.items()
    ]
