"""What the tests of the command line share: a shop's records, what a command said, the one line of an error."""

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


class Said(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Said]


def policy(word: str) -> bytes:
    sentence = "<p>For {} we collect personal information such as your {}, and we never share it with third parties.</p>"
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


def error(said: Said, status: int = 2) -> str:
    """The one line of an error."""
    assert (said.status, said.out) == (status, "")
    assert re.fullmatch(r"(Usage: .*\n(Try .*\n)?\n)?Error: .*\n", said.err), said.err
    return said.err.rpartition("Error: ")[2].removesuffix("\n")
