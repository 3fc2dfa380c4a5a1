"""Limits for work on strangers' texts in the process of a command that only reads."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import OverOwnLimitError
from crawler.workers.limits import MEGABYTE, allowed_memory

SECONDS, MEGABYTES = 60, 2048  # as for a worker (crawler/settings.py)
_AGAIN = 1.0  # seconds after which work that went on is ended again


@contextmanager
def limited(what: str, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Iterator[None]:
    """Limit the processor time of this process meanwhile, and by how much its address space may grow.

    `what` names the work for the user, as in "the comparison". Raises OverOwnLimitError, also where the work
    itself catches this error.
    """
    over = OverOwnLimitError(f"{what} takes over {seconds:g} s of processor time")
    is_over = False

    def end(*_: object) -> None:
        nonlocal is_over
        is_over = True
        raise over

    before, most = signal.signal(signal.SIGPROF, end), resource.getrlimit(resource.RLIMIT_AS)
    allowed = allowed_memory(megabytes + _used_megabytes())
    resource.setrlimit(resource.RLIMIT_AS, (allowed * MEGABYTE, most[1]))
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
        if is_over:
            raise over
    except MemoryError:
        raise OverOwnLimitError(f"{what} takes over {min(allowed, megabytes)} MB of memory") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, most)
        signal.signal(signal.SIGPROF, before)


def _used_megabytes() -> int:
    """Return the address space of this process now; 0 where the system does not show it."""
    sizes = Path("/proc/self/statm")
    return int(sizes.read_text().split()[0]) * resource.getpagesize() // MEGABYTE if sizes.exists() else 0
