"""Failures of a run that may be faults of the whole archive: they become facts when the archive answers again.

A fault of the whole archive is nobody's attempt (docs/states.md "The archive does not serve").
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from db.database import transaction
from db.store import capture_states
from db.store.captures import Capture


@dataclass(frozen=True)
class _Failure:
    before: Capture
    forbidden: bool
    reason: str


class ProvisionalFailures:
    """The failed captures since the archive last showed one, each as it was before it failed."""

    def __init__(self) -> None:
        self._failures: list[_Failure] = []

    @property
    def pages(self) -> frozenset[int]:
        """The ids of their pages."""
        return frozenset(failure.before.page_id for failure in self._failures)

    @property
    def has_forbidden(self) -> bool:
        """Whether one was forbidden: only an answer for another capture can say what that means."""
        return any(failure.forbidden for failure in self._failures)

    def add(self, before: Capture, reason: str, *, forbidden: bool) -> None:
        """Add a capture as it was before it failed."""
        self._failures.append(_Failure(before, forbidden, reason))

    def confirm(self, db: Database) -> list[int]:
        """Make the failures facts, because the archive answers. Return the captures that are excluded by that."""
        failures, self._failures = self._failures, []
        excluded = [failure for failure in failures if failure.forbidden]
        if excluded:
            with transaction(db):
                for failure in excluded:
                    capture_states.set_excluded(db, failure.before.id, failure.reason)
        return _ids(excluded)

    def give_back(self, db: Database) -> list[int]:
        """Undo the failures, the last one first, because the archive does not answer. Return their captures."""
        failures, self._failures = self._failures, []
        with transaction(db):
            for failure in reversed(failures):
                was = failure.before
                capture_states.restore_state(db, was.id, was.state, was.reason, was.attempts, was.asked_at)
        return _ids(failures)


def _ids(failures: Iterable[_Failure]) -> list[int]:
    return list(dict.fromkeys(failure.before.id for failure in failures))
