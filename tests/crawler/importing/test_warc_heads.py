"""Headers without an end, in records and in answers: each costs its record, and little memory."""

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.errors import WarcError
from crawler.importing import warc_heads, warc_reader, warc_stream
from tests.support.warcs import HTML, record, zipped

ONE, TWO = record(HTML + b"<p>one"), record(HTML + b"<p>two", date="2015-05-30T13:02:40Z")
BAD = record(HTML + b"<p>bad", date="2016-05-30T13:02:40Z")
FORGED = record(HTML + b"<p>forged", uri="http://victim.example/privacy")
Reader = Callable[[bytes], list[bytes | str | None]]
TOO_LONG = f"record 2: {warc_heads.TOO_LONG}"


@pytest.fixture
def reading(tmp_path: Path) -> Reader:
    """Reads a file of these bytes: the bodies of its records, and the lines of its faults."""

    def read(content: bytes) -> list[bytes | str | None]:
        path = tmp_path / "a.warc"
        path.write_bytes(content)
        entries = warc_reader.read_entries(path)
        return [
            one.body if isinstance(one, warc_reader.Record) else one.line
            for one in entries
            if isinstance(one, warc_reader.Record | warc_reader.Fault)
        ]

    return read


def with_header(line: bytes, one: bytes = BAD) -> bytes:
    return one.replace(b"WARC/1.0\r\n", b"WARC/1.0\r\n" + line, 1)


@pytest.mark.parametrize(
    "header",
    [
        b"X-A: " + b"a" * 5_000_000 + b"\r\n",
        b"X-A: a\r\n" * 100_000,
        b"X-A: a\r\n" + b" \ta\r\n" * 100_000,
        b"a" * 5_000_000 + b"\r\n",
        b"\xff:\r\n" * 100_000,
    ],
    ids=["one long header", "many headers", "one header of many lines", "no header", "no letters"],
)
@pytest.mark.parametrize("pack", [lambda *records: b"".join(records), zipped])
def test_headers_without_an_end_cost_one_record(
    reading: Reader, header: bytes, pack: Callable[..., bytes]
) -> None:
    assert reading(pack(ONE, with_header(header), TWO)) == [b"<p>one", TOO_LONG, b"<p>two"]


def test_a_page_after_such_headers_forges_no_record(reading: Reader) -> None:
    long, page = b"X-A: " + b"a" * 2_000_000 + b"\r\n", HTML + b"\r\n\r\n" + FORGED
    assert reading(ONE + with_header(long, record(page)) + TWO) == [b"<p>one", TOO_LONG, b"<p>two"]


def test_headers_into_which_the_next_record_was_written(reading: Reader) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X-A: a\r\n" * 100_000
    assert reading(ONE + head + TWO) == [b"<p>one", TOO_LONG, b"<p>two"]
    assert reading(ONE + head) == [b"<p>one", TOO_LONG]


@pytest.mark.parametrize("start", [b"A: b\r\n", b"a", b"http://shop.example/"])
def test_a_file_of_such_headers_alone_is_no_warc_file(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(start * 1_000_000)
    with pytest.raises(WarcError, match=r"a\.warc is no WARC file$"):
        list(warc_reader.read_entries(tmp_path / "a.warc"))


@pytest.mark.parametrize(
    "header",
    [b"X-A: a\r\n" * 200_000, b"X-A: a\r\n" + b" \ta\r\n" * 200_000, b"X-A: " + b"a" * 2_000_000 + b"\r\n"],
)
@pytest.mark.parametrize("pack", [lambda *records: b"".join(records), zipped])
def test_an_answer_whose_headers_do_not_end_has_no_body(
    reading: Reader, header: bytes, pack: Callable[..., bytes]
) -> None:
    bad = record(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n<p>bad", date="2016-05-30T13:02:40Z")
    line = "record 2 (http://shop.example/privacy 20160530130240): its headers are longer than 256 kB"
    assert reading(pack(ONE, bad, TWO)) == [b"<p>one", line, None, b"<p>two"]


def test_headers_without_an_end_take_little_memory(reading: Reader) -> None:
    bomb = gzip.compress(with_header(b"a:b\n" * 200_000), mtime=0)
    assert len(bomb) < 10_000
    tracemalloc.start()
    try:
        assert reading(zipped(ONE) + bomb + zipped(TWO)) == [b"<p>one", TOO_LONG, b"<p>two"]
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_members_of_gzip_whose_names_do_not_end(reading: Reader) -> None:
    named = b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * 9_000_000
    assert reading(zipped(ONE)[:-1] + zipped(ONE)[-1:]) == [b"<p>one"]
    with pytest.raises(WarcError, match=r"is cut off after record 1; the records up to there were read$"):
        reading(zipped(ONE) + named)


def test_a_file_that_grows_beyond_measure_is_damaged(
    reading: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_stream, "MIN_BOMB", 3_000_000)
    with pytest.raises(
        WarcError, match=r"is over 100 times larger than its compressed bytes within record 2"
    ):
        reading(zipped(ONE, record(HTML + bytes(9_000_000)), TWO))
    assert reading(zipped(ONE, record(HTML + bytes(400_000)), TWO))[0::2] == [b"<p>one", b"<p>two"]
