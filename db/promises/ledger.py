"""The promises of a policy in time: what its versions state, followed from wording to wording."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from db.processor_time import in_time
from db.promises.likeness import ALIKE, are_almost_equal, has_other_number, is_opposite, likeness
from db.promises.statement import KINDS, Ending, Promise, ShownVersion, Stated, Wording


@dataclass
class _Run:
    """Words that are stated in some steps in a row: the first one and the last one."""

    stated: Stated
    first: int
    last: int


class _Runs:
    """The runs of a policy, and which of them are one promise: a forest of the kind "union and find"."""

    def __init__(self, runs: list[_Run]) -> None:
        self.runs = runs
        self._parents = list(range(len(runs)))
        self._continued: set[int] = set()

    def join(self, one: int, other: int) -> None:
        """Make two runs, given by their numbers, one promise."""
        first, last = sorted((self._root(one), self._root(other)))
        self._parents[last] = first

    def go_on(self, one: int, other: int) -> None:
        """Let a run continue one that ended before it."""
        self._continued.add(one)
        self.join(one, other)

    def ended(self, step: int) -> list[int]:
        """Return the runs that end with a step and that no other run continues yet."""
        here = (number for number, run in enumerate(self.runs) if run.last == step)
        return [number for number in here if number not in self._continued]

    def begun(self, step: int) -> list[int]:
        """Return the runs that begin with a step."""
        return [number for number, run in enumerate(self.runs) if run.first == step]

    def likeness(self, one: int, other: int) -> float:
        return likeness(self.runs[one].stated, self.runs[other].stated)

    def groups(self) -> Iterable[list[_Run]]:
        """Return the runs of each promise."""
        found: dict[int, list[_Run]] = defaultdict(list)
        for number, run in enumerate(self.runs):
            found[self._root(number)].append(run)
        return found.values()

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            number = self._parents[number]
        return number


def promises(steps: Sequence[ShownVersion]) -> list[Promise]:
    """Return the promises of a policy, by their beginning, then by their words; [] without steps.

    `steps` are its versions in time, also those that returned. Words that take the place of other words in a
    change continue a promise if they are alike; the most alike ones are joined first. Words of one text that
    are almost equal are one promise. A promise that only one capture does not have goes on. Statements of
    other kinds than KINDS only continue promises.
    """
    found = _Runs(_runs_of(steps))
    for step in range(len(steps)):
        _join_almost_equal(found, step)
        _join_successors(found, found.ended(step - 1), found.begun(step))
        if step and steps[step - 1].since == steps[step - 1].until:
            _join_successors(found, found.ended(step - 2), found.begun(step))
    every = [
        _promise(group, found.runs, steps)
        for group in found.groups()
        if any(run.stated.kind in KINDS for run in group)
    ]
    return sorted(every, key=lambda one: (one.first_with, _order(one.last), one.last_with))


def _runs_of(steps: Sequence[ShownVersion]) -> list[_Run]:
    """Return the runs of all words, in an order that does not depend on their order within a step."""
    runs: list[_Run] = []
    going: dict[Stated, _Run] = {}
    for number, step in enumerate(steps):
        stated = set(step.stated)
        going = {one: run for one, run in going.items() if one in stated}
        for one in sorted(stated - going.keys(), key=_order):
            going[one] = _Run(one, number, number)
            runs.append(going[one])
        for run in going.values():
            run.last = number
    return runs


def _order(one: Stated) -> tuple[str, ...]:
    return tuple(value or "" for value in one)


def _join_almost_equal(found: _Runs, step: int) -> None:
    """Join the words that begin with a step with others of this step that are almost equal."""
    begun = found.begun(step)
    here = [number for number, run in enumerate(found.runs) if run.first <= step <= run.last]
    for one in in_time(begun):
        for other in here:
            if one != other and are_almost_equal(found.runs[one].stated, found.runs[other].stated):
                found.join(one, other)


def _join_successors(found: _Runs, ended: Sequence[int], begun: Sequence[int]) -> None:
    """Let words go on in others, the most alike ones first. Two promises can become one statement."""
    pairs = sorted(
        (-score, one, other)
        for one in in_time(ended)
        for other in begun
        if (score := found.likeness(one, other)) >= ALIKE
    )
    left, taken = {one for _, one, _ in pairs}, set[int]()
    for alone in (True, False):
        for _, one, other in pairs:
            if one in left and not (alone and other in taken):
                found.go_on(one, other)
                left.discard(one)
                taken.add(other)


def _promise(group: Sequence[_Run], runs: Sequence[_Run], steps: Sequence[ShownVersion]) -> Promise:
    in_time = sorted(group, key=lambda run: (run.first, run.last, _order(run.stated)))
    first, last = min(run.first for run in group), max(run.last for run in group)
    latest_words = max(
        (run for run in group if run.stated.kind in KINDS),
        key=lambda run: (run.last, run.first, _order(run.stated)),
    )
    ending, after = None, None
    if has_ended := last + 1 < len(steps):
        latest = [run.stated for run in in_time if run.last == last]
        ending, after = _ending(latest, [run.stated for run in runs if run.first == last + 1])
    return Promise(
        last_without=steps[first - 1].until if first else None,
        first_with=steps[first].since,
        last_with=steps[last].until,
        first_without=steps[last + 1].since if has_ended else None,
        ending=ending,
        last=latest_words.stated,
        wordings=tuple(
            Wording(steps[run.first].since, steps[run.first].version, run.stated) for run in in_time
        ),
        after=after,
    )


def _ending(ended: Sequence[Stated], begun: Sequence[Stated]) -> tuple[Ending, Stated | None]:
    """Return how a promise ended, by what the text says from then on."""
    ways: tuple[tuple[Ending, Callable[[Stated, Stated], bool]], ...] = (
        ("reversed", is_opposite),
        ("changed", has_other_number),
    )
    found = ((ending, two) for ending, fits in ways for one in ended for two in begun if fits(one, two))
    return next(found, ("removed", None))
