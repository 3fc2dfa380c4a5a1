"""The words for requests without an answer."""

import pytest
from scrapy import exceptions

from crawler.webarchive.failures import in_words

DONE = "[<twisted.python.failure.Failure twisted.internet.error.ConnectionDone: Connection was closed.>]"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.DownloadTimeoutError("took longer than 30 seconds"), "it took too long"),
        (exceptions.DownloadFailedError(DONE), "Connection was closed."),
        (exceptions.DownloadFailedError(" two\n words "), "two words"),
        (exceptions.DownloadFailedError(""), "DownloadFailedError"),
        (exceptions.DownloadFailedError("x" * 999), "x" * 160),
    ],
)
def test_a_reason_is_short_and_has_no_name_of_a_class_if_there_are_words(error: Exception, words: str):
    assert in_words(error) == words
