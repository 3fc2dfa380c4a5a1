"""Counts what a crawl waits for: requests under way and captures in extraction, by policy."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

LOOK_SECONDS = 1.0  # between two looks whether the run is being stopped


class PolicyTracker:
    """The open work of each policy. `finished` are the policies with no work left."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        self.finished: set[int] = set()
        self._is_stopping = is_stopping
        self._open: Counter[int] = Counter()
        self._under_way = 0  # the sum of them
        self._closed: set[int] = set()
        self._changed = asyncio.Event()

    def begin(self, policy_id: int) -> None:
        """Count a piece of work that begins."""
        self._open[policy_id] += 1
        self._under_way += 1

    def end(self, policy_id: int) -> bool:
        """Count a piece of work that has ended. Return True if it was the last one of its policy."""
        self._open[policy_id] -= 1
        self._under_way -= 1
        self.wake()
        is_last = policy_id in self._closed and not self._open[policy_id]
        if is_last:
            self.finished.add(policy_id)
        return is_last

    def close(self, policy_id: int) -> None:
        """Declare that no further work of a policy follows from the selection.

        Redirects may still add some.
        """
        self._closed.add(policy_id)

    async def wait_until_at_most(self, number: int) -> None:
        """Wait until at most so many pieces of work are under way, or the run is being stopped."""
        while self._under_way > number and not self._is_stopping():
            self._changed.clear()
            # A request that waits in Scrapy's queue when the run is stopped never ends.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)

    def wake(self) -> None:
        """Have those who wait look again, for example because the run is being stopped."""
        self._changed.set()
