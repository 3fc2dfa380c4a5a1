"""The requests of a run that have not ended, so that one that Scrapy drops without a word ends too.

A middleware, the filter of duplicates or the scheduler can drop a request, and call neither its callback nor
its errback. Such a request is lost when Scrapy has nothing left to do and the request is still open.
"""

import asyncio
from collections.abc import Callable

from crawler.webarchive.failures import DroppedError

LOOK_SECONDS = 0.5  # between two looks; a request counts as lost after two
OnLost = Callable[[DroppedError], object]


class OpenRequests:
    """The open requests of a spider. `is_quiet` returns whether Scrapy has nothing to do with any request."""

    def __init__(self, is_quiet: Callable[[], bool]) -> None:
        self._is_quiet = is_quiet
        self._open: dict[int, OnLost] = {}
        self._last = 0

    def begin(self) -> int:
        """Return the number of a new open request. Say with `set` what to do if it is lost."""
        self._last += 1
        return self._last

    def set(self, number: int, on_lost: OnLost) -> None:
        """Have `on_lost` called if the request gets lost from now on."""
        self._open[number] = on_lost

    def end(self, number: int) -> bool:
        """Note that a request has ended. Return False if it counted as lost or ended before."""
        return self._open.pop(number, None) is not None

    def end_lost(self) -> bool:
        """End all open requests as lost. Return whether there was one."""
        lost = list(self._open)
        for number in lost:
            if on_lost := self._open.pop(number, None):
                on_lost(DroppedError("its request was dropped"))
        return bool(lost)

    async def watch(self) -> None:
        """Look for lost requests until the task is cancelled."""
        quiet = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            quiet = quiet + 1 if self._open and self._is_quiet() else 0
            if quiet >= 2:
                quiet = 0
                self.end_lost()
