"""The promises of an archive file in the Python interface."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db.database import open_archive
from policytrail import Archive, Promise, Wording
from tests.policytrail.test_json import contains, printed
from tests.support.meaning import derive_claims


@pytest.fixture
def read(path: Path, archive: Archive) -> Archive:
    """Read the claims of the archive file."""
    db = open_archive(path)
    derive_claims(db, 1)
    db.close()
    return archive


def test_a_promise_has_its_times_and_its_words(read: Archive) -> None:
    never, sells = read.promises("shop.example")
    assert never == Promise(
        retailer="shop.example",
        kind="sale",
        polarity="denies",
        subject="sale",
        value=None,
        unit=None,
        scope=None,
        quote="We never sell your data.",
        last_without=None,
        unknown_until=None,
        first_with=datetime(2014, 1, 1, tzinfo=UTC),
        last_with=datetime(2015, 1, 1, tzinfo=UTC),
        first_without=datetime(2018, 5, 25, 12, tzinfo=UTC),
        unknown_since=None,
        ending="reversed",
        after="We may sell your data to our partners.",
        wordings=(Wording(datetime(2014, 1, 1, tzinfo=UTC), 1, "We never sell your data."),),
    )
    assert (sells.polarity, sells.first_without) == ("states", None)


def test_promises_are_chosen(read: Archive) -> None:
    never, sells = read.promises()
    assert read.promises(kind="sale") == [never, sells]
    assert read.promises(kind="retention") == []
    assert read.promises(standing=True) == [sells]
    assert read.promises(standing=False) == [never]
    assert read.promises(until=date(2014, 1, 1)) == [never]
    assert read.promises(since="2018-05-26") == []
    assert read.promises("empty.example") == []
    with pytest.raises(ValueError, match="someday"):
        read.promises(since="someday")
    with pytest.raises(ValueError, match=r"^kind must be one of sale, sharing, retention, right, "):
        read.promises(kind="sales")


def test_the_command_line_has_the_same_values(path: Path, read: Archive) -> None:
    for of_command, promise in zip(printed("promises", path), read.promises(), strict=True):
        contains(of_command, promise)
