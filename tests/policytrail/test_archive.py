"""An archive file read from Python."""

from contextlib import closing
from dataclasses import FrozenInstanceError, asdict, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import policytrail
from db.database import open_archive, transaction
from db.errors import (
    NewerSchemaError,
    NoArchiveError,
    NotAnArchiveError,
    OlderSchemaError,
    UnknownRetailerError,
)
from db.store import attributes
from policytrail import Archive, Change, Hit, Mention, Retailer, Version
from tests.support.shop import Shop

URL = "http://shop.example/privacy"
ADDRESS = "https://web.archive.org/web/{}id_/http://shop.example/privacy"


def at(year: int, month: int = 1, day: int = 1, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_the_retailers(archive: Archive) -> None:
    assert archive.retailers() == [
        Retailer("empty.example", None, ("http://empty.example/privacy",), 0, 0, None, None),
        Retailer("shop.example", None, (URL,), 2, 1, at(2014), at(2018, 5, 25, 12)),
    ]


def test_attributes_belong_to_a_retailer(path: Path) -> None:
    with closing(open_archive(path)) as db, transaction(db):
        attributes.store(db, "shop.example", {"sector": "toys"})
    with policytrail.open(path) as archive:
        empty, shop = archive.retailers()
    assert (empty.attributes, shop.attributes) == ({}, {"sector": "toys"})
    assert len({shop, shop, empty}) == 2
    assert asdict(shop)["attributes"] == {"sector": "toys"}


def test_the_versions(archive: Archive) -> None:
    first, second = archive.versions("www.shop.example")
    assert first == Version("shop.example", 1, "Privacy", "en", 5, at(2014), at(2015), 2, first.sha256)
    assert (second.number, second.first_seen, second.captures) == (2, at(2018, 5, 25, 12), 1)
    assert archive.versions("empty.example") == []


def test_the_changes(archive: Archive) -> None:
    (change,) = archive.changes()
    assert change == Change(
        retailer="shop.example",
        kind="wording",
        old_version=1,
        new_version=2,
        last_old=at(2015),
        first_new=at(2018, 5, 25, 12),
        words_added=change.words_added,
        words_removed=change.words_removed,
        similarity=change.similarity,
        stated_before=None,
        stated_date=None,
        announced="undated",
        suspect=None,
        old_capture=policytrail.Capture(
            "web.archive.org", "20150101000000", URL, ADDRESS.format("20150101000000")
        ),
        new_capture=policytrail.Capture(
            "web.archive.org", "20180525120000", URL, ADDRESS.format("20180525120000")
        ),
        set_aside=0,
        known_at=change.known_at,
    )
    assert archive.changes("shop.example") == [change]
    assert archive.changes("empty.example") == []


def test_the_news(path: Path) -> None:
    with closing(open_archive(path)) as db, transaction(db):
        db.execute("update known_changes set known_at = '2026-01-05T02:30:00Z'")
        for day in ("04", "06"):
            db.execute(
                "insert into crawls (command, started_at, finished_at) values ('crawl', ?, ?)",
                [f"2026-01-{day}T02:00:00Z", f"2026-01-{day}T03:00:00Z"],
            )
    with policytrail.open(path) as archive:
        changes = archive.changes()
        assert changes[0].known_at == datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
        assert archive.news() == []
        before, after = datetime(2026, 1, 5, 2, 30), datetime(2026, 1, 5, 2, 30, 1, tzinfo=UTC)
        for since in ("2026-01-05", date(2026, 1, 5), before, "2026-01-05T03:30:00+01:00"):
            assert archive.news(since) == changes
        for since in (after, "2026-01-06", "2026-01-05T02:30:01"):
            assert archive.news(since) == []
        assert archive.news("2026-01-05", "empty.example") == [] == archive.news("2026-01-05", min_words=50)
        with pytest.raises(ValueError, match="yesterday"):
            archive.news("yesterday")


def test_the_words_of_a_change(archive: Archive) -> None:
    (change,) = archive.changes()
    found = archive.diff(change)
    assert (found.words_added, found.words_removed) == (change.words_added, change.words_removed)
    assert [(place.counts, place.removed, place.added) for place in found.places] == [
        (True, "never", "may"),
        (True, "", "to our partners."),
    ]
    texts = [archive.text("shop.example", version=number) for number in (1, 2)]
    assert archive.diff(*texts) == found
    assert archive.diff(texts[0], texts[0]) == policytrail.Diff(0, 0, 1.0, ())


def test_a_change_and_two_texts_are_cited(archive: Archive) -> None:
    (change,) = archive.changes()
    sentence, hashes = archive.cite(change).splitlines()
    assert sentence.startswith("shop.example, privacy policy, changed between 2015-01-01 and 2018-05-25 (+")
    assert hashes.startswith("SHA-256 of the texts (Markdown as stored): ")
    texts = [archive.text("shop.example", version=number) for number in (2, 1)]
    assert archive.cite(*texts).startswith(
        "shop.example, privacy policy, as captured on 2018-05-25 and on 2014-01-01. Captures: "
    )


def test_of_two_captures_of_one_second_the_right_one_is_compared(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "second.db", create=True)) as db:
        shop = Shop(db)
        shop.observe("20150301120000", "# Privacy\n\nWe sell nothing.\n")
        shop.observe("20150315120000", "# Privacy\n\nWe sell it all, to everyone who asks.\n")
        beside = shop.add_page("http://shop.example/a")  # it comes first in that second
        shop.observe("20150315120000", "# Privacy\n\nQuite another text.\n", page=beside)
        shop.observe("20150330120000", "# Privacy\n\nWe sell it all, to everyone who asks.\n")
        shop.derive()
    with policytrail.open(tmp_path / "second.db") as archive:
        came, went = archive.changes()
        for change, old, new in (
            (came, "We sell nothing", "Quite another text"),
            (went, "Quite another text", "We sell it all, to everyone who asks"),
        ):
            found = archive.diff(change)
            assert (found.words_added, found.words_removed) == (change.words_added, change.words_removed)
            assert [(place.removed, place.added) for place in found.places] == [(old, new)]
            texts = [
                archive.text("shop.example", version=number)
                for number in (change.old_version, change.new_version)
            ]
            assert [text.markdown for text in texts] == [f"# Privacy\n\n{text}.\n" for text in (old, new)]
            assert archive.diff(*texts) == found
        assert archive.cite(went).split("Captures: ")[1].count("http://shop.example/a") == 1
        assert "http://shop.example/a" in archive.cite(came)


def test_what_cannot_be_compared(archive: Archive) -> None:
    (change,) = archive.changes()
    text = archive.text("shop.example")
    for pair in ((text,), (change, text)):
        with pytest.raises(ValueError, match=r"^name a change, or two texts$"):
            archive.diff(*pair)
    other = replace(text, retailer="other.example")
    with pytest.raises(ValueError, match=r"^texts of two retailers: shop\.example and other\.example$"):
        archive.diff(text, other)
    gone = replace(text, capture=replace(text.capture, timestamp="19990101000000"))
    with pytest.raises(policytrail.PolicytrailError, match=r"a capture of shop\.example is gone$"):
        archive.diff(gone, text)


@pytest.mark.parametrize(
    ("period", "found"),
    [
        ({"since": "2018-05-25"}, 1),
        ({"since": date(2018, 5, 26)}, 0),
        ({"until": "2015-01-01"}, 1),
        ({"until": datetime(2014, 12, 31, 23, tzinfo=UTC)}, 0),
        ({"until": datetime(2015, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))}, 0),  # the day before in UTC
        ({"until": datetime(2014, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2)))}, 1),
        ({"until": datetime(2014, 12, 31, 23)}, 0),
        ({"since": "2016-01-01", "until": "2016-12-31"}, 1),
        ({"min_words": 100}, 0),
        ({"change_kind": "presentation"}, 0),
    ],
)
def test_changes_that_can_have_happened_then(archive: Archive, period: dict, found: int) -> None:
    assert len(archive.changes(**period)) == found


def test_the_text_on_a_day(archive: Archive) -> None:
    text = archive.text("shop.example", "2016-07-01")
    assert (text.retailer, text.version, text.markdown) == ("shop.example", 1, "We never sell your data.")
    assert (text.captured_at, text.next_seen, text.changed_by_then) == (at(2015), at(2018, 5, 25, 12), True)
    assert text.unseen == "no capture between 2015-01-01 and 2018-05-25: nothing is known of this time"
    assert archive.text("shop.example", "2015-01-01").unseen is None
    assert text.capture.address == ADDRESS.format("20150101000000")
    assert archive.text("shop.example", date(2018, 5, 25)).version == 2
    assert archive.text("shop.example").version == 2
    assert archive.text("shop.example", version=1).captured_at == at(2014)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"on": "2013-12-31"}, "shop.example has no good capture until 2013-12-31"),
        ({"version": 3}, "shop.example has no version 3"),
    ],
)
def test_a_text_that_nobody_saw(archive: Archive, chosen: dict, message: str) -> None:
    with pytest.raises(policytrail.PolicytrailError, match=f"^{message}$"):
        archive.text("shop.example", **chosen)


def test_wrong_arguments(archive: Archive) -> None:
    with pytest.raises(ValueError, match=r"^name a day or a version, not both$"):
        archive.text("shop.example", "2018-01-01", version=1)
    with pytest.raises(ValueError, match="Invalid isoformat string: 'May'"):
        archive.changes(since="May")
    with pytest.raises(UnknownRetailerError, match=r"did you mean shop\.example"):
        archive.captures("shop.com")


def test_the_captures(archive: Archive) -> None:
    captures = archive.captures("shop.example")
    assert [(c.timestamp, c.state, c.verdict) for c in captures] == [
        ("20140101000000", "fetched", "policy"),
        ("20150101000000", "fetched", "policy"),
        ("20180525120000", "fetched", "policy"),
        ("20190101000000", "fetched", "thin"),
    ]
    assert (captures[0].original, captures[0].statuscode) == (URL, "200")
    assert captures[0].archive_url == ADDRESS.format("20140101000000")


def test_the_gaps(archive: Archive) -> None:
    first = archive.gaps("shop.example", months=24)[0]
    assert (first.retailer, first.kind, first.since) == ("shop.example", "no good capture", at(2015))
    assert {gap.retailer for gap in archive.gaps()} == {"shop.example", "empty.example"}


def test_the_search(archive: Archive) -> None:
    mention = Mention(None, at(2014), at(2015), at(2018, 5, 25, 12), (1,))
    assert archive.search('"never sell"') == [
        Hit("shop.example", None, 1, "Privacy", "We «never sell» your data.", (mention,), True)
    ]
    for since, until, certain in (("2015-01-01", "2018-05-25", True), ("2018-01-01", "2018-01-01", False)):
        (hit,) = archive.search('"never sell"', removed=True, since=since, until=until)
        assert (hit.mentions, hit.certain) == ((mention,), certain)
    (hit,) = archive.search('"never sell"', since="2014-06-01", until="2014-06-01")
    assert (hit.mentions, hit.certain) == ((mention,), False)
    assert archive.search('"never sell"', removed=True, since="2019-01-01") == []
    assert archive.search("sell", ["empty.example"]) == []
    assert archive.search("") == []


def test_results_cannot_be_changed(archive: Archive) -> None:
    with pytest.raises(FrozenInstanceError):
        archive.retailers()[0].domain = "other.example"  # type: ignore[misc]


def test_reading_writes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with policytrail.open(path) as archive:
        archive.retailers()
    archive.close()
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_files_that_cannot_be_read(path: Path) -> None:
    with pytest.raises(NoArchiveError, match=r"there is no archive at"):
        policytrail.open(path.with_name("none.db"))
    with pytest.raises(NotAnArchiveError):
        policytrail.open(path.parent)
    text = path.with_name("text.db")
    text.write_text("no archive")
    with pytest.raises(NotAnArchiveError, match=r"is not a policytrail archive"):
        policytrail.open(text)


def test_files_of_another_schema(path: Path) -> None:
    db = open_archive(path)
    db["_sqlite_migrations"].delete_where("name = (select max(name) from _sqlite_migrations)")  # type: ignore[union-attr]
    db.close()
    with pytest.raises(OlderSchemaError, match=r"run 'policytrail status .*' once$"):
        policytrail.open(path)
    db = open_archive(path.with_name("new.db"), create=True)
    db["_sqlite_migrations"].insert({"migration_set": "policytrail", "name": "m999", "applied_at": ""})  # type: ignore[union-attr]
    db.close()
    with pytest.raises(NewerSchemaError, match=r"update policytrail$"):
        policytrail.open(path.with_name("new.db"))


def test_findings_of_no_kind_are_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match=r"^finding must be one of children, choice,"):
        archive.changes(finding="foo")
    with pytest.raises(ValueError, match=r"^move must be one of added, removed, changed$"):
        archive.changes(move="lost")
    with pytest.raises(ValueError, match=r"^kind must be one of children, choice,"):
        archive.finding_trends("Sale")
    with pytest.raises(ValueError, match=r"^every must be one of "):
        archive.finding_trends("sale", every="week")
    for changes in (archive.changes, archive.news):
        with pytest.raises(
            ValueError, match=r"^change_kind must be one of wording, presentation, extractor$"
        ):
            changes(change_kind="bogus")
