from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.importing import warc_import
from crawler.importing.warc_import import ImportResult, import_warcs
from crawler.retailer_lists import owner
from db.database import transaction
from db.store import captures, retailers
from db.store.bodies import Bodies
from db.store.captures import IndexRow
from tests.support.warcs import HTML, digest, record, zipped

Import = Callable[..., ImportResult]
URI = "http://shop.example/privacy"


def page(body: bytes = b"<p>", date: str = "2014-05-30T13:02:40Z", uri: str = URI) -> bytes:
    return record(HTML + body, uri=uri, date=date, WARC_Payload_Digest=f"sha1:{digest(body)}")


def revisit(body: bytes, date: str, uri: str = URI) -> bytes:
    return record(HTML, uri=uri, date=date, kind="revisit", WARC_Payload_Digest=f"sha1:{digest(body)}")


@pytest.fixture
def importing_(db: Database, tmp_path: Path) -> Import:
    """Imports files of these bytes, named 0.warc, 1.warc and so on."""

    def run(*contents: bytes) -> ImportResult:
        files = []
        for number, content in enumerate(contents):
            files.append(tmp_path / f"{number}.warc")
            files[-1].write_bytes(content)
        return import_warcs(db, files, lambda address: address.split("/")[2].removeprefix("www."))

    return run


def rows(db: Database, columns: str) -> list[tuple[Any, ...]]:
    return db.execute(f"select {columns} from captures order by timestamp, id").fetchall()


def test_a_record_becomes_a_fetched_capture(db: Database, importing_: Import) -> None:
    imported = importing_(page(b"<p>one"))
    assert (imported.read, imported.new, len(imported.policies), imported.problems) == (1, 1, 1, [])
    assert rows(
        db, "archive, timestamp, original, mimetype, status, digest, state, attempts, fetched_at"
    ) == [("0.warc", "20140530130240", URI, "text/html", 200, digest(b"<p>one"), "fetched", 0, None)]
    (body_id,) = rows(db, "body_id")[0]
    assert Bodies(db).get(body_id) == b"<p>one"


def test_spellings_of_an_address_are_one_page(db: Database, importing_: Import) -> None:
    imported = importing_(
        page() + page(b"<p>2", "2015-05-30T13:02:40Z", "https://www.shop.example:443/Privacy/")
    )
    assert db.execute("select url, urlkey, found_by from pages").fetchall() == [
        (URI, "example,shop)/privacy", "given")
    ]
    assert len(imported.policies) == 1


def test_records_of_other_shops_are_theirs(db: Database, importing_: Import) -> None:
    assert len(importing_(page() + page(uri="http://other.example/p")).policies) == 2
    assert db.execute("select domain from retailers order by 1").fetchall() == [
        ("other.example",),
        ("shop.example",),
    ]


def test_a_record_without_a_host_is_passed_over_and_named(db: Database, tmp_path: Path) -> None:
    (tmp_path / "0.warc").write_bytes(page(uri="http://[junk/") + page())
    imported = import_warcs(db, [tmp_path / "0.warc"], owner())
    assert imported.problems == ["0.warc: http://[junk/ has no host; its record was skipped"]
    assert db.execute("select domain from retailers").fetchall() == [("shop.example",)]


@pytest.mark.parametrize("uri", ["http://shop.example/".ljust(65_537, "p"), f"http://{'s' * 252}.example/"])
def test_a_record_with_an_endless_address_is_passed_over_and_named(
    db: Database, tmp_path: Path, uri: str
) -> None:
    (tmp_path / "0.warc").write_bytes(page(uri=uri) + page())
    imported = import_warcs(db, [tmp_path / "0.warc"], owner())
    assert imported.problems == [f"0.warc: {uri[:200]} is too long for an address; its record was skipped"]
    assert db.execute("select domain from retailers").fetchall() == [("shop.example",)]


def test_a_second_import_changes_nothing(db: Database, importing_: Import) -> None:
    content = page(b"<p>one") + revisit(b"<p>one", "2015-05-30T13:02:40Z")
    assert importing_(content).new == 2
    before = rows(db, "*")
    again = importing_(content, content)
    assert (again.read, again.new) == (4, 0)
    assert rows(db, "*") == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_revisit_takes_the_body_of_its_digest_wherever_in_the_file_that_is(
    db: Database, importing_: Import, order: tuple[int, int]
) -> None:
    records = page(b"<p>one"), revisit(b"<p>one", "2015-05-30T13:02:40Z", "http://shop.example/other")
    importing_(b"".join(records[number] for number in order))
    assert rows(db, "state, mimetype, status, body_id") == [
        ("fetched", "text/html", 200, 1),
        ("fetched", "warc/revisit", 200, 1),
    ]


def test_a_revisit_without_its_capture_is_recorded(db: Database, importing_: Import) -> None:
    assert importing_(page(b"<p>one") + revisit(b"<p>two", "2015-05-30T13:02:40Z")).problems == []
    assert rows(db, "state, reason")[1] == ("failed", "a revisit whose first capture is not in the file")


def test_a_revisit_takes_the_body_of_a_file_that_comes_later(db: Database, importing_: Import) -> None:
    importing_(revisit(b"<p>one", "2015-05-30T13:02:40Z"))
    imported = importing_(b"", page(b"<p>one", uri="http://other.example/"))
    assert rows(db, "state, reason, attempts, body_id") == [("fetched", None, 0, 1), ("fetched", None, 0, 1)]
    assert len(imported.policies) == 2


def test_a_body_that_cannot_be_decoded_is_recorded(db: Database, importing_: Import) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08"
    assert importing_(record(http) + page(date="2015-05-30T13:02:40Z")).problems == []
    assert rows(db, "state, reason, body_id") == [
        ("failed", "the compressed body is cut off after 3 bytes", None), ("fetched", None, 1),
    ]  # fmt: skip


def test_a_date_that_names_no_moment_is_recorded(db: Database, importing_: Import) -> None:
    importing_(page(date="2014-13-30T13:02:40Z") + page(date="2000-08-00T24:16:23Z"))
    assert rows(db, "state, reason, captured_at") == [
        ("fetched", None, "2000-08-24T16:23:00Z"), ("failed", "its timestamp names no moment", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "read", "problem"),
    [
        (
            page(b"<p>one") + page(date="2015-05-30T13:02:40Z")[:-20],
            1,
            "is cut off within record 2; the 1 before it were read",
        ),
        (
            zipped(page(b"<p>one"), page(date="2015-05-30T13:02:40Z"))[:-20],
            1,
            "is cut off within record 2; the 1 before it were read",
        ),
        (b"", 0, "is no WARC file, or an empty one"),
        (b"<html>", 0, "is no WARC file"),
    ],
)
def test_a_file_that_is_cut_off_gives_what_is_whole_and_the_others_follow(
    db: Database, importing_: Import, content: bytes, read: int, problem: str
) -> None:
    imported = importing_(content, page(uri="http://other.example/"))
    assert imported.read == read + 1
    assert [message.split("0.warc ")[1] for message in imported.problems] == [problem]
    assert rows(db, "state") == [("fetched",)] * (read + 1)


@pytest.mark.parametrize("state", ["listed", "skipped", "failed", "given up", "excluded"])
def test_a_capture_that_an_archive_lists_but_did_not_give_is_filled(
    db: Database, importing_: Import, state: str
) -> None:
    with transaction(db):
        found = retailers.add_page(db, retailers.add_policy(db, "shop.example"), URI, "given")
        row = IndexRow(found.urlkey, "20140530130240", URI, digest=digest(b"<p>one"))
        captures.record_rows(db, found.id, "web.archive.org", [row])
        if state != "listed":
            captures.set_failed(
                db, 1, "why", state=state.replace("given up", "failed"), final=state == "given up"
            )
    assert importing_(page(b"<p>one")).read == 1
    assert rows(db, "state, archive, reason, body_id") == [("fetched", "0.warc", None, 1)]


def test_many_records_take_several_transactions(
    db: Database, importing_: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_import, "BATCH", 2)
    for count in (1, 2, 3, 4, 5):
        content = b"".join(page(b"<p>%d" % n, f"20{count}0-01-0{n + 1}T00:00:00Z") for n in range(count))
        assert importing_(content).new == count
    assert rows(db, "count(*)") == [(15,)]


def test_a_damaged_record_is_named_with_its_file_and_gives_its_reason(
    db: Database, importing_: Import
) -> None:
    rotten = page(b"<p>one").replace(b"<p>one", b"<p>two")
    imported = importing_(rotten + page(b"<p>one", "2015-05-30T13:02:40Z"))
    problem = f"its body is not that of its payload digest (sha1:{digest(b'<p>one')})"
    assert imported.problems == [f"0.warc: record 1 ({URI} 20140530130240): {problem}"]
    assert (imported.read, imported.new, imported.fetched) == (2, 2, 1)
    assert rows(db, "state, reason, digest, attempts, body_id") == [
        ("failed", problem, digest(b"<p>one"), captures.MAX_ATTEMPTS, None),
        ("fetched", None, digest(b"<p>one"), 0, 1),
    ]
    again = importing_(b"", page(b"<p>one"))
    assert rows(db, "state, reason, body_id") == [("fetched", None, 1), ("fetched", None, 1)]
    assert again.fetched == 1


def test_a_damaged_record_takes_nothing_from_what_is_known(db: Database, importing_: Import) -> None:
    """Also where the damaged record has no digest, and so could be any capture of its second."""
    with transaction(db):
        found = retailers.add_page(db, retailers.add_policy(db, "shop.example"), URI, "given")
        row = IndexRow(found.urlkey, "20140530130240", URI, digest=digest(b"<p>one"))
        captures.record_rows(db, found.id, "web.archive.org", [row])
    whole = record(HTML + b"<p>one")
    imported = importing_(whole.replace(b"<p>one\r\n\r\n", b"<p>one and more\r\n\r\n"))
    assert len(imported.problems) == 1
    assert rows(db, "state, archive, reason") == [("listed", "web.archive.org", None)]


def test_many_damaged_records_take_few_lines(db: Database, importing_: Import) -> None:
    rotten = [page(b"<p>%d" % n, f"20{n}-05-30T13:02:40Z").replace(b"<p>", b"<q>") for n in range(10, 35)]
    imported = importing_(b"".join(rotten))
    assert len(imported.problems) == warc_import.NAMED + 1
    assert imported.problems[-1] == "0.warc: and 15 more faults of this kind"
    assert rows(db, "count(*), sum(state = 'failed')") == [(25, 25)]


@pytest.mark.parametrize(
    ("kinds", "what"),
    [
        (["warcinfo", "conversion", "conversion"],
         "2 conversions (the text of pages, as in WET files), 1 descriptions of the file"),
        (["metadata"], "1 metadata (about other records, as in WAT files)"),
        (["resource"], "1 resources (files that no server sent as an answer)"),
        (["request"] * 3, "3 requests"),
        (["unheard-of"], "1 records of other types"),
    ],
)  # fmt: skip
def test_a_file_without_captures_says_what_it_has(
    db: Database, importing_: Import, kinds: list[str], what: str
) -> None:
    imported = importing_(b"".join(record(b"GET / HTTP/1.0\r\n\r\n", kind=kind) for kind in kinds), page())
    assert imported.notes == [f"0.warc has no captures to import, only {what}"]
    assert (imported.read, imported.problems) == (1, [])


def test_captures_of_other_protocols_are_named(db: Database, importing_: Import) -> None:
    imported = importing_(record(b"198.51.100.7", uri="dns:shop.example"))
    assert imported.notes == [
        "0.warc has no captures to import, only 1 responses of another protocol than http"
    ]
