"""The limit of one process's requests to the rates of a web archive.

It also pauses after a 429, and stops requests when the web archive refuses them. docs/wayback.md "Rate
limits" has the rates. shared_limits.py stores what all processes share.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from crawler.settings import THROTTLE_PAUSE
from crawler.throttling.shared_limits import SharedLimits, ThrottleState, Turn
from db import times

# After a start or a pause, requests are slower for START_SECONDS. START_GAP seconds are added to the first
# interval between two requests, and less to each later one.
START_SECONDS = 10.0
START_GAP = 0.5
LOOK_SECONDS = 1.0  # seconds between two checks: did another process record a pause, or is the run stopping?
logger = logging.getLogger(__name__)


class RateLimiter:
    """Delays the requests of one process to the rates of a web archive.

    `per_minute` has the requests a minute for each kind of request (`cdx`, `replay`, `save`). 0 means no
    limit: these requests are not counted in the shared limits, but they wait for pauses. `pause` is the first
    pause in seconds after a 429 without `Retry-After`.
    """

    def __init__(
        self, limits: SharedLimits, per_minute: Mapping[str, float], pause: float = THROTTLE_PAUSE
    ) -> None:
        self._limits = limits
        self._interval = {kind: 60 / rate if rate else 0.0 for kind, rate in per_minute.items()}
        self._queue = {kind: asyncio.Lock() for kind in per_minute}
        self._first_pause = pause
        # When the first request was sent after the start or after the last pause.
        self._began: float | None = None
        self._read_state: tuple[float, ThrottleState] | None = None
        self._obeys = False  # since a 429 with Retry-After, until the archive answers after the pause
        self._known_pause = 0.0  # the end of the last pause in the log: each pause is logged once

    async def acquire(self, kind: str, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Wait until a request of this kind may be sent, then return True.

        Return False if the run is being stopped (`stopped()` is true), or if the web archive refuses
        requests. Raises LimitsError.
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
        """Pause the requests of all processes after a 429. Return the seconds of the pause.

        `retry_after` is the pause that the web archive asks for, in seconds, or None. Return None if the run
        should give up (see `SharedLimits.pause`).
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
        """Block the requests of all processes, because the web archive refuses them.

        Return the seconds until the block ends (see `SharedLimits.block`).
        """
        return self._limits.block(reason, seconds)

    def state(self) -> ThrottleState:
        """Return the present pause and block of the web archive."""
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
