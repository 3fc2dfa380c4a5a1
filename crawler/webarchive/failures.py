"""Reasons why a request to a web archive got no answer."""

import re

from scrapy import exceptions

MAX_URL = (
    64 * 1024
)  # the maximum length of a requested address, in characters; browsers and servers accept far less


class DroppedError(Exception):
    """A request that something on this side did not send, although the run goes on."""


class LongUrlError(DroppedError):
    """A request that is not sent, because its address is longer than MAX_URL."""


class NotServingError(exceptions.IgnoreRequest):
    """A request that was sent, in a row of faults after which the run ends."""


# The exceptions that Scrapy raises if a request gets no usable answer.
NO_ANSWER = (
    DroppedError,
    exceptions.CannotResolveHostError,
    exceptions.DownloadCancelledError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
    exceptions.IgnoreRequest,
    exceptions.ResponseDataLossError,
)
# The exceptions that stop the run, or that are raised because the run stops. The page itself may be fine.
STOPPED = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.IgnoreRequest,
)
_WORDS: dict[type[BaseException], str] = {
    exceptions.DownloadTimeoutError: "it took too long",
    exceptions.ResponseDataLossError: "it was cut off",
    exceptions.CannotResolveHostError: "the host's name is unknown",
    exceptions.DownloadCancelledError: "it is too large",
}
# How Twisted writes a failure within another error, such as `[<twisted.python.failure.Failure NAME: text>]`.
_FAILURE = re.compile(r"\[?<twisted\.python\.failure\.Failure [\w.]+: ([^<>]*)>\]?")
_LONGEST = 160  # the maximum number of characters of an error's message


def in_words(error: BaseException) -> str:
    """Return a short reason why a request got no answer: "it took too long"."""
    return _WORDS.get(type(error)) or _message(error)


def failure_of(error: BaseException, *, is_stopping: bool) -> BaseException:
    """Return the error that stands for a request without an answer: one of NO_ANSWER.

    An IgnoreRequest says nothing about the page only if the run `is_stopping`. Otherwise a middleware has
    dropped the request. Errors of other kinds, which a middleware may raise, become DroppedError too.
    """
    is_dropped = isinstance(error, exceptions.IgnoreRequest) and not is_stopping
    if (isinstance(error, NO_ANSWER) and not is_dropped) or not isinstance(error, Exception):
        return error
    return DroppedError(f"its request was dropped: {_message(error)}")


def _message(error: BaseException) -> str:
    words = " ".join(_FAILURE.sub(r"\1", str(error)).split())
    return words[:_LONGEST] or type(error).__name__
