"""Helpers for tests of the command line: WARC records of a shop, results of a command."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tests.support.warcs import HTML, record

SUBJECTS = [
    "orders",
    "cookies",
    "newsletters",
    "payments",
    "returns",
    "vouchers",
    "wishes",
    "reviews",
    "accounts",
    "visits",
]
URI = "http://shop.example/privacy"


class CommandResult(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., CommandResult]


def policy(word: str) -> bytes:
    sentence = (
        "<p>For {} we collect personal information such as your {}, "
        "and we never share it with third parties.</p>"
    )
    return (
        HTML
        + b"<title>Privacy Policy</title>"
        + "".join(sentence.format(subject, word) for subject in SUBJECTS).encode()
    )


RECORDS = (
    record(policy("name"), URI, "2014-01-01T00:00:00Z"),
    record(policy("name"), URI, "2015-01-01T00:00:00Z"),
    record(HTML, URI, "2015-06-01T00:00:00Z"),
    record(policy("address"), URI, "2018-05-25T00:00:00Z"),
)


def error(result: CommandResult, status: int = 2) -> str:
    """Assert that a command failed with one line on standard error, and return that line."""
    assert (result.status, result.out) == (status, "")
    assert re.fullmatch(r"(Usage: .*\n(Try .*\n)?\n)?Error: .*\n", result.err), result.err
    return result.err.rpartition("Error: ")[2].removesuffix("\n")
