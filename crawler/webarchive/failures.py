"""Why a request to an archive has no answer."""

from scrapy import exceptions

# What Scrapy raises where a request has no usable answer.
NO_ANSWER = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadCancelledError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
    exceptions.IgnoreRequest,
    exceptions.ResponseDataLossError,
)
# Those of them that end the run, or are raised because it ends. They say nothing about the page.
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
_LONGEST = 160  # characters of an error's own text


def in_words(error: BaseException) -> str:
    """Describe in a few words why a request had no answer."""
    return _WORDS.get(type(error)) or " ".join(str(error).split())[:_LONGEST] or type(error).__name__
