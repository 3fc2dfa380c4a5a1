"""Ctrl-C while warcio reads headers. Its `except:` would swallow it, and the import would go on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = {getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)}
"""The signals that end a command. Windows has no SIGHUP."""


@contextmanager
def held_back() -> Iterator[None]:
    """Let signals that end this process wait until the end of the block."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
