"""Failures of a run that may be faults of the whole archive.

They become facts when the archive answers again.

A fault of the whole archive is nobody's attempt (docs/states.md "The archive does not serve").
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.crawl.answers import Stored
from crawler.webarchive.memento import Answer, Kind
from db.database import transaction
from db.store import capture_states
from db.store.captures import Capture


@dataclass(frozen=True)
class _Failure:
    before: Capture
    forbidden: bool
    reason: str


class ProvisionalFailures:
    """The failed captures since the archive last showed one, each as it was before it failed.

    `pages` are the ids of their pages, and of the pages whose captures are being tried again.
    """

    def __init__(self) -> None:
        self._failures: list[_Failure] = []
        self.pages: set[int] = set()

    @property
    def has_forbidden(self) -> bool:
        """Whether one was forbidden: only an answer for another capture can say what that means."""
        return any(failure.forbidden for failure in self._failures)

    def add(self, before: Capture, reason: str, *, forbidden: bool) -> None:
        """Add a capture as it was before it failed."""
        self._failures.append(_Failure(before, forbidden, reason))
        self.pages.add(before.page_id)

    def confirm(self, db: Database) -> list[int]:
        """Make the failures facts, because the archive answers.

        Return the captures that are excluded by that.
        """
        failures = self._take()
        excluded = [failure for failure in failures if failure.forbidden]
        if excluded:
            with transaction(db):
                for failure in excluded:
                    capture_states.set_excluded(db, failure.before.id, failure.reason)
        return _ids(excluded)

    def give_back(self, db: Database) -> list[int]:
        """Undo the failures, the last one first, because the archive does not answer.

        Return their captures.
        """
        failures = self._take()
        with transaction(db):
            for failure in reversed(failures):
                was = failure.before
                capture_states.restore_state(db, was.id, was.state, was.reason, was.attempts, was.asked_at)
        return _ids(failures)

    def _take(self) -> list[_Failure]:
        failures, self._failures = self._failures, []
        self.pages.clear()
        return failures


def _ids(failures: Iterable[_Failure]) -> list[int]:
    return list(dict.fromkeys(failure.before.id for failure in failures))


class CaptureCounts:
    """The captures of a run by what became of them, in `counts`; a capture that failed twice counts once.

    `provisional` are the failures that the archive's next capture makes facts.
    """

    def __init__(self, db: Database, counts: Counter[str]) -> None:
        self.counts, self.provisional = counts, ProvisionalFailures()
        self._db = db
        self._failed: set[int] = set()
        self._refuted = 0  # captures that lost their body again

    def add(self, stored: Stored, answer: Answer) -> None:
        """Count an answer. A capture that came confirms the failures before it."""
        if stored.may_pass:
            self.provisional.add(stored.before, answer.reason, forbidden=answer.kind is Kind.FORBIDDEN)
        self._refuted += stored.refuted
        if stored.state == "failed":
            self._failed.add(stored.before.id)
        elif stored.state != "not yet":
            self.counts[stored.state] += 1
            self._failed -= {stored.before.id, *stored.fetched}
        self.counts["failed"] = len(self._failed) + self._refuted
        if stored.state == "fetched":
            self.confirm()

    def confirm(self) -> None:
        """Take the failures so far for those of their captures, because the archive shows another one."""
        self.counts["excluded"] += self._remove(self.provisional.confirm(self._db))

    def give_back(self) -> None:
        """Undo the failures since the archive last showed a capture."""
        self._remove(self.provisional.give_back(self._db))

    def _remove(self, capture_ids: list[int]) -> int:
        self._failed -= set(capture_ids)
        self.counts["failed"] = len(self._failed) + self._refuted
        return len(capture_ids)
