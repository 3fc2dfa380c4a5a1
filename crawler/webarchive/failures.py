"""Reasons why a request to a web archive got no answer."""

from scrapy import exceptions

# The exceptions that Scrapy raises if a request gets no usable answer.
NO_ANSWER = (
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
_LONGEST = 160  # the maximum number of characters of an error's message


def in_words(error: BaseException) -> str:
    """Return a short reason why a request got no answer: "it took too long"."""
    return _WORDS.get(type(error)) or " ".join(str(error).split())[:_LONGEST] or type(error).__name__
