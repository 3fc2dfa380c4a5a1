"""What has been listed, and from where a refresh has to ask."""

import pytest
from sqlite_utils import Database

from db.database import transaction
from db.store import coverage
from db.store.coverage import Coverage, after, last_of
from tests.support.shop import Shop

THEN, NOW = "2024-01-01T00:00:00Z", "2024-01-20T00:00:00Z"
ALL = Coverage(None, "20100601000000", THEN)
LATER = Coverage("2005", "20100601000000", THEN)


@pytest.mark.parametrize(
    "covered, first, last, start",
    [
        (ALL, None, None, "20100601000000"),
        (ALL, "2003", None, "20100601000000"),
        (ALL, "2010", "2012", "20100601000000"),
        (ALL, None, "2010", "20100601000000"),
        (ALL, None, "2009", None),  # all of it is known, but a request is not worth a rule
        (ALL, "2003", "2009", "2003"),
        (ALL, "2011", None, "2011"),
        (LATER, "2005", None, "20100601000000"),
        (LATER, "200507", None, "20100601000000"),
        (LATER, None, None, None),
        (LATER, "2004", None, "2004"),
    ],
)
def test_where_a_listing_has_to_begin(
    covered: Coverage, first: str | None, last: str | None, start: str | None
) -> None:
    assert covered.start(first, last) == start


@pytest.mark.parametrize(
    "before, first, last, reached, expected",
    [
        (None, None, None, None, None),
        (None, "2005", "2006", "20060101000000", Coverage("2005", "20060101000000", NOW)),
        (ALL, "20100601000000", None, "20120101000000", Coverage(None, "20120101000000", THEN)),  # a refresh
        (ALL, "20100601000000", None, "20100601000000", ALL),
        (ALL, None, None, "20120101000000", Coverage(None, "20120101000000", NOW)),  # listed anew
        (
            ALL,
            None,
            None,
            "20090101000000",
            Coverage(None, "20100601000000", NOW),
        ),  # an index that has lost some
        (ALL, None, "2009", "20090101000000", ALL),
        (ALL, "2011", None, "20120101000000", ALL),  # a gap lies between
        (LATER, None, None, "20120101000000", Coverage(None, "20120101000000", NOW)),
        (LATER, None, "2003", "20030101000000", LATER),
        (LATER, None, "2007", "20070101000000", LATER),
        (LATER, None, None, None, LATER),
    ],
)
def test_what_is_known_after_a_listing(
    before: Coverage | None,
    first: str | None,
    last: str | None,
    reached: str | None,
    expected: Coverage | None,
) -> None:
    assert after(before, first, last, reached, NOW) == expected


def test_what_was_listed_long_ago_is_listed_anew() -> None:
    assert ALL.is_fresh("2024-01-30T23:59:59Z")
    assert not ALL.is_fresh("2024-01-31T00:00:00Z")


def test_what_was_listed_in_the_future_is_listed_anew() -> None:
    assert ALL.is_fresh("2023-12-31T00:00:00Z")
    assert not ALL.is_fresh("2023-12-30T23:59:59Z")


def test_a_timestamp_of_the_future_or_of_another_length_is_not_the_last() -> None:
    assert last_of(["20230101000000", "20991231000000", "2023120100000000"], NOW) == "20230101000000"
    assert last_of([], NOW) is None


def test_it_is_kept_for_each_archive(db: Database) -> None:
    page = Shop(db).page
    with transaction(db):
        coverage.store(db, page.id, "web.archive.org", ALL)
        coverage.store(db, page.id, "arquivo.pt", LATER)
        coverage.store(db, page.id, "arquivo.pt", None)
    assert coverage.of_page(db, page.id, "web.archive.org") == ALL
    assert coverage.of_page(db, page.id, "arquivo.pt") is None
