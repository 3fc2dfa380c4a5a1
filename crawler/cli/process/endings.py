"""How a command ends early: by Ctrl-C or another signal, or as its standard output cannot be written."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO, cast

from crawler.errors import OutputError

_LIKE_CTRL_C = ("SIGTERM", "SIGHUP")  # Windows has no SIGHUP


@contextmanager
def signals_like_ctrl_c() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does. A signal that is ignored stays so (nohup)."""
    numbers = [getattr(signal, name) for name in _LIKE_CTRL_C if hasattr(signal, name)]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _stop(*_: object) -> None:
    # Whoever handles Ctrl-C at the moment (asyncio, the pager) handles this too; a shell's job in the
    # background ignores Ctrl-C, and has to end nevertheless.
    if signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None):
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


class CheckedOutput:
    """Standard output that raises OutputError if it cannot be written.

    If a reader closes it early (`| head`), BrokenPipeError ends the process without a message.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text as the stream does."""
        with _checked():
            return self._stream.write(text)

    def flush(self) -> None:
        """Write what the stream has kept."""
        with _checked():
            self._stream.flush()


@contextmanager
def written_output() -> Iterator[None]:
    """Check that all of standard output can be written. Raises OutputError."""
    stream = sys.stdout
    with redirect_stdout(cast("TextIO", CheckedOutput(stream))):
        try:
            yield
        finally:
            try:
                with _checked():
                    stream.flush()
            except (OutputError, BrokenPipeError) as error:
                os.dup2(
                    os.open(os.devnull, os.O_WRONLY), stream.fileno()
                )  # Python writes it again at its end
                if isinstance(error, OutputError):
                    raise


@contextmanager
def _checked() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {error.strerror}") from None
