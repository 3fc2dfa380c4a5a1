"""Ask a server again where it refuses for now. All processes of this machine wait meanwhile.

The pauses of a host are those of the shared limits, which a crawl keeps too.
"""

import errno
from collections.abc import Callable, Iterator
from time import sleep
from typing import TypeVar
from urllib.parse import urlsplit

from crawler.throttling.shared_limits import SharedLimits

Done = TypeVar("Done")
ATTEMPTS = 6  # of one request
FIRST_PAUSE = 5.0  # seconds; each further pause is twice as long: 155 seconds in all
_FOR_NOW = {403, 408, 425, 429}  # and all from 500
# Errors of an address or of this program, which come again. Those of missing keys are known by their names.
_LASTING = (ArithmeticError, AttributeError, ImportError, LookupError, TypeError, ValueError)
_BROKEN = {errno.ECONNRESET, errno.EPIPE, errno.ETIMEDOUT}  # a connection that was there


class FinalRefusalError(OSError):
    """A server refuses, and another attempt is of no use now."""


def insist(address: str, attempt: Callable[[], Done]) -> Done:
    """Call a function that asks the server of an address, and again where that refuses for now.

    Before each attempt, wait for the end of the present pause of the host. Raises OSError, LimitsError;
    FinalRefusalError after all attempts, or when the host has refused too often in all processes together.
    """
    limits = SharedLimits(host_of(address))
    try:
        for number in range(1, ATTEMPTS + 1):
            _wait(limits)
            try:
                done = attempt()
            except Exception as error:  # each file system has errors of its own
                if not _is_for_now(error):
                    if isinstance(error, OSError) and not _status(error):
                        raise
                    raise _plain(error) from error
                if number == ATTEMPTS or limits.pause(None, FIRST_PAUSE) is None:
                    raise FinalRefusalError(_words(error)) from error
            else:
                if number > 1:
                    limits.answered()
                return done
    finally:
        limits.close()
    raise AssertionError("the last attempt returns or raises")


def host_of(address: str) -> str:
    """Return the host of an address, or its bucket, by which the shared limits know it."""
    return urlsplit(address).netloc.rpartition("@")[2]


def _wait(limits: SharedLimits) -> None:
    while (state := limits.state()).paused_until > state.now:
        sleep(state.paused_until - state.now)


def _is_for_now(error: BaseException) -> bool:
    """Return whether another attempt may succeed."""
    if isinstance(error, FinalRefusalError | PermissionError):  # an object store is asked with wrong keys
        return False
    if status := _status(error):
        return status in _FOR_NOW or status >= 500
    if isinstance(error, _LASTING) or "Credentials" in type(error).__name__:
        return False
    number = getattr(error, "errno", None)
    return not isinstance(error, FileNotFoundError) and (number is None or number in _BROKEN)


def _plain(error: Exception) -> OSError:
    is_missing = isinstance(error, FileNotFoundError) or _status(error) == 404
    return FileNotFoundError(_words(error)) if is_missing else FinalRefusalError(_words(error))


def _status(error: BaseException) -> int | None:
    """Return the status of an answer that an error, or what caused it, is about; None without one.

    fsspec makes "there is no file" of every answer to a question about a file.
    """
    return next(_statuses(error), None)


def _statuses(error: BaseException | None) -> Iterator[int]:
    while error is not None:
        status = getattr(error, "status", None)
        if status is None and isinstance(response := getattr(error, "response", None), dict):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if isinstance(status, int):
            yield status
        error = error.__cause__


def _words(error: Exception) -> str:
    if status := _status(error):
        return f"the server answers with status {status}"
    return " ".join(str(error).split())[:200] or type(error).__name__
