"""Good manners: how fast the archive is asked, and what happens when it says no.

The numbers are those of wayback.md section 3. What is shared with other processes is in crawler/throttling/shared_limits.py.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from crawler.throttling.shared_limits import SharedLimits, ThrottleState, Turn
from db import times

PAUSE = 60.0  # seconds after a 429 without Retry-After, doubled each time; EDGI's client waits as long
START_SECONDS = 10.0  # the time after a start, and after a pause, in which requests go out slower ("start slowly, ramp up")
START_GAP = 0.5  # seconds added to the gap between two requests at first, and less and less until START_SECONDS are over
LOOK_SECONDS = (
    1.0  # between two looks whether another process was told to pause, and whether the run is being stopped
)
logger = logging.getLogger(__name__)


class RateLimiter:
    """The turns of all requests of one process. Rates are requests a minute by kind ("cdx", "replay"); 0 is no limit.

    Requests without a limit take nothing from the shared budget, but keep to its pauses; they look at it once in LOOK_SECONDS.
    """

    def __init__(self, budget: SharedLimits, per_minute: Mapping[str, float], pause: float = PAUSE) -> None:
        self._budget = budget
        self._interval = {kind: 60 / rate if rate else 0.0 for kind, rate in per_minute.items()}
        self._queue = {kind: asyncio.Lock() for kind in per_minute}
        self._first_pause = pause
        self._began: float | None = None  # when the first request went out after the start or the last pause
        self._looked: tuple[float, ThrottleState] | None = None
        self._known_pause = 0.0  # its end; each is told once

    async def acquire(self, kind: str, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Wait until a request of this kind may go out; False where the run is stopped meanwhile, or the archive refuses us.

        Raises LimitsError.
        """
        async with self._queue[kind]:
            while not stopped():
                turn = self._take(kind)
                if turn.standing.blocked_until:
                    break
                if not turn.wait:
                    return True
                self._tell(turn.standing)
                await asyncio.sleep(min(turn.wait, LOOK_SECONDS))
        return False

    def throttled(self, retry_after: float | None) -> float | None:
        """Pause everything after a 429, in all processes; give for how many seconds, None to give up. See `SharedLimits.pause`."""
        self._looked = None
        seconds = self._budget.pause(retry_after, self._first_pause)
        self._known_pause = self._budget.standing().paused_until
        return seconds

    def refused(self, reason: str, seconds: float | None = None) -> float:
        """Have all processes stay away; give the seconds for how long. See `SharedLimits.block`."""
        return self._budget.block(reason, seconds)

    def state(self) -> ThrottleState:
        """Return until when the archive wants a pause, or refuses this client."""
        return self._budget.standing()

    def _take(self, kind: str) -> Turn:
        if not self._interval[kind]:
            standing = self._look()
            return Turn(max(0.0, standing.paused_until - standing.now), standing)
        now = time.monotonic()
        began = now if self._began is None else self._began
        gap = self._interval[kind] + START_GAP * max(0.0, 1 - (now - began) / START_SECONDS)
        turn = self._budget.take(kind, gap)
        if turn.standing.paused_until:
            self._began = None
        elif not turn.wait:
            self._began = began
        return turn

    def _look(self) -> ThrottleState:
        now = time.monotonic()
        if self._looked is None or now - self._looked[0] >= LOOK_SECONDS or self._looked[1].paused_until:
            self._looked = (now, self._budget.standing())
        return self._looked[1]

    def _tell(self, standing: ThrottleState) -> None:
        if standing.paused_until > self._known_pause:
            until = times.iso(times.after(standing.paused_until - standing.now))
            logger.warning("the archive asked for a pause (429): nothing goes out before %s", until)
            self._known_pause = standing.paused_until
