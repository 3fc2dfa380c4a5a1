"""Admission: whether a crawl may start at all, for the archive may have refused us in an earlier one."""

import time
from collections.abc import Callable

from crawler.errors import RefusedError
from crawler.throttling.rate_limiter import LOOK_SECONDS
from crawler.throttling.shared_limits import SharedLimits
from crawler.webarchive.sources import Source
from db import times


def wait_until_allowed(source: Source, waiting: Callable[[str], object] | None = None) -> None:
    """Come back when the archive may be asked: at once where nothing speaks against it, later only if `waiting` hears of it.

    Raises RefusedError, also when the wait is interrupted, and LimitsError.
    """
    budget = SharedLimits(source.host)
    try:
        if source.cdx_per_minute or source.replay_per_minute:
            budget.open()
        standing = budget.standing()
        if not standing.blocked_until:
            return
        until = times.iso(times.after(standing.blocked_until - standing.now))
        problem = f"{source.name} refuses us since an earlier crawl: {standing.reason}"
        if not waiting:
            raise RefusedError(f"{problem}. Run this again after {until}, or wait with --wait")
        waiting(f"{problem}. Waiting until {until}")
        while (standing := budget.standing()).blocked_until:
            time.sleep(min(LOOK_SECONDS, standing.blocked_until - standing.now))
    except KeyboardInterrupt:
        raise RefusedError(f"{problem}. Run this again after {until}") from None
    finally:
        budget.close()
