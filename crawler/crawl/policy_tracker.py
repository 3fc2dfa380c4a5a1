"""A count of the unfinished work of each policy: requests, and captures in extraction."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

LOOK_SECONDS = 1.0  # seconds between two checks whether the run is being stopped


class PolicyTracker:
    """The count of open work for each policy.

    `finished` has the ids of the policies that have no work left.
    """

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        self.finished: set[int] = set()
        self._is_stopping = is_stopping
        self._open: Counter[int] = Counter()
        self._under_way = 0  # the sum of `_open`
        self._closed: set[int] = set()
        self._changed = asyncio.Event()

    def begin(self, policy_id: int) -> None:
        """Count one piece of work that begins: a request, or an extraction."""
        self._open[policy_id] += 1
        self._under_way += 1

    def end(self, policy_id: int) -> bool:
        """Count one piece of work that has ended. Return True if the policy has no work left."""
        self._open[policy_id] -= 1
        self._under_way -= 1
        self.wake()
        is_last = policy_id in self._closed and not self._open[policy_id]
        if is_last:
            self.finished.add(policy_id)
        return is_last

    def close(self, policy_id: int) -> None:
        """Declare that no more captures of a policy will be chosen.

        Archived redirects may still lead to further captures.
        """
        self._closed.add(policy_id)

    async def wait_until_at_most(self, number: int) -> None:
        """Wait until at most `number` pieces of work are open, or the run stops."""
        while self._under_way > number and not self._is_stopping():
            self._changed.clear()
            # A request that waits in Scrapy's queue when the run is stopped never ends.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)

    def wake(self) -> None:
        """Make all callers of `wait_until_at_most` check again, for example because the run stops."""
        self._changed.set()
