import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.errors import WarcError
from crawler.importing import warc_reader
from crawler.importing.warc_reader import Record
from crawler.webarchive import content_encoding
from tests.support.warcs import HTML, digest, record, zipped

ONE, TWO = record(HTML + b"<p>one"), record(HTML + b"<p>two", date="2015-05-30T13:02:40Z")
Reading = tuple[list[Record], str]
Reader = Callable[[bytes], Reading]


@pytest.fixture
def reading(tmp_path: Path) -> Reader:
    """Reads a file of these bytes: its records, and its faults with the message with which it ends."""

    def read(content: bytes) -> Reading:
        path = tmp_path / "a.warc"
        path.write_bytes(content)
        found: list[warc_reader.Record] = []
        problems: list[str] = []
        try:
            for one in warc_reader.read_entries(path):
                if isinstance(one, warc_reader.Record):
                    found.append(one)
                elif isinstance(one, warc_reader.Fault):
                    problems.append(one.line)
        except WarcError as error:
            problems.append(str(error).replace(f"{tmp_path}/", ""))
        assert all("\n" not in problem for problem in problems)
        return found, "; ".join(problems)

    return read


def test_a_response_is_a_capture(reading: Reader) -> None:
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    ((found,), problem) = reading(ONE)
    assert problem == ""
    assert found == Record(
        "http://shop.example/privacy", "20140530130240", 200, "text/html", digest(b"<p>one"), 6, headers,
        b"<p>one"
    )  # fmt: skip


def test_compressed_and_plain_files_give_the_same(reading: Reader) -> None:
    assert reading(ONE + TWO) == reading(zipped(ONE, TWO))
    assert [one.body for one in reading(ONE + TWO)[0]] == [b"<p>one", b"<p>two"]


def test_a_revisit_has_no_body_and_the_digest_of_its_first_capture(reading: Reader) -> None:
    ((found,), _) = reading(record(HTML, kind="revisit", WARC_Payload_Digest="sha1:abc"))
    assert (found.body, found.status, found.mimetype, found.digest, found.length) == (
        None,
        200,
        "warc/revisit",
        "ABC",
        None,
    )
    ((found,), _) = reading(record(b"", kind="revisit"))
    assert (found.body, found.digest) == (None, "-")


def test_other_records_are_passed_over(reading: Reader) -> None:
    others = [
        record(b"software: x\r\n", kind=kind)
        for kind in ("warcinfo", "request", "metadata", "resource", "conversion")
    ]
    mail, brackets = record(HTML, uri="mailto:a@shop.example"), record(HTML, uri="<http://shop.example/>")
    found, problem = reading(b"".join([*others, mail, ONE, brackets]))
    assert [one.original for one in found] == ["http://shop.example/privacy", "http://shop.example/"]
    assert reading(others[0]) == ([], "")
    assert problem == ""


@pytest.mark.parametrize(
    ("http", "status", "body"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\ngone", 404, b"gone"),
        (b"HTTP/1.0 200\r\n\r\n", 200, b""),
        (b"HTTP/1.1 abc OK\r\n\r\nx", None, b"x"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\r\n\xff\xfe: x\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<p>", mtime=0), 200, b"<p>"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n" + brotli.compress(b"<p>"), 200, b"<p>"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<p>", 200, b"<p>"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\n<p>\r\n1\r\nx\r\n0\r\n\r\n",
            200,
            b"<p>x",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>not chunked", 200, b"<p>not chunked"),
        (b"", None, b""),
    ],
)
def test_whatever_a_server_sent_is_read_and_the_file_goes_on(
    reading: Reader, http: bytes, status: int | None, body: bytes
) -> None:
    (first, found, last), problem = reading(ONE + record(http, uri="http://shop.example/odd") + TWO)
    assert (found.status, found.body, found.problem, problem) == (status, body, "", "")
    assert (first.body, last.body) == (b"<p>one", b"<p>two")


def test_headers_of_the_transfer_alone_are_not_kept(reading: Reader) -> None:
    http = (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
        b"Set-Cookie: a\r\nset-cookie: b\r\n\r\n"
    )
    ((found,), _) = reading(record(http + gzip.compress(b"x")))
    assert found.headers == (("Set-Cookie", "a"), ("set-cookie", "b"))
    assert found.digest == digest(gzip.compress(b"x"))


def test_a_body_that_cannot_be_decoded_is_a_problem_of_its_own(
    reading: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_encoding, "MAX_BYTES", 1_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    cut_off, bomb = gzip.compress(b"<p>")[:-3], gzip.compress(bytes(2_000))
    (cut, large, whole), problem = reading(record(head + cut_off) + record(head + bomb) + ONE)
    assert (cut.body, cut.problem) == (b"", f"the compressed body is cut off after {len(cut_off)} bytes")
    assert (large.body, large.problem) == (b"", "the body is larger than 0 MB once decompressed")
    assert (whole.problem, problem) == ("", "")


@pytest.mark.parametrize("date", ["yesterday", "", "2014-05"])
def test_a_broken_date_is_kept_for_the_archive_to_record(reading: Reader, date: str) -> None:
    ((found,), _) = reading(record(HTML, date=date))
    assert len(found.timestamp) < 14


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"hello\nworld\n",
        b"<html></html>",
        gzip.compress(b"hello", mtime=0),
        b"PK\x03\x04" + bytes(99),
        b"\x1f\x8b",
        b"WARC/",
    ],
)
def test_what_is_no_warc_file_says_so(reading: Reader, content: bytes) -> None:
    found, problem = reading(content)
    assert found == []
    assert problem.startswith("a.warc is no WARC file") or problem.startswith("a.warc is cut off")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WarcError, match=r"none.warc cannot be read: No such file or directory"):
        list(warc_reader.read(tmp_path / "none.warc"))


def test_a_plain_file_gives_what_is_before_the_cut_wherever_that_is(reading: Reader) -> None:
    bodies = [b"<p>one", b"<p>two"]
    ends = {0: 0, 1: len(ONE), 2: len(ONE + TWO)}
    for cut in range(1, ends[2]):
        found, problem = reading((ONE + TWO)[:cut])
        assert [one.body for one in found] == bodies[: len(found)], cut
        assert len(found) == sum(cut >= end - 4 for end in (ends[1], ends[2])), (
            cut
        )  # but for the empty lines after a record
        assert problem or any(end - 4 <= cut <= end for end in ends.values()), cut


def test_a_compressed_file_gives_what_is_before_the_cut_wherever_that_is(reading: Reader) -> None:
    one, both = zipped(ONE), zipped(ONE, TWO)
    for cut in range(1, len(both)):
        found, problem = reading(both[:cut])
        assert [record.body for record in found] == [b"<p>one", b"<p>two"][: len(found)], cut
        assert len(found) >= (cut >= len(one)), cut
        assert (problem == "") == (cut == len(one)), cut


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (ONE + TWO[:-20], "a.warc is cut off within record 2; the 1 before it were read"),
        (ONE + TWO[:100], "a.warc is cut off or damaged within record 2; the 1 before it were read"),
        (ONE + b"garbage\r\n", "9 bytes after record 1 belong to no record"),
        (zipped(ONE) + b"\x1f", "a.warc is cut off after record 1; the records up to there were read"),
        (zipped(ONE) + b"garbage", "a.warc is damaged after record 1; the records up to there were read"),
        (
            zipped(ONE) + zipped(TWO)[:-6],
            "a.warc is cut off after record 2; the records up to there were read",
        ),
    ],
)
def test_a_damaged_file_says_after_which_record(reading: Reader, content: bytes, message: str) -> None:
    found, problem = reading(content)
    assert ([one.body for one in found][:1], problem) == ([b"<p>one"], message)


def test_a_record_without_a_type_fails_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    for stated in (b"4", b"1"):  # right, or wrong
        broken = b"WARC/1.0\r\nContent-Length: " + stated + b"\r\n\r\nbody\r\n\r\n"
        file.write_bytes(ONE + broken + TWO)
        one, unreadable, two = warc_reader.read_entries(file)
        assert unreadable == warc_reader.Unreadable("record 2: its headers have no WARC-Type")
        assert [record.body for record in (one, two) if isinstance(record, warc_reader.Record)] == [
            b"<p>one",
            b"<p>two",
        ]
    file.write_bytes(broken + ONE)
    with pytest.raises(WarcError, match="is no WARC file"):
        list(warc_reader.read_entries(file))


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_file_that_ends_with_a_page_that_is_a_zip_is_no_wacz(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("archive/a.warc", TWO)
    file = tmp_path / "a.warc"
    page = record(HTML + inner.getvalue(), "http://shop.example/terms.docx")
    file.write_bytes(compress(ONE) + compress(page))
    assert zipfile.is_zipfile(file) is (compress is bytes)
    assert [found.body for found in warc_reader.read(file) if isinstance(found, warc_reader.Record)] == [
        b"<p>one",
        inner.getvalue(),
    ]


def test_a_record_is_read_whatever_gzip_members_it_is_in(reading: Reader) -> None:
    """As a whole, in blocks (bgzip), in halves, or one byte a member."""
    both = ONE + TWO
    for size in (len(both), 300, 100, 1):
        members = [gzip.compress(both[at : at + size], mtime=0) for at in range(0, len(both), size)]
        assert reading(b"".join(members)) == reading(both), size


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(ONE + TWO) - 1), st.binary(max_size=4))
def test_a_damaged_byte_raises_nothing_else(reading: Reader, at: int, damage: bytes) -> None:
    for whole in (ONE + TWO, zipped(ONE, TWO)):
        at %= len(whole)
        found, _ = reading(whole[:at] + damage + whole[at + len(damage) :])
        assert len(found) <= 3
