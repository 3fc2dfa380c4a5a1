"""The check before a run that the web archive does not refuse requests."""

import time
from collections.abc import Callable

from crawler.errors import RefusedError
from crawler.throttling.rate_limiter import LOOK_SECONDS
from crawler.throttling.shared_limits import SharedLimits
from crawler.webarchive.sources import Source
from db import times


def wait_until_allowed(source: Source, waiting: Callable[[str], object] | None = None) -> None:
    """Return when requests may be sent: at once, or after the end of a block.

    A block is the time in which the web archive refuses all requests. If there is one, call `waiting` with a
    line of text and wait for its end. Without `waiting`, raise RefusedError at once. Ctrl-C during the wait
    raises RefusedError too. Raises LimitsError.
    """
    limits = SharedLimits(source.host)
    try:
        if source.cdx_per_minute or source.replay_per_minute:
            limits.open()
        state = limits.state()
        if not state.blocked_until:
            return
        until = times.iso(times.after(state.blocked_until - state.now))
        problem = f"{source.name} refuses us since an earlier crawl: {state.reason}"
        if not waiting:
            raise RefusedError(f"{problem}. Run this again after {until}, or wait with --wait", until)
        waiting(f"{problem}. Waiting until {until}")
        while (state := limits.state()).blocked_until:
            time.sleep(min(LOOK_SECONDS, state.blocked_until - state.now))
    except KeyboardInterrupt:
        raise RefusedError(f"{problem}. Run this again after {until}", until) from None
    finally:
        limits.close()
