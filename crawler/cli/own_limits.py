"""Limits for work on strangers' texts in the process of a command that only reads."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.errors import OverOwnLimitError
from crawler.workers.limits import MEGABYTE, allowed_memory

SECONDS, MEGABYTES = 60, 2048  # as for a worker (crawler/settings.py)


@contextmanager
def limited(what: str, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Iterator[None]:
    """Limit the processor time and the address space of this process meanwhile.

    `what` names the work for the user, as in "the comparison". Raises OverOwnLimitError.
    """

    def end(*_: object) -> None:
        raise OverOwnLimitError(f"{what} takes over {seconds:g} s of processor time")

    before, most = signal.signal(signal.SIGPROF, end), resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (allowed_memory(megabytes) * MEGABYTE, most[1]))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except MemoryError:
        allowed = allowed_memory(megabytes)
        raise OverOwnLimitError(f"{what} takes over {allowed} MB of memory") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, most)
        signal.signal(signal.SIGPROF, before)
