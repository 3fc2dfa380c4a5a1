import base64
import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from db.database import transaction
from db.errors import ExportTargetError, UnknownRetailerError
from db.export import warc
from db.export.evidence import Citations, ExportFilter
from db.export.warc_records import decode_facts
from db.store.fact_validation import FactError
from db.store.retailers import add_page
from tests.support.shop import Shop

CITING = Citations(
    lambda capture: f"https://there.example/{capture.timestamp}/{capture.original}", lambda *_: ""
)
URI = "http://shop.example/privacy"


def fetch(shop: Shop, timestamp: str, body: bytes = b"<p>", **values: Any) -> None:
    fetched = {name: values.pop(name) for name in ("headers", "at", "status") if name in values}
    shop.fetch(shop.list(timestamp, **values), body, **fetched)


def export(db: Database, out: Path, **chosen: Any) -> tuple[int, int]:
    exported = warc.export(db, out, ExportFilter(**chosen), CITING, lambda _: None)
    assert exported.foreign_files == ()
    return exported.written, exported.kept


def read(file: Path) -> list[tuple[dict[str, str], dict[str, str], bytes]]:
    """The records of a file: WARC headers, HTTP headers with the status line under "", payload."""
    found = []
    with file.open("rb") as opened:
        for record in ArchiveIterator(opened, check_digests="raise"):
            http = record.http_headers
            headers = dict(http.headers) | {"": f"{http.protocol} {http.statusline}"} if http else {}
            found.append((dict(record.rec_headers.headers), headers, record.raw_stream.read()))
    return found


def kinds(file: Path) -> list[str]:
    return [record[0]["WARC-Type"] for record in read(file)]


def dates(file: Path) -> list[str]:
    return [of["WARC-Date"] for of, _, _ in read(file) if of["WARC-Type"] in ("response", "revisit")]


def facts(file: Path) -> list[dict[str, Any]]:
    return [decode_facts(block) or {} for of, _, block in read(file) if of["WARC-Type"] == "metadata"]


def test_a_capture_is_a_response_with_what_was_archived(shelf: Shop, tmp_path: Path) -> None:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2"))
    fetch(shelf, "20140530130240", b"<p>one", headers=headers, status=404, digest="D1")
    assert export(shelf.db, tmp_path / "out") == (1, 0)
    first, encode_facts, response, last = read(tmp_path / "out" / "shop.example.warc.gz")
    assert (first[0]["WARC-Type"], encode_facts[0]["WARC-Type"], last[0]["WARC-Type"]) == (
        "warcinfo",
        "metadata",
        "metadata",
    )
    assert response[0] == {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:03379285-b662-50f8-9309-2ea912e8647b>",
        "WARC-Target-URI": URI,
        "WARC-Date": "2014-05-30T13:02:40Z",
        "WARC-Source-URI": f"https://there.example/20140530130240/{URI}",
        "WARC-Payload-Digest": f"sha1:{base64.b32encode(hashlib.sha1(b'<p>one').digest()).decode()}",
        "WARC-Block-Digest": response[0]["WARC-Block-Digest"],
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": response[0]["Content-Length"],
    }
    assert response[1] == {
        "": "HTTP/1.1 404 Not Found",
        "Content-Type": "text/html; charset=utf-8",
        "Set-Cookie": "a=1",
        "set-cookie": "b=2",
    }
    assert response[2] == b"<p>one"


def test_the_file_says_which_version_of_the_format_it_is_of(shelf: Shop, tmp_path: Path) -> None:
    export(shelf.db, tmp_path)
    content = gzip.decompress(tmp_path.joinpath("shop.example.warc.gz").read_bytes())
    assert content.startswith(b"WARC/1.1\r\n")
    assert b"WARC-Filename: shop.example.warc.gz\r\n" in content
    assert b"\r\nformat: WARC File Format 1.1\r\n" in content


def test_the_same_body_again_is_a_revisit_of_the_first_with_headers_of_its_own(
    shelf: Shop, tmp_path: Path
) -> None:
    fetch(shelf, "20140101000000", headers=(("Date", "first"),))
    fetch(shelf, "20150101000000", headers=(("Date", "again"),), original="https://shop.example/privacy")
    export(shelf.db, tmp_path)
    (_, _, (response, _, _), (revisit, http, payload), _) = read(tmp_path / "shop.example.warc.gz")
    assert {
        name: value
        for name, value in revisit.items()
        if "Profile" in name or "Refers" in name or "Target" in name
    } == {
        "WARC-Target-URI": "https://shop.example/privacy",
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Refers-To-Target-URI": URI,
        "WARC-Refers-To-Date": "2014-01-01T00:00:00Z",
    }
    assert revisit["WARC-Payload-Digest"] == response["WARC-Payload-Digest"]
    assert (http["Date"], payload) == ("again", b"")


def test_no_revisit_of_what_comes_later_nor_of_a_redirect_nor_of_nothing(shelf: Shop, tmp_path: Path) -> None:
    elsewhere = shelf.add_page("http://shop.example/older")
    fetch(shelf, "20150101000000", b"<p>", digest="D1")
    fetch(shelf, "20140101000000", b"<p>", page=elsewhere)
    for timestamp in ("20160101000000", "20170101000000"):
        fetch(shelf, timestamp, b"moved", status=301)
        fetch(shelf, f"{timestamp[:-1]}1", b"")
    export(shelf.db, tmp_path)
    assert kinds(tmp_path / "shop.example.warc.gz").count("response") == 6


def test_what_no_response_can_hold_is_told(shelf: Shop, tmp_path: Path) -> None:
    failed, skipped = (
        shelf.list("20140101000000", digest="D1"),
        shelf.list("20150101000000", mimetype="text/html", length=7),
    )
    shelf.list("20001301000000")
    shelf.add_page("http://shop.example/never")
    with transaction(shelf.db):
        shelf.db.execute(
            "update captures set state = 'failed', reason = 'why', attempts = 2 where id = ?", [failed.id]
        )
        shelf.db.execute(
            "update captures set state = 'skipped', reason = 'left out' where id = ?", [skipped.id]
        )
        shelf.db.execute(
            "update pages set listing = 'excluded', listing_reason = 'robots', listed_at ="
            " '2020' where id = 1"
        )
        shelf.db.execute(
            "insert into clues (page_id, way, capture_id, text, noted_at) values (2, 'home', ?,"
            " 'Privacy', 'now')",
            [failed.id],
        )
    export(shelf.db, tmp_path)
    page, never, clues, last = facts(tmp_path / "shop.example.warc.gz")
    assert page["retailer"] == {"domain": "shop.example", "name": None}
    assert page["policy"] == "privacy"
    assert (page["page"]["listing"], page["page"]["listing_reason"]) == ("excluded", "robots")
    encode_facts = [
        [of[name] for name in ("timestamp", "state", "reason", "attempts", "digest", "length")]
        for of in page["captures"]
    ]
    assert encode_facts == [
        ["20001301000000", "failed", "its timestamp names no moment", 6, None, None],
        ["20140101000000", "failed", "why", 2, "D1", None],
        ["20150101000000", "skipped", "left out", 0, None, 7],
    ]
    assert (never["page"]["url"], never["captures"]) == ("http://shop.example/never", [])
    assert clues["clues"] == [
        {
            "policy": "privacy",
            "page": "http://shop.example/never",
            "way": "home",
            "text": "Privacy",
            "noted_at": "now",
            "capture": {
                "domain": "shop.example",
                "policy": "privacy",
                "page": URI,
                "timestamp": "20140101000000",
                "original": URI,
                "digest": "D1",
            },
        }
    ]
    assert last["damaged"] == 0
    assert kinds(tmp_path / "shop.example.warc.gz") == ["warcinfo", *["metadata"] * 4]


def test_pages_of_all_kinds(shelf: Shop, tmp_path: Path) -> None:
    with transaction(shelf.db):
        shelf.db.execute("insert into policies (retailer, kind) values ('shop.example', 'home')")
        home = add_page(shelf.db, 2, "http://shop.example/", "cdx")
    fetch(shelf, "20140101000000", b"<p>home", page=home)
    export(shelf.db, tmp_path)
    assert [encode_facts.get("policy") for encode_facts in facts(tmp_path / "shop.example.warc.gz")] == [
        "privacy",
        "home",
        None,
    ]
    assert dates(tmp_path / "shop.example.warc.gz") == ["2014-01-01T00:00:00Z"]


def test_headers_that_would_break_the_block_are_told_alone(shelf: Shop, tmp_path: Path) -> None:
    headers = (
        ("Content-Length", "9999"),
        ("Content-Encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
        ("X", "a\r\nSet-Cookie: evil"),
        ("bad name", "x"),
        ("", "x"),
        ("Löcation", "x"),
        ("Location", "/über?a=1"),
        ("Y", "nul\0"),
    )
    fetch(shelf, "20140530130240", b"<p>", headers=headers)
    export(shelf.db, tmp_path)
    file = tmp_path / "shop.example.warc.gz"
    (_, http, payload) = read(file)[2]
    assert http == {
        "": "HTTP/1.1 200 OK",
        "Content-Length": "3",
        "X": "a%0D%0ASet-Cookie: evil",
        "Location": "/%C3%BCber?a=1",
        "Y": "nul%00",
    }
    assert payload == b"<p>"
    assert facts(file)[0]["captures"][0]["headers"] == [list(pair) for pair in headers]


@pytest.mark.parametrize(
    ("original", "uri"),
    [
        ("http://shop.example/a b<c>\r\nX: y", "http://shop.example/a%20b%3Cc%3E%0D%0AX:%20y"),
        ("http://shop.example/über", "http://shop.example/%C3%BCber"),
        ("shop.example/privacy", "http://shop.example/privacy"),
        ("http://[2001:db8::1]/privacy", "http://[2001:db8::1]/privacy"),
    ],
)
def test_addresses_are_made_fit(shelf: Shop, tmp_path: Path, original: str, uri: str) -> None:
    fetch(shelf, "20140530130240", original=original)
    export(shelf.db, tmp_path)
    file = tmp_path / "shop.example.warc.gz"
    assert read(file)[2][0]["WARC-Target-URI"] == uri
    assert facts(file)[0]["captures"][0]["original"] == original


@pytest.mark.parametrize(
    ("status", "line"),
    [(None, "200 OK"), (999, "999"), (0, "500 Internal Server Error"), (12345, "500 Internal Server Error")],
)
def test_statuses_that_no_line_can_hold(shelf: Shop, tmp_path: Path, status: int | None, line: str) -> None:
    fetch(shelf, "20140530130240", status=status)
    export(shelf.db, tmp_path)
    assert read(tmp_path / "shop.example.warc.gz")[2][1][""] == f"HTTP/1.1 {line}"
    assert facts(tmp_path / "shop.example.warc.gz")[0]["captures"][0]["status"] == status


def test_the_same_archive_gives_the_same_bytes_and_is_not_written_again(shelf: Shop, tmp_path: Path) -> None:
    fetch(shelf, "20140530130240", at="2026-01-01T00:00:00Z")
    assert [export(shelf.db, tmp_path / folder) for folder in ("a", "b", "a")] == [(1, 0), (1, 0), (0, 1)]
    one, other = (tmp_path / folder / "shop.example.warc.gz" for folder in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()
    before = one.stat().st_mtime_ns
    export(shelf.db, tmp_path / "a")
    assert one.stat().st_mtime_ns == before
    assert {record[0]["WARC-Date"] for record in read(one)} == {
        "2014-05-30T13:02:40Z",
        "2026-01-01T00:00:00Z",
    }


def test_only_files_of_retailers_with_news_are_written_again(
    shelf: Shop, neighbour: Shop, tmp_path: Path
) -> None:
    assert export(shelf.db, tmp_path) == (2, 0)
    neighbour.list("20140101000000")
    assert export(shelf.db, tmp_path) == (1, 1)
    fetch(shelf, "20140101000000")
    assert export(shelf.db, tmp_path) == (1, 1)
    shelf.db.execute("update captures set headers = '[]' where body_id is not null")
    assert export(shelf.db, tmp_path) == (1, 1)


def test_a_file_that_was_cut_off_or_changed_is_anothers(shelf: Shop, tmp_path: Path) -> None:
    """It is left: the user may have reasons."""
    fetch(shelf, "20140101000000")
    export(shelf.db, tmp_path)
    file = tmp_path / "shop.example.warc.gz"
    content = file.read_bytes()[:-10]
    file.write_bytes(content)
    exported = warc.export(shelf.db, tmp_path, ExportFilter(), CITING, lambda _: None)
    assert (exported.written, exported.kept, exported.foreign_files) == (0, 0, ("shop.example.warc.gz",))
    assert file.read_bytes() == content


def test_a_link_in_the_place_of_a_file_is_not_followed(shelf: Shop, tmp_path: Path) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    out.mkdir()
    outside.write_bytes(b"mine")
    out.joinpath("shop.example.warc.gz").symlink_to(outside)
    assert warc.export(shelf.db, out, ExportFilter(), CITING, lambda _: None).foreign_files == (
        "shop.example.warc.gz",
    )
    assert outside.read_bytes() == b"mine"


def test_a_damaged_body_is_left_out_and_asked_for_again(shelf: Shop, tmp_path: Path) -> None:
    fetch(shelf, "20140101000000", b"<p>whole" * 9)
    fetch(shelf, "20150101000000", b"<p>other" * 9)
    stored = shelf.db.execute("select data from bodies where id = 2").fetchone()
    shelf.db.execute("update bodies set data = x'00' where id = 2")
    for _ in range(2):  # said as long as it is so
        exported = warc.export(shelf.db, tmp_path, ExportFilter(), CITING, lambda _: None)
        assert exported.note == "1 bodies are damaged and were left out: 'policytrail verify' names them"
    assert dates(tmp_path / "shop.example.warc.gz") == ["2014-01-01T00:00:00Z"]
    shelf.db.execute("update bodies set data = ? where id = 2", stored)
    assert export(shelf.db, tmp_path) == (1, 0)
    assert dates(tmp_path / "shop.example.warc.gz") == ["2014-01-01T00:00:00Z", "2015-01-01T00:00:00Z"]


def test_a_body_that_is_another_than_its_hash_says_is_damaged(shelf: Shop, tmp_path: Path) -> None:
    fetch(shelf, "20140101000000")
    shelf.db.execute("update bodies set sha256 = ?", [hashlib.sha256(b"<q>").hexdigest()])
    assert (
        "1 bodies are damaged" in warc.export(shelf.db, tmp_path, ExportFilter(), CITING, lambda _: None).note
    )


def test_a_time_chooses_captures_and_says_nothing_of_listings(shelf: Shop, tmp_path: Path) -> None:
    for year in range(2014, 2019):
        fetch(shelf, f"{year}0601000000", b"%d" % year)
    shelf.list("20001301000000")
    with transaction(shelf.db):
        shelf.db.execute("update pages set listing = 'complete', listed_at = '2020-01-01T00:00:00Z'")
        shelf.db.execute(
            "insert into coverage values (1, 'web.archive.org', null, '20180601000000',"
            " '2020-01-01T00:00:00Z')"
        )
    export(shelf.db, tmp_path, first="2015-06-01T00:00:00Z", last="2017-06-01T00:00:00Z")
    file = tmp_path / "shop.example.warc.gz"
    assert dates(file) == [f"{year}-06-01T00:00:00Z" for year in (2015, 2016, 2017)]
    (page, _) = facts(file)
    assert (page["page"]["listing"], page["page"]["listed_at"], page["page"]["coverage"]) == (None, None, [])
    assert len(page["captures"]) == 3
    assert warc.count(shelf.db, ExportFilter(first="2015-06-01T00:00:00Z", last="2017-06-01T00:00:00Z")) == 3
    export(shelf.db, tmp_path)
    assert facts(file)[0]["page"]["coverage"] == [
        ["web.archive.org", None, "20180601000000", "2020-01-01T00:00:00Z"]
    ]
    assert export(shelf.db, tmp_path / "none", first="2030-01-01T00:00:00Z") == (0, 0)
    assert not list(tmp_path.glob("none/*.gz"))


def test_the_latest_is_all_that_was_captured_while_the_last_version_held(
    shelf: Shop, neighbour: Shop, tmp_path: Path
) -> None:
    for timestamp, wording in (
        ("20140101000000", "we sell it"),
        ("20150101000000", "we do not"),
        ("20170101000000", "we do not"),
    ):
        shelf.observe(timestamp, wording)
    shelf.list("20160101000000")
    shelf.list("20180101000000")
    shelf.derive()
    assert export(shelf.db, tmp_path, latest=True) == (1, 0)
    file = tmp_path / "shop.example.warc.gz"
    assert dates(file) == ["2015-01-01T00:00:00Z", "2017-01-01T00:00:00Z"]
    assert [of["timestamp"] for of in facts(file)[0]["captures"]] == [
        "20150101000000",
        "20160101000000",
        "20170101000000",
    ]
    assert warc.count(shelf.db, ExportFilter(latest=True)) == 3


def test_retailers_are_chosen_by_name(shelf: Shop, neighbour: Shop, tmp_path: Path) -> None:
    assert export(shelf.db, tmp_path, domains=("neighbour.example",)) == (1, 0)
    assert [file.name for file in tmp_path.glob("*.gz")] == ["neighbour.example.warc.gz"]
    with pytest.raises(UnknownRetailerError):
        export(shelf.db, tmp_path, domains=("stranger.example",))


def test_an_archive_without_retailers(db: Database, tmp_path: Path) -> None:
    assert export(db, tmp_path / "out") == (0, 0)
    assert warc.count(db, ExportFilter()) == 0


@pytest.mark.parametrize(
    "domain",
    ["../../etc", "con", "NUL.example", "a" * 300, "a\0b", "/etc/passwd", ".", "..", "ü.example", ""],
)
def test_hostile_domains_stay_in_the_folder(db: Database, tmp_path: Path, domain: str) -> None:
    fetch(Shop(db, domain), "20140101000000", original="http://shop.example/")
    out = tmp_path / "in" / "out"
    out.parent.mkdir()
    assert export(db, out) == (1, 0)
    (file,) = (file for file in tmp_path.rglob("*.warc.gz") if file.is_file())
    assert file.parent == out
    assert len(file.name) < 140
    assert facts(file)[0]["retailer"]["domain"] == domain


def test_a_page_of_many_captures_is_told_in_parts(
    shelf: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "CAPTURES", 2)
    for year in range(2010, 2015):
        fetch(shelf, f"{year}0101000000")
    export(shelf.db, tmp_path)
    file = tmp_path / "shop.example.warc.gz"
    assert [len(encode_facts.get("captures", ())) for encode_facts in facts(file)] == [2, 2, 1, 0]
    assert kinds(file) == [
        "warcinfo",
        "metadata",
        "response",
        "revisit",
        "metadata",
        "revisit",
        "revisit",
        "metadata",
        "revisit",
        "metadata",
    ]


def test_a_place_that_cannot_be_written(shelf: Shop, tmp_path: Path) -> None:
    tmp_path.joinpath("file").touch()
    for place in (tmp_path / "file", tmp_path / "none" / "out"):
        with pytest.raises(ExportTargetError):
            export(shelf.db, place)


def test_facts_of_another_form_are_none_of_ours() -> None:
    assert decode_facts(b"outlink: x") is None
    for block in (
        b"policytrail-facts: {",
        b"policytrail-facts: []",
        b'policytrail-facts: {"form":2}',
        b"policytrail-facts: " + b"[" * 99999,
    ):
        with pytest.raises(ValueError, match="it is "):
            decode_facts(block)


def test_the_facts_of_captures_with_many_headers_are_told_in_parts(
    shelf: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "CHARACTERS", 50)
    for year in range(2010, 2013):
        fetch(shelf, f"{year}0101000000", headers=[("X", "y" * 40)])
    export(shelf.db, tmp_path)
    file = tmp_path / "shop.example.warc.gz"
    assert [len(encode_facts.get("captures", ())) for encode_facts in facts(file)] == [1, 1, 1, 0]


def test_facts_of_many_megabytes_are_not_read() -> None:
    with pytest.raises(FactError, match="it is larger than 24 MB"):
        decode_facts(b"policytrail-facts: " + b"[" * (24 << 20))
