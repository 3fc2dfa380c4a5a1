"""Good manners: how fast the archive is asked, and what happens when it says no.

The numbers are those of wayback.md section 3.
"""

import asyncio
import time
from collections.abc import Mapping

PAUSE = 60.0  # seconds after a 429 without Retry-After, doubled each time; EDGI's client waits as long
PAUSES = 5  # 429 again after so many pauses (31 minutes in all): the archive refuses us for now
BLOCK_SECONDS = 3600  # the firewall shuts a client out for an hour at first (IA staff, edgi#137)


class Pace:
    """The turns of all requests of one process. Rates are requests a minute by kind ("cdx", "replay"); 0 is no limit."""

    def __init__(self, per_minute: Mapping[str, float], pause: float = PAUSE) -> None:
        self._interval = {kind: 60 / rate if rate else 0.0 for kind, rate in per_minute.items()}
        self._next = dict.fromkeys(per_minute, 0.0)
        self._paused_until = 0.0
        self._pause = pause
        self._pauses = 0

    async def turn(self, kind: str) -> None:
        """Wait until a request of this kind may go out."""
        while (wait := max(self._next[kind], self._paused_until) - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        self._next[kind] = max(time.monotonic(), self._next[kind]) + self._interval[kind]

    def throttled(self, retry_after: float | None) -> float | None:
        """Pause everything after a 429, for so many seconds or longer each time; give how long, None to give up.

        `retry_after` is what the archive asks for: at least a second is kept, more than BLOCK_SECONDS is not waited for here.
        Answers to requests that were under way when the pause began do not make it longer.
        """
        left = self._paused_until - time.monotonic()
        if left > 0:
            return left
        if self._pauses >= PAUSES or (retry_after or 0) > BLOCK_SECONDS:
            return None
        seconds = self._pause * 2**self._pauses if retry_after is None else max(1.0, retry_after)
        self._pauses += 1
        self._paused_until = time.monotonic() + seconds
        return seconds

    def eased(self) -> None:
        """The archive answers again: the next pause is a short one."""
        if time.monotonic() >= self._paused_until:
            self._pauses = 0
