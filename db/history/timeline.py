"""The timeline of a policy: its versions, changes and variants, made from its good captures.

- A page that keeps its old text is no evidence of a change. While another page shows the newer wording, the
  old wording is a variant of the new version, and not a return to the old version.
- A wording that appears in one capture only, or that alternates with another wording, is a variant of the
  version before it.
- A wording that returns later is its old version again.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

# The kind of a difference between two texts of one version: only links and markup, or only the extraction.
MinorKind = Literal["presentation", "extractor"]
ChangeKind = Literal["wording"] | MinorKind

FLIP_DAYS = 31  # a wording that is gone after fewer days was a roll-out, a test or an outage
FLIPS = 3  # two wordings alternate if the first one returns at least this often, after any time


@dataclass(frozen=True, slots=True)
class Witness:
    """A good capture (verdict `policy`) as evidence of what the policy stated.

    `captured_at` is its time (ISO 8601), `page` its page, and `wording` the key of its text's wording. Texts
    with equal keys are one version. `body_id` is the body that the text was made from, None for an imported
    text. `extractor` is the program that made the text, and `language` the text's language, None if unknown.
    """

    captured_at: str
    page: str
    text_id: int
    wording: str
    body_id: int | None = None
    extractor: str = ""
    language: str | None = None


@dataclass(frozen=True)
class Version:
    """A distinct wording of a policy.

    `number` counts from 1. `text_id` is its first text. `captures` is the number of its captures, including
    captures of its variants.
    """

    number: int
    text_id: int
    first_seen: str
    last_seen: str
    captures: int


@dataclass(frozen=True)
class Change:
    """A difference between two good captures in a row.

    Versions are given by number and texts by id. `last_old` and `first_new` are the times of the two
    captures.
    """

    kind: ChangeKind
    old_version: int
    new_version: int
    old_text: int
    new_text: int
    last_old: str
    first_new: str


@dataclass(frozen=True)
class Variant:
    """Another wording that was shown during the period of a version.

    It was in one capture only or alternated (`flip`), or was shown at another address (`address`).
    """

    version: int
    text_id: int
    page: str
    kind: Literal["flip", "address"]
    first_seen: str
    last_seen: str
    captures: int


@dataclass
class Timeline:
    """The versions of a policy by number, and its changes and variants by time."""

    versions: list[Version] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)


@dataclass(slots=True)
class _WordingRun:
    """Consecutive good captures with the same wording.

    `aside` are captures of other wordings between them, which are variants.
    """

    wording: str
    seen: list[Witness]
    aside: list[tuple[Literal["flip", "address"], Witness]] = field(default_factory=list)


def build_timeline(
    witnesses: Sequence[Witness],
    minor_kind: Callable[[Witness, Witness], MinorKind | None],
    others: Iterable[Witness] = (),
) -> Timeline:
    """Return the timeline of a policy.

    `witnesses` are its good captures in order of time. `others` are captures in another language; they are
    variants of the version of their time. `minor_kind` takes two captures of one version and
    returns the kind of their difference. If it returns None, the two captures do not become a change. Without
    captures, the timeline is empty.
    """
    runs = _without_flips(_runs(witnesses))
    starts = [run.seen[0].captured_at for run in runs]
    for other in others:
        runs[max(0, bisect_right(starts, other.captured_at) - 1)].aside.append(("flip", other))
    return _timeline(runs, minor_kind)


def _runs(witnesses: Sequence[Witness]) -> list[_WordingRun]:
    """Divide the good captures into runs of one wording.

    Old wordings that another address still shows become variants of the run.
    """
    last = {witness.wording: index for index, witness in enumerate(witnesses)}
    at_page: dict[str, str] = {}
    seen: set[str] = set()
    runs: list[_WordingRun] = []
    for index, witness in enumerate(witnesses):
        stays = at_page.get(witness.page) == witness.wording
        known = witness.wording in seen and witness.page not in at_page
        at_page[witness.page] = witness.wording
        seen.add(witness.wording)
        if runs and runs[-1].wording == witness.wording:
            runs[-1].seen.append(witness)
        elif runs and (stays or known) and last[runs[-1].wording] > index:
            runs[-1].aside.append(("address", witness))
        else:
            runs.append(_WordingRun(witness.wording, [witness]))
    return runs


def _without_flips(runs: Sequence[_WordingRun]) -> list[_WordingRun]:
    """Move wordings that were shown only briefly, or that alternate, into the run before them."""
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
    """Return the index of the last run in which the wording of run `start` returns.

    Returns `start` itself if the wording does not alternate.
    """
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
    """Let a wording that stays begin at its first capture, before it alternated.

    The old wording becomes a variant from that capture on.
    """
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
    runs: Sequence[_WordingRun], minor_kind: Callable[[Witness, Witness], MinorKind | None]
) -> Timeline:
    timeline = Timeline()
    numbers: dict[str, int] = {}
    # Wording -> its first capture, the time of its last capture, its number of captures.
    found: dict[str, tuple[Witness, str, int]] = {}
    before: Witness | None = None
    for run in runs:
        number = numbers.setdefault(run.wording, len(numbers) + 1)
        first, _, count = found.get(run.wording, (run.seen[0], "", 0))
        found[run.wording] = first, run.seen[-1].captured_at, count + len(run.seen) + len(run.aside)
        timeline.variants += _variants(run, number)
        for witness in run.seen:
            if before and before.wording != run.wording:
                timeline.changes.append(_change("wording", numbers[before.wording], number, before, witness))
            elif before and before.text_id != witness.text_id and (kind := minor_kind(before, witness)):
                timeline.changes.append(_change(kind, number, number, before, witness))
            before = witness
    timeline.versions = [
        Version(numbers[wording], first.text_id, first.captured_at, last, count)
        for wording, (first, last, count) in found.items()
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
