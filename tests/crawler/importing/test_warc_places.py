"""Where the records of a file are: a reader that begins there finds the same record."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.importing import warc_reader
from crawler.importing.warc_reader import Record
from crawler.importing.warc_stream import ByteStream
from tests.support.warcs import HTML, record, zipped

RECORDS = [record(HTML + b"<p>%d" % number, f"http://shop.example/{number}") for number in range(5)]
CRAWL = "archive/crawl.warc.gz"


def read(path: Path, content: bytes) -> list[Record]:
    path.write_bytes(content)
    return [one for one in warc_reader.read(path) if isinstance(one, Record)]


def wacz(compression: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        file.writestr(CRAWL, b"".join(map(zipped, RECORDS)))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"".join(RECORDS),
        b"".join(map(zipped, RECORDS)),
        b"".join(gzip.compress(one[:-4]) for one in RECORDS),  # without the empty lines
    ],
    ids=["plain", "a member for each", "cut members"],
)
def test_a_record_is_where_its_place_says(tmp_path: Path, content: bytes):
    found = read(tmp_path / "a.warc", content)
    assert len(found) == len(RECORDS)
    for one in found:
        assert one.place and one.place.file == ""
        _, begin, length = one.place
        assert read(tmp_path / "b.warc", content[begin : begin + length]) == [one]
    assert sum(one.place.length for one in found if one.place) == len(content)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_place_in_a_wacz_is_seen_from_its_member(tmp_path: Path, compression: int):
    found = read(tmp_path / "a.wacz", wacz(compression))
    content = b"".join(map(zipped, RECORDS))
    for one in found:
        assert one.place and one.place.file == CRAWL
        _, begin, length = one.place
        assert read(tmp_path / "b.warc", content[begin : begin + length]) == [one]


def test_of_members_with_several_records_no_record_has_a_place(tmp_path: Path):
    content = gzip.compress(b"".join(RECORDS[:2])) + zipped(RECORDS[2]) + gzip.compress(b"".join(RECORDS[3:]))
    places = [one.place for one in read(tmp_path / "a.warc", content)]
    assert [place is None for place in places] == [True, True, False, True, True]


def test_a_record_in_many_small_members_has_no_wrong_place(tmp_path: Path):
    content = b"".join(gzip.compress(RECORDS[0][at : at + 1]) for at in range(len(RECORDS[0])))
    (one, two) = read(tmp_path / "a.warc", content + zipped(RECORDS[1]))
    for found in (one, two):
        if found.place:
            _, begin, length = found.place
            part = (content + zipped(RECORDS[1]))[begin : begin + length]
            assert read(tmp_path / "b.warc", part) == [found]
    assert two.place


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=6), st.data())
def test_an_offset_is_the_begin_of_a_member_or_the_end(members: list[bytes], data: st.DataObject):
    content, plain = b"".join(map(gzip.compress, members)), b"".join(members)
    stream, position = ByteStream(io.BytesIO(content)), 0
    while position < len(plain):
        position += len(stream.read(data.draw(st.integers(1, 20))))
        stream.peek(1)
        if (offset := stream.offset) is not None:
            rest = content[offset:]
            assert (gzip.decompress(rest) if rest else b"") == plain[position:]
