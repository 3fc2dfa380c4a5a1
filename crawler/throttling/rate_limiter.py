"""Delay the requests of one process to the rates of an archive, and react to a 429 or a refusal.

docs/wayback.md "Rate limits" has the numbers. shared_limits.py keeps what is shared with other processes.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from crawler.throttling.shared_limits import SharedLimits, ThrottleState, Turn
from db import times

PAUSE = 60.0  # seconds after a 429 without Retry-After, doubled each time; EDGI's client waits 60 seconds too
# After a start or a pause, requests are slower for this time: START_GAP is added to the first gap, then less
# and less.
START_SECONDS = 10.0
START_GAP = 0.5  # seconds
LOOK_SECONDS = 1.0  # between two checks for pauses of other processes, and for the end of the run
logger = logging.getLogger(__name__)


class RateLimiter:
    """Delays the requests of one process.

    Rates are requests a minute by kind ("cdx", "replay"); 0 is no limit.

    Requests without a limit do not count in the shared limits, but obey their pauses, which are read every
    LOOK_SECONDS.
    """

    def __init__(self, limits: SharedLimits, per_minute: Mapping[str, float], pause: float = PAUSE) -> None:
        self._limits = limits
        self._interval = {kind: 60 / rate if rate else 0.0 for kind, rate in per_minute.items()}
        self._queue = {kind: asyncio.Lock() for kind in per_minute}
        self._first_pause = pause
        self._began: float | None = None  # when the first request went out after the start or the last pause
        self._read_state: tuple[float, ThrottleState] | None = None
        self._obeys = False  # since a 429 with Retry-After, until the archive answers after the pause
        self._known_pause = 0.0  # its end; each is logged once

    async def acquire(self, kind: str, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Wait until a request of this kind may go out. Return False if the run stops or the archive refuses.

        Raises LimitsError.
        """
        async with self._queue[kind]:
            while not stopped():
                turn = self._take(kind)
                if turn.state.blocked_until:
                    break
                if not turn.wait:
                    return True
                self._log_pause(turn.state)
                await asyncio.sleep(min(turn.wait, LOOK_SECONDS))
        return False

    def throttled(self, retry_after: float | None) -> float | None:
        """Pause all processes after a 429. Return for how many seconds, or None to give up.

        See `SharedLimits.pause`.
        """
        self._read_state = None
        self._obeys = self._obeys or retry_after is not None
        seconds = self._limits.pause(retry_after, self._first_pause)
        self._known_pause = self._limits.state().paused_until
        return seconds

    def answered(self) -> None:
        """Take a normal answer: pauses for as long as the archive asked do not add up."""
        if self._obeys and self._limits.answered():
            self._obeys = False

    def refused(self, reason: str, seconds: float | None = None) -> float:
        """Keep all processes away from the archive. Return for how many seconds. See `SharedLimits.block`."""
        return self._limits.block(reason, seconds)

    def state(self) -> ThrottleState:
        """Return until when the archive wants a pause, or refuses this client."""
        return self._limits.state()

    def _take(self, kind: str) -> Turn:
        if not self._interval[kind]:
            state = self._current_state()
            return Turn(max(0.0, state.paused_until - state.now), state)
        now = time.monotonic()
        began = now if self._began is None else self._began
        gap = self._interval[kind] + START_GAP * max(0.0, 1 - (now - began) / START_SECONDS)
        turn = self._limits.take(kind, gap)
        if turn.state.paused_until:
            self._began = None
        elif not turn.wait:
            self._began = began
        return turn

    def _current_state(self) -> ThrottleState:
        now = time.monotonic()
        if (
            self._read_state is None
            or now - self._read_state[0] >= LOOK_SECONDS
            or self._read_state[1].paused_until
        ):
            self._read_state = (now, self._limits.state())
        return self._read_state[1]

    def _log_pause(self, state: ThrottleState) -> None:
        if state.paused_until > self._known_pause:
            until = times.iso(times.after(state.paused_until - state.now))
            logger.warning("the archive asked for a pause (429): nothing goes out before %s", until)
            self._known_pause = state.paused_until
