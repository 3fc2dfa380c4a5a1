"""What is chosen, and the evidence that each version and change is given with."""

import hashlib
import sqlite3
from typing import Any

import pytest
from sqlite_utils import Database

from db.database import open_archive, transaction
from db.errors import StoreError, UnknownRetailerError
from db.export.evidence import ExportedVariant, ExportFilter, count_versions, reading, versions
from db.export.exported_changes import changes, count_changes
from db.query.spans import Span
from tests.support.citations import ALL, fill
from tests.support.shop import Shop

OLD, NEW = "# Privacy\n\nWe sell nothing.\n", "# Privacy\n\nWe sell all that we know of you.\n"


def numbers(db: Database, selection: ExportFilter) -> list[tuple[str, int]]:
    found = [(version.retailer, version.number) for version in versions(db, selection)]
    assert count_versions(db, selection) == len(found)
    return found


def brackets(db: Database, selection: ExportFilter) -> list[Any]:
    found = [(change.old.captured_at[:4], change.new.captured_at[:4]) for change in changes(db, selection)]
    assert count_changes(db, selection) == len(found)
    return found


def test_an_empty_archive_has_nothing(db: Database):
    assert numbers(db, ALL) == brackets(db, ALL) == []


def test_a_shop_without_a_version_has_nothing(db: Database, shelf: Shop):
    assert numbers(db, ALL) == brackets(db, ALL) == numbers(db, ExportFilter(latest=True)) == []


def test_all_by_retailer_and_number(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    assert numbers(db, ALL) == [("neighbour.example", 1), ("shop.example", 1), ("shop.example", 2)]
    assert numbers(db, ExportFilter(("shop.example",))) == [("shop.example", 1), ("shop.example", 2)]
    assert brackets(db, ALL) == [("2011", "2012"), ("2013", "2014")]


def test_what_held_in_a_time(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    shop = ("shop.example",)
    for first, last, expected in (
        ("2012-01-01T00:00:00Z", "2013-01-01T00:00:00Z", [2]),
        ("2012-01-01T00:00:01Z", None, [1, 2]),
        (None, "2011-06-01T00:00:00Z", [1]),
        (
            "2011-06-01T00:00:00Z",
            "2011-07-01T00:00:00Z",
            [],
        ),  # between two captures nobody knows which of them held
        ("2015-01-01T00:00:00Z", None, [1]),  # which came back
        ("2015-01-01T00:00:01Z", None, []),
    ):
        assert [number for _, number in numbers(db, ExportFilter(shop, first, last))] == expected
    assert brackets(db, ExportFilter(shop, "2011-06-01T00:00:00Z", "2011-07-01T00:00:00Z")) == [
        ("2011", "2012")
    ]
    assert brackets(db, ExportFilter(shop, None, "2010-07-01T00:00:00Z")) == []


def test_the_latest_is_what_held_last_not_what_came_last(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    assert numbers(db, ExportFilter(latest=True)) == [("neighbour.example", 1), ("shop.example", 1)]
    assert numbers(db, ExportFilter(last="2013-06-01T00:00:00Z", latest=True))[-1] == ("shop.example", 2)
    assert brackets(db, ExportFilter(latest=True)) == [("2013", "2014")]


def test_an_unknown_retailer(db: Database, shelf: Shop):
    with pytest.raises(UnknownRetailerError, match=r"the archive has no retailer other.example"):
        list(versions(db, ExportFilter(("other.example",))))


def test_the_evidence_for_a_version(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    first, second = versions(db, ExportFilter(("shop.example",)))
    assert (first.retailer, first.name, first.number, first.latest) == ("shop.example", None, 1, True)
    assert (first.title, first.markdown, first.text_sha256) == (
        "Privacy",
        OLD,
        hashlib.sha256(OLD.encode()).hexdigest(),
    )
    assert (first.language, first.completeness, first.extractor, first.captures) == ("en", 1.0, "1", 4)
    assert (first.first_seen, first.last_seen) == ("2010-01-01T00:00:00Z", "2015-01-01T00:00:00Z")
    assert (first.came, first.replaced) == (None, None)
    assert first.spans == (
        Span(1, "2010-01-01T00:00:00Z", "2011-01-01T00:00:00Z"),
        Span(
            1,
            "2014-01-01T00:00:00Z",
            "2015-01-01T00:00:00Z",
            "2013-01-01T00:00:00Z",
            2,
            1,
            6,
            second.spans[0].similarity,
            announced="undated",
            suspect="undoes the change before",
        ),
    )
    assert (second.latest, second.replaced) == (False, "2014-01-01T00:00:00Z")
    assert second.came == Span(
        2,
        "2012-01-01T00:00:00Z",
        "2013-01-01T00:00:00Z",
        "2011-01-01T00:00:00Z",
        1,
        6,
        1,
        second.spans[0].similarity,
        announced="undated",
    )
    seen = second.first
    assert (seen.archive, seen.timestamp, seen.original) == (
        "web.archive.org",
        "20120101000000",
        "http://shop.example/privacy",
    )
    assert (seen.page, seen.status, seen.mimetype) == ("http://shop.example/privacy", 200, None)
    assert seen.digest == hashlib.sha1(f"20120101000000{NEW}".encode()).hexdigest()
    assert seen.body_sha256 == seen.text_sha256 == hashlib.sha256(NEW.encode()).hexdigest()
    assert second.last.timestamp == "20130101000000"


def test_of_two_captures_of_one_second_the_one_that_shows_the_text_bears_witness(db: Database, shelf: Shop):
    other = shelf.add_page("http://shop.example/another")  # whose address is before the other in every list
    shelf.observe("20100101000000", OLD)
    shelf.observe("20120101000000", OLD, page=other)
    shelf.observe("20120101000000", NEW)
    shelf.observe("20130101000000", NEW)
    shelf.derive()
    second = list(versions(db, ALL))[1]
    assert (second.first.page, second.first.text_sha256) == (
        "http://shop.example/privacy",
        second.text_sha256,
    )


def test_variants_stand_with_their_version(db: Database, shelf: Shop):
    for timestamp, markdown in (("20100101000000", OLD), ("20100110000000", NEW), ("20100120000000", OLD)):
        shelf.observe(timestamp, markdown)
    shelf.derive()
    (version,) = versions(db, ALL)
    moment, sha256 = "2010-01-10T00:00:00Z", hashlib.sha256(NEW.encode()).hexdigest()
    assert version.variants == (
        ExportedVariant("flip", "http://shop.example/privacy", moment, moment, 1, sha256),
    )


def test_a_digest_that_nobody_knows_is_none(db: Database, shelf: Shop):
    shelf.observe("20100101000000", OLD)
    with transaction(db):
        db.execute("update captures set digest = '-'")
    shelf.derive()
    (version,) = versions(db, ALL)
    assert version.first.digest is None


def test_a_history_without_its_captures_is_refused(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    with transaction(db):
        db.execute("update captures set verdict = null where timestamp = '20120101000000'")
    with pytest.raises(
        StoreError, match=r"the history of shop.example does not follow from its captures: .* rebuild"
    ):
        list(versions(db, ALL))


def test_what_is_read_is_the_archive_of_one_moment(db: Database, shelf: Shop, neighbour: Shop):
    fill(shelf, neighbour)
    path = db.execute("select file from pragma_database_list").fetchone()[0]
    reader = open_archive(path)
    with reading(reader):
        before = numbers(reader, ALL)
        shelf.observe("20160101000000", "# Privacy\n\nOther words.\n")
        shelf.derive()
        assert numbers(reader, ALL) == before
    assert len(numbers(reader, ALL)) == len(before) + 1
    reader.close()


def test_a_damaged_archive_is_told(db: Database):
    with pytest.raises(StoreError, match="the archive could not be read: malformed"), reading(db):
        raise sqlite3.DatabaseError("malformed")
