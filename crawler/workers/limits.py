"""The limits of a worker process: processor time for each piece of work, and address space."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crawler.errors import WorkersError

MEGABYTE = 1024 * 1024
_LEAST = 192  # megabytes: with less, a worker cannot import its libraries, and prints the errors of that
# The exit code of a worker that took too much processor time: the signal that ended it.
OUT_OF_TIME = -signal.SIGPROF
OUT_OF_MEMORY = 70


def run(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function; end this process after some seconds of processor time.

    The time of all threads counts, but no time in which the process waits. So the result does not depend on
    how busy the machine is. The signal also ends a library that is written in C. A lack of memory ends this
    process too: the next one remembers nothing of what was read before.
    """
    with _timer(seconds):
        try:
            return function(*arguments)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)


def restart(seconds: float) -> None:
    """Begin the time of the running work anew, for its next part."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    restart(seconds)
    try:
        yield
    finally:
        restart(0)


def limit_memory(megabytes: int) -> None:
    """Limit the address space of this process; a lower limit of the system stays."""
    lowest = allowed_memory(megabytes) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (lowest, lowest))


def allowed_memory(megabytes: int) -> int:
    """Return the megabytes that a worker may have: as given, or the lower limit of the system.

    Such limits come from `ulimit -v`, from systemd (`LimitAS`) and from batch systems.
    """
    limits = [given for given in resource.getrlimit(resource.RLIMIT_AS) if given != resource.RLIM_INFINITY]
    return min([megabytes, *(limit // MEGABYTE for limit in limits)])


def check_memory(megabytes: int) -> None:
    """Raise WorkersError if a worker, which should have so many megabytes, cannot even start with fewer."""
    if allowed_memory(megabytes) < _LEAST:
        raise too_little_memory(megabytes)


def too_little_memory(megabytes: int) -> WorkersError:
    """Return the error for workers that cannot work with the memory that the system allows."""
    return WorkersError(
        "no worker process can work on this machine, so nothing was judged: the address space of a process "
        f"is limited to {allowed_memory(megabytes)} MB here (ulimit -v); allow {megabytes} MB"
    )
