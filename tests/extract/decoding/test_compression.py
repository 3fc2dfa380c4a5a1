import gzip
import zlib

import brotli

from extract.decoding.compression import MAX_BODY, unpack

PAGE = b"<html><p>We collect personal information.</p></html>" * 20


def test_plain_bodies_stay_as_they_are():
    assert unpack(PAGE) == PAGE
    assert unpack(b"") == b""
    assert unpack(PAGE, "br") == PAGE


def test_gzip_and_zlib_are_known_by_their_first_bytes():
    assert unpack(gzip.compress(PAGE)) == PAGE
    assert unpack(zlib.compress(PAGE)) == PAGE
    assert unpack(gzip.compress(gzip.compress(PAGE)), "gzip") == PAGE


def test_brotli_and_raw_deflate_need_the_header():
    assert unpack(brotli.compress(PAGE), "br") == PAGE
    assert unpack(zlib.compress(PAGE)[2:-4], "deflate") == PAGE


def test_a_stream_cut_off_gives_what_came_before():
    cut = unpack(gzip.compress(PAGE * 500)[:-100])
    assert cut
    assert (PAGE * 500).startswith(cut)


def test_a_broken_stream_comes_back_as_it_is():
    assert unpack(b"\x1f\x8bnot gzip at all") == b"\x1f\x8bnot gzip at all"


def test_a_bomb_stops_at_the_limit():
    assert len(unpack(gzip.compress(b" " * (MAX_BODY * 3)))) == MAX_BODY
