"""WARC and ARC files of other tools: made by the tools if installed, else in their form."""

import gzip
import hashlib
import http.server
import io
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import brotli
import pytest
import zstandard
from sqlite_utils import Database

from crawler.importing import warc_stream
from crawler.importing.warc_filter import WHOLE_SITE, RecordFilter, format_skipped
from crawler.importing.warc_import import ImportResult, import_warcs
from crawler.retailer_lists import owner
from db.store.bodies import Bodies
from tests.support.commands import Run
from tests.support.warcs import HTML, digest, record, zipped

PAGE = b"<title>Privacy</title><p>We collect your name."
URI = "http://shop.example/privacy"
IMAGE = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"


class Shop(http.server.BaseHTTPRequestHandler):
    """A policy in all encodings, a redirect to it, and a picture on it."""

    protocol_version = "HTTP/1.1"
    answers: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {
        "/privacy": (
            200,
            {"Content-Type": "text/html"},
            PAGE + b'<img src="/logo.png"><link rel=stylesheet href="/a.css">',
        ),
        "/gzip": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(PAGE)),
        "/old": (302, {"Location": "/privacy"}, b""),
        "/gone": (404, {"Content-Type": "text/html"}, b"gone"),
        "/logo.png": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/a.css": (200, {"Content-Type": "text/css"}, b"p {}"),
    }

    def do_GET(self) -> None:
        status, headers, body = self.answers.get(self.path, (404, {}, b"not found"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.path == "/privacy":
            self.send_header("Transfer-Encoding", "chunked")
            body = (
                b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:]))
                + b"0\r\n\r\n"
            )
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def take(db: Database, *files: Path, **chosen: Any) -> ImportResult:
    return import_warcs(db, list(files), owner(), record_filter=RecordFilter.of(**chosen))


def take_bytes(
    db: Database, tmp_path: Path, content: bytes, name: str = "a.warc", **chosen: Any
) -> ImportResult:
    tmp_path.joinpath(name).write_bytes(content)
    return take(db, tmp_path / name, **chosen)


def held(db: Database, columns: str = "original, status, state") -> list[tuple[Any, ...]]:
    return db.execute(f"select {columns} from captures order by timestamp, original, id").fetchall()


def bodies(db: Database) -> dict[str, bytes]:
    rows = db.execute("select original, body_id from captures where body_id is not null").fetchall()
    return {original: Bodies(db).get(body_id) for original, body_id in rows}


@pytest.mark.skipif(not shutil.which("wget"), reason="no wget here")
@pytest.mark.parametrize("compressed", [True, False])
def test_wget(db: Database, tmp_path: Path, shop: str, compressed: bool) -> None:
    addresses = [f"{shop}/{page}" for page in ("old", "gzip", "gone")]
    options = [
        "--quiet",
        "--page-requisites",
        "--warc-file=site",
        *([] if compressed else ["--no-warc-compression"]),
    ]
    ended = subprocess.run(["wget", *options, *addresses], cwd=tmp_path, check=False, capture_output=True)
    assert ended.returncode == 8  # for what is gone
    imported = take(db, tmp_path / ("site.warc.gz" if compressed else "site.warc"))
    assert imported.problems == []
    assert {(original.removeprefix(shop), status, state) for original, status, state in held(db)} == {
        ("/old", 302, "fetched"), ("/privacy", 200, "fetched"), ("/gzip", 200, "fetched"), ("/gone", 404,
                                                                                            "fetched"),
    }  # fmt: skip
    found = bodies(db)
    assert found[f"{shop}/privacy"].startswith(PAGE + b"<img")
    assert (found[f"{shop}/gzip"], found[f"{shop}/old"]) == (PAGE, b"")
    assert (
        format_skipped(imported.skipped) == "3 responses skipped: 3 are no documents"
    )  # the last is robots.txt


CAPTURING = """
import sys
from warcio.capture_http import capture_http
import requests
with capture_http(sys.argv[1]):
    for address in sys.argv[2:]:
        requests.get(address, timeout=60)
"""


def test_warcio(db: Database, tmp_path: Path, shop: str) -> None:
    """In a process of its own: it has to be imported before anything else that speaks HTTP."""
    pages = [f"{shop}/{page}" for page in ("privacy", "gzip", "privacy", "logo.png")]
    subprocess.run([sys.executable, "-c", CAPTURING, tmp_path / "a.warc.gz", *pages], check=True)
    imported = take(db, tmp_path / "a.warc.gz")
    assert (imported.problems, format_skipped(imported.skipped)) == (
        [],
        "1 responses skipped: 1 are no documents",
    )
    assert {original for original, _, _ in held(db)} == {f"{shop}/privacy", f"{shop}/gzip"}
    assert bodies(db)[f"{shop}/gzip"] == PAGE


def browsertrix() -> tuple[bytes, ...]:
    """The records of a page as browsertrix-crawler writes them: decoded bodies, SHA-256, HTTP/2, notes."""
    head = (
        b"HTTP/2 200\r\ncontent-type: text/html\r\nx-orig-content-encoding: br\r\ncontent-length: %d\r\n\r\n"
        % len(PAGE)
    )
    date = "2024-05-30T13:02:40.123456Z"
    page = {
        "WARC_Page_ID": "a3c6",
        "WARC_Resource_Type": "document",
        "WARC_Payload_Digest": f"sha256:{hashlib.sha256(PAGE).hexdigest()}",
    }
    notes = json.dumps({"pageid": "a3c6", "urls": {URI: {}}}).encode()
    return (
        record(b"software: Browsertrix-Crawler 1.6\r\nformat: WARC File Format 1.1\r\n", kind="warcinfo"),
        record(head + PAGE, date=date, **page),
        record(
            b"GET /privacy HTTP/2\r\nuser-agent: x\r\n\r\n", date=date, kind="request", WARC_Page_ID="a3c6"
        ),
        record(notes, uri=f"urn:pageinfo:{URI}", date=date, kind="resource", WARC_Page_ID="a3c6"),
        record(b"\x89PNG", uri=f"urn:view:{URI}", date=date, kind="resource"),
        record(b"some text", uri=f"urn:text:{URI}", date=date, kind="resource"),
        record(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}",
            uri="http://metrics.example/?id=1",
            date=date,
        ),
        record(head, date="2024-06-30T13:02:40Z", kind="revisit", **page),
    )


def test_browsertrix(db: Database, tmp_path: Path) -> None:
    imported = take_bytes(
        db, tmp_path, zipped(*browsertrix()).replace(b"WARC/1.0", b"WARC/1.1"), "rec-0.warc.gz"
    )
    assert (imported.problems, format_skipped(imported.skipped)) == (
        [],
        "1 responses skipped: 1 are no documents",
    )
    assert held(db, "original, timestamp, status, state, digest") == [
        (URI, "20240530130240", 200, "fetched", f"SHA256:{hashlib.sha256(PAGE).hexdigest().upper()}"),
        (URI, "20240630130240", 200, "fetched", f"SHA256:{hashlib.sha256(PAGE).hexdigest().upper()}"),
    ]
    assert bodies(db) == {URI: PAGE}


def wacz(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def test_a_wacz(db: Database, tmp_path: Path) -> None:
    other = record(HTML + b"<p>", uri="http://other.example/privacy")
    members = {
        "datapackage.json": b"{}", "pages/pages.jsonl": b"{}", "indexes/index.cdx.gz": b"",
        "archive/rec-1.warc.gz": zipped(other), "archive/rec-0.warc.gz": zipped(*browsertrix()),
        "elsewhere/x.warc.gz": b"",
    }  # fmt: skip
    imported = take_bytes(db, tmp_path, wacz(members), "crawl.wacz")
    assert (imported.read, imported.problems) == (3, [])
    assert held(db, "distinct archive") == [("crawl.wacz",)]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"pages/pages.jsonl": b"{}"}, " is no WARC file, and as a WACZ it has none in archive/"),
        ({"archive/a.warc.gz": b"junk"}, " ('archive/a.warc.gz') is no WARC file"),
        ({"archive/../../../a.warc": b""}, " ('archive/../../../a.warc') is no WARC file, or an empty one"),
        (
            {"archive/a.warc": bytes(9_999_999)},
            " is damaged: its files would grow beyond measure",
        ),
        (
            {f"archive/{number}.warc": bytes(1_000_000) for number in range(99)},
            " is damaged: its files would grow beyond measure",
        ),
        (
            {f"archive/{number}.warc.gz": b"" for number in range(80_000)},
            " is a damaged WACZ (its directory is larger than 4 MB)",
        ),
    ],
)
def test_a_wacz_that_is_none(db: Database, tmp_path: Path, members: dict[str, bytes], problem: str) -> None:
    file = tmp_path / "in" / "crawl.wacz"
    file.parent.mkdir()
    imported = take_bytes(db, file.parent, wacz(members, zipfile.ZIP_DEFLATED), file.name)
    assert imported.problems == [f"{file}{problem}"]
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} - {"archive.db-wal",
                                                                            "archive.db-shm"} == {
        "archive.db", "crawl.wacz",
    }  # fmt: skip


def test_the_files_of_a_wacz_grow_beyond_measure_together(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No member alone does, and what they contain is small before they are decompressed a second time."""
    monkeypatch.setattr(warc_stream, "MIN_BOMB", 600_000)
    member = zipped(*browsertrix(), record(HTML + bytes(400_000), uri="http://shop.example/zeros"))
    imported = take_bytes(db, tmp_path, wacz({f"archive/{number}.warc.gz": member for number in range(9)},
                                             zipfile.ZIP_DEFLATED), "crawl.wacz")  # fmt: skip
    assert [problem.partition("(")[2] for problem in imported.problems] == [
        "'archive/5.warc.gz') is over 100 times larger than its compressed bytes after record 8;"
        " the records up to there were read"
    ]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_wacz_that_is_compressed_in_a_strange_way(db: Database, tmp_path: Path, compression: int) -> None:
    content = wacz({"archive/a.warc.gz": zipped(*browsertrix())}, compression)
    (problem,) = take_bytes(db, tmp_path, content, "crawl.wacz").problems
    assert problem.endswith("crawl.wacz is compressed in a way that no writer of WACZ uses")


@pytest.mark.parametrize("damage", ["cut off", "damaged", "encrypted"])
def test_a_wacz_that_is_damaged_is_said_in_a_line(db: Database, tmp_path: Path, damage: str) -> None:
    whole = wacz({"archive/a.warc.gz": zipped(*browsertrix())}, zipfile.ZIP_DEFLATED)
    content = {
        "cut off": whole[:-30],
        "damaged": whole[:200] + bytes(40) + whole[240:],
        "encrypted": whole.replace(b"\x14\0\0\0\x08\0", b"\x14\0\x01\0\x08\0").replace(
            b"\x14\x03\x14\0\0\0", b"\x14\x03\x14\0\x01\0"
        ),
    }[damage]
    (problem,) = take_bytes(db, tmp_path, content, "crawl.wacz").problems
    assert "crawl.wacz" in problem and "\n" not in problem


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
        ("x-unknown", PAGE),
    ],
    ids=["gzip", "br", "zstd", "unknown"],
)
@pytest.mark.parametrize(
    "protocol", [b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/2 200", b"HTTP/3 200 OK", b"http/1.1 200 ok"]
)
def test_encodings_under_any_protocol(
    db: Database, tmp_path: Path, encoding: str, body: bytes, protocol: bytes
) -> None:
    head = protocol + b"\r\nContent-Type: text/html\r\nContent-Encoding: " + encoding.encode() + b"\r\n\r\n"
    take_bytes(db, tmp_path, record(head + body))
    assert (held(db), bodies(db)) == ([(URI, 200, "fetched")], {URI: PAGE})


def arc(*records: tuple[str, bytes], version: int = 1) -> list[bytes]:
    """An ARC file (archive.org/web/researcher/ArcFileFormat.php), as Alexa and Heritrix 1 wrote it."""
    note = f"{version} 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n".encode()
    first = b"filedesc://a.arc 0.0.0.0 19990101000000 text/plain %d\n%s\n" % (len(note), note)
    return [first, *(f"{head} {len(block)}\n".encode() + block + b"\n" for head, block in records)]


ARC_RECORDS = (
    (
        f"{URI} 192.0.2.1 19990530130240 text/html",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    ),
    (
        "http://shop.example/bare/privacy 192.0.2.1 19990530130241 text/html",
        b"<html>\n<p>no head: HTTP/0.9\n\n<p>more",
    ),
    ("http://shop.example/a b/privacy 192.0.2.1 19990530130242 text/html", b"HTTP/1.0 404 Not Found\n\ngone"),
    ("dns:shop.example 192.0.2.1 19990530130243 text/dns", b"19990530\nshop.example 600 IN A 192.0.2.1"),
)


@pytest.mark.parametrize("version", [1, 2])
def test_arc(db: Database, tmp_path: Path, version: int) -> None:
    imported = take_bytes(db, tmp_path, b"".join(arc(*ARC_RECORDS, version=version)), "a.arc")
    assert imported.problems == []
    assert held(db, "timestamp, original, status, state") == [
        ("19990530130240", URI, 200, "fetched"),
        ("19990530130241", "http://shop.example/bare/privacy", None, "fetched"),
        ("19990530130242", "http://shop.example/a%20b/privacy", 404, "fetched"),
    ]
    assert bodies(db)["http://shop.example/bare/privacy"] == b"<html>\n<p>no head: HTTP/0.9\n\n<p>more"


def test_a_compressed_arc(db: Database, tmp_path: Path) -> None:
    assert take_bytes(db, tmp_path, zipped(*arc(*ARC_RECORDS)), "a.arc.gz").problems == []
    assert len(bodies(db)) == 3
    assert bodies(db)[URI] == PAGE


def test_records_that_are_no_captures(db: Database, tmp_path: Path) -> None:
    kinds = ("warcinfo", "request", "metadata", "resource", "conversion", "continuation", "unheard-of")
    content = b"".join(record(HTML + PAGE, kind=kind) for kind in kinds) + record(
        HTML + PAGE, kind="metadata", uri=""
    )
    imported = take_bytes(db, tmp_path, content)
    assert (imported.read, imported.problems, held(db)) == (0, [], [])


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"WARC_Truncated": "length"}, "it was cut off when it was archived (length)"),
        ({"WARC_Segment_Number": "1"}, "it is split over several records, which cannot be put together"),
    ],
)
def test_what_was_not_archived_whole_is_recorded(
    db: Database, tmp_path: Path, more: dict[str, str], reason: str
) -> None:
    assert take_bytes(db, tmp_path, record(HTML + PAGE, **more)).problems == []
    assert held(db, "state, reason, body_id") == [("failed", reason, None)]


NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"


def revisit(http: bytes = b"", date: str = "2015-05-30T13:02:40Z", uri: str = URI, **more: str) -> bytes:
    return record(http, uri=uri, date=date, kind="revisit", **more)


@pytest.mark.parametrize("profile", [NOT_MODIFIED, NOT_MODIFIED.replace("1.0", "1.1")])
@pytest.mark.parametrize("digested", [{}, {"WARC_Payload_Digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"}])
def test_a_page_that_was_not_modified(
    db: Database, tmp_path: Path, profile: str, digested: dict[str, str]
) -> None:
    refers = {"WARC_Refers_To_Target_URI": f"<{URI}>", "WARC_Refers_To_Date": "2014-05-30T13:02:40Z"}
    unchanged = revisit(b"HTTP/1.1 304 Not Modified\r\n\r\n", WARC_Profile=profile, **refers, **digested)
    assert take_bytes(db, tmp_path, unchanged + record(HTML + PAGE)).problems == []
    (response, again) = held(db, "timestamp, status, state, digest, headers, body_id")
    assert again == ("20150530130240", *response[1:])
    assert response[1:4] == (200, "fetched", digest(PAGE))


def test_a_revisit_that_says_nothing_is_recorded(db: Database, tmp_path: Path) -> None:
    take_bytes(db, tmp_path, revisit(WARC_Profile=NOT_MODIFIED) + record(HTML + PAGE))
    assert held(db, "state, reason")[1] == ("failed", "a revisit whose first capture is not in the file")


FIRST = f"<urn:uuid:{hashlib.sha1(b'first').hexdigest()[:32]}>"


@pytest.mark.parametrize(
    "digested", [{}, {"WARC_Payload_Digest": "sha256:0f"}, {"WARC_Profile": NOT_MODIFIED}]
)
@pytest.mark.parametrize("order", ["earlier", "later", "earlier file", "later file"])
def test_a_revisit_that_names_the_record_of_its_capture(
    db: Database, tmp_path: Path, digested: dict[str, str], order: str
) -> None:
    own = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nDate: today\r\n\r\n"
    first = record(HTML + PAGE, WARC_Record_ID=FIRST)
    again = revisit(own, WARC_Refers_To=FIRST, **digested)
    parts = [first, again] if order.startswith("earlier") else [again, first]
    files = [tmp_path / f"{number}.warc" for number in range(2)]
    if order.endswith("file"):
        for file, part in zip(files, parts, strict=True):
            file.write_bytes(part)
    else:
        files[0].write_bytes(b"".join(parts))
        files[1].write_bytes(record(HTML + b"another", date="2016-05-30T13:02:40Z"))
    result = import_warcs(db, files, owner())
    assert result.problems == []
    (response, told) = held(db, "timestamp, status, state, body_id, reason")[:2]
    assert told == ("20150530130240", *response[1:])
    assert response[1:3] == (200, "fetched")
    is_not_modified = "WARC_Profile" in digested
    assert json.loads(held(db, "headers")[1][0])[-1][0] == ("Content-Type" if is_not_modified else "Date")
    (policy_id,) = db.execute("select id from policies").fetchone()
    assert result.policies == {policy_id}


def test_a_revisit_of_a_record_of_an_earlier_import_is_resolved_with_it(db: Database, tmp_path: Path) -> None:
    """Ids of records are not stored: both files are needed in one import."""
    first, again = record(HTML + PAGE, WARC_Record_ID=FIRST), revisit(WARC_Refers_To=FIRST)
    take_bytes(db, tmp_path, first)
    take_bytes(db, tmp_path, again)
    assert held(db, "state, reason")[1] == ("failed", "a revisit whose first capture is not in the file")
    take_bytes(db, tmp_path, first + again)
    assert held(db, "state, reason")[1] == ("fetched", None)
    assert len(set(held(db, "body_id, digest"))) == 1


def test_a_revisit_has_its_own_headers(db: Database, tmp_path: Path) -> None:
    own = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nDate: today\r\n\r\n"
    first, payload = record(HTML + PAGE), f"sha1:{digest(PAGE)}"
    take_bytes(
        db,
        tmp_path,
        first
        + revisit(own + PAGE, WARC_Payload_Digest=payload)
        + revisit(date="2016-05-30T13:02:40Z", WARC_Payload_Digest=payload),
    )
    assert [json.loads(headers)[-1][0] for (headers,) in held(db, "headers")] == [
        "Content-Type",
        "Date",
        "Content-Type",
    ]
    assert len(set(held(db, "body_id"))) == 1


def test_redirects_without_a_body_lead_where_they_say(db: Database, tmp_path: Path) -> None:
    """All have one digest, that of no bytes; a revisit of one is not a revisit of every other."""
    moved = [b"HTTP/1.1 301 Moved\r\nLocation: /%d\r\n\r\n" % number for number in range(2)]
    take_bytes(db, tmp_path, record(moved[0]) + revisit(moved[1], WARC_Payload_Digest=f"sha1:{digest(b'')}"))
    assert [(status, json.loads(headers)) for status, headers in held(db, "status, headers")] == [
        (301, [["Location", "/0"]]), (301, [["Location", "/1"]]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("sha1:" + digest(PAGE).lower(), digest(PAGE)),
        ("sha-1:" + digest(PAGE), digest(PAGE)),
        ("sha1:65299f9ce0f8b1d42fdef0ec8d13d3f0e7d8c7c5", "MUUZ7HHA7CY5IL666DWI2E6T6DT5RR6F"),
        ("md5:AbC", "MD5:ABC"),
    ],
)
def test_digests_of_all_spellings(db: Database, tmp_path: Path, given: str, kept: str) -> None:
    take_bytes(db, tmp_path, record(HTML + PAGE, WARC_Payload_Digest=given))
    assert held(db, "digest") == [(kept,)]


@pytest.mark.parametrize(
    ("date", "timestamp", "captured"),
    [
        ("2014-05-30T13:02:40.123456789Z", "20140530130240", "2014-05-30T13:02:40Z"),
        ("2014-05-30T13:02:40+02:00", "20140530110240", "2014-05-30T11:02:40Z"),
        ("2014-05-30 13:02:40", "20140530130240", "2014-05-30T13:02:40Z"),
        ("20140530130240", "20140530130240", "2014-05-30T13:02:40Z"),
        ("2014-05-30T13:02:40 GMT", "20140530130240", "2014-05-30T13:02:40Z"),
        ("2014-05-30", "20140530", None),
        ("٢٠١٤٠٥٣٠١٣٠٢٤٠", "", None),
        ("9999-12-31T23:59:59-23:59", "99991231235959", None),  # in the future
    ],
)
def test_dates_of_all_kinds(
    db: Database, tmp_path: Path, date: str, timestamp: str, captured: str | None
) -> None:
    take_bytes(db, tmp_path, record(HTML + PAGE, date=date))
    assert held(db, "timestamp, captured_at") == [(timestamp, captured)]


@pytest.mark.parametrize(
    ("uri", "domain"),
    [
        ("http://[2001:db8::1]:8080/privacy", "2001:db8::1"),
        ("http://192.0.2.1/privacy", "192.0.2.1"),
        ("http://xn--bcher-kva.example/privacy", "xn--bcher-kva.example"),
        ("http://bücher.example/datenschutz", "xn--bcher-kva.example"),
        ("<http://shop.example/privacy>", "shop.example"),
        ("HTTP://SHOP.EXAMPLE/privacy", "shop.example"),
        ("http://user:secret@shop.example/privacy", "shop.example"),
        ("http://" + "a" * 251 + ".example/privacy", "a" * 251 + ".example"),
        ("http://" + "a" * 252 + ".example/privacy", ""),
        ("http://../../etc/passwd", ""),
        ("http://a\0b.example/privacy", "a\0b.example"),
    ],
)
def test_hosts_of_all_kinds(db: Database, tmp_path: Path, uri: str, domain: str) -> None:
    imported = take_bytes(db, tmp_path, record(HTML + PAGE, uri=uri))
    assert [row[0] for row in db.execute("select domain from retailers")] == ([domain] if domain else [])
    assert len(imported.problems) == (not domain)


def site(documents: int) -> bytes:
    """A crawl of a whole shop and of what its pages load."""
    pages = [
        record(HTML + b"<p>%d" % number, uri=f"http://shop.example/product/{number}")
        for number in range(documents)
    ]
    images = [record(IMAGE, uri=f"http://cdn.example/{number}.png") for number in range(3)]
    policies = [
        record(HTML + PAGE, uri=uri)
        for uri in (URI, "http://shop.example/legal/data%20protection", "http://shop.example/h?p=7")
    ]
    return b"".join([*pages, *images, *policies, record(HTML + b"<p>", uri="http://ads.example/frame")])


def originals(db: Database) -> set[str]:
    return {original.removeprefix("http://") for (original,) in held(db, "original")}


def test_of_a_crawl_of_a_whole_site_only_what_could_be_a_policy_is_taken(
    db: Database, tmp_path: Path
) -> None:
    imported = take_bytes(db, tmp_path, site(WHOLE_SITE))
    assert originals(db) == {"shop.example/privacy", "shop.example/legal/data%20protection"}
    assert imported.read == 2
    assert format_skipped(imported.skipped) == (
        "55 responses skipped: 3 are no documents; 52 are at addresses that no list names and that do not"
        " look like a policy's"
        " (--url takes the one that you name, --every takes all)"
    )


def test_a_crawl_in_several_files_is_one(db: Database, tmp_path: Path) -> None:
    """A page of the site is alone in the second file."""
    tmp_path.joinpath("1.warc").write_bytes(site(WHOLE_SITE))
    tmp_path.joinpath("2.warc").write_bytes(record(HTML + b"<p>", uri="http://shop.example/about"))
    take(db, tmp_path / "2.warc", tmp_path / "1.warc")
    assert originals(db) == {"shop.example/privacy", "shop.example/legal/data%20protection"}


def test_a_few_documents_are_all_taken(db: Database, tmp_path: Path) -> None:
    imported = take_bytes(db, tmp_path, site(3))
    assert len(originals(db)) == 7
    assert format_skipped(imported.skipped) == "3 responses skipped: 3 are no documents"


def test_what_is_listed_or_held_is_taken_in_any_case(db: Database, tmp_path: Path) -> None:
    take_bytes(db, tmp_path, site(WHOLE_SITE), known={"example,shop)/product/7"})
    assert originals(db) == {
        "shop.example/privacy",
        "shop.example/legal/data%20protection",
        "shop.example/product/7",
    }
    again = site(WHOLE_SITE).replace(b"2014-05-30", b"2015-05-30")
    assert take_bytes(db, tmp_path, again, "later.warc").new == 3


def test_everything_or_some_addresses_can_be_asked_for(db: Database, tmp_path: Path) -> None:
    imported = take_bytes(db, tmp_path, site(WHOLE_SITE), urls=["https://www.shop.example/h?p=7"])
    assert originals(db) == {"shop.example/h?p=7"}
    assert (
        format_skipped(imported.skipped)
        == f"{WHOLE_SITE + 6} responses skipped: {WHOLE_SITE + 6} are at other addresses"
    )
    imported = take_bytes(db, tmp_path, site(WHOLE_SITE), every=True)
    assert len(originals(db)) == WHOLE_SITE + 4
    assert format_skipped(imported.skipped) == "3 responses skipped: 3 are no documents"


def test_a_damaged_file_is_looked_at_as_far_as_it_goes(db: Database, tmp_path: Path) -> None:
    imported = take_bytes(db, tmp_path, site(WHOLE_SITE)[:-9])
    assert len(imported.problems) == 1
    assert originals(db) == {"shop.example/privacy", "shop.example/legal/data%20protection"}


def test_tools_that_repair_in_passing_say_nothing(
    db: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = record(HTML + PAGE).replace(b"Content-Length: ", b"Content-Length: 0")
    take_bytes(
        db,
        tmp_path,
        record(HTML + PAGE, uri="http://shop.example/a b") + wrong + b"\r\n" + record(HTML + b"<p>"),
    )
    assert capfd.readouterr() == ("", "")


def test_the_command_says_what_it_passed_over_and_how_to_take_it(policytrail: Run, tmp_path: Path) -> None:
    tmp_path.joinpath("site.warc").write_bytes(site(WHOLE_SITE))
    lists = tmp_path / "list.csv"
    lists.write_text("domain,policy_url\nowner.example,http://shop.example/product/7\n")
    said = policytrail("import", "a.db", "site.warc", "--jobs", "1", "--retailers", "list.csv")
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        "3 captures read, 3 of them new, of 2 retailers\n"
        "3 captures without a policy: 2 thin, 1 other-page\n"
        "2 retailers without any version: owner.example, shop.example\n"
        "54 responses skipped: 3 are no documents; 51 are at addresses that no list names and that do not"
        " look like a policy's"
        " (--url takes the one that you name, --every takes all)\n"
    )
    said = policytrail("import", "a.db", "site.warc", "--jobs", "1", "--url", "http://shop.example/h?p=7")
    assert said.out == (
        "1 captures read, 1 of them new, of 1 retailers\n"
        "1 capture without a policy: 1 thin\n"
        "1 retailer without any version: shop.example\n"
        "56 responses skipped: 56 are at other addresses\n"
    )
    said = policytrail("import", "b.db", "site.warc", "--jobs", "1", "--every")
    assert said.out == (
        "54 captures read, 54 of them new, of 2 retailers\n"
        "54 captures without a policy: 50 other-page, 3 thin, 1 empty\n"
        "2 retailers without any version: ads.example, shop.example\n"
        "3 responses skipped: 3 are no documents\n"
    )
