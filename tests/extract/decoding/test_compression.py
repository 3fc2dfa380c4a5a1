import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from extract.decoding.compression import MAX_BODY, Decompressed, inflate, unbrotli, unpack, unzstd

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


DECODERS = [
    (gzip.compress, lambda body, limit: inflate(body, 16 + zlib.MAX_WBITS, limit)),
    (zlib.compress, lambda body, limit: inflate(body, zlib.MAX_WBITS, limit)),
    (brotli.compress, unbrotli),
    (zstandard.ZstdCompressor().compress, unzstd),
]


@pytest.mark.parametrize(("compress", "decoder"), DECODERS)
def test_a_decoder_stops_shortly_after_its_limit(compress, decoder):
    body = compress(bytes(1_000_000))
    assert decoder(body, 1_000_000) == Decompressed(bytes(1_000_000))
    assert 1_000 < len(decoder(body, 1_000).data) <= 2**15


@pytest.mark.parametrize(("compress", "decoder"), DECODERS)
def test_a_decoder_reports_a_cut(compress, decoder):
    body = compress(PAGE)[:-9]
    read = decoder(body, 10**6)
    assert (read.cut_after, read.damage) == (len(body), "")
    assert PAGE.startswith(read.data)


def test_damage_behind_the_first_member_ends_the_body_there():
    whole = gzip.compress(b"one") + gzip.compress(b"two")[:10] + b"\xff" * 20
    assert inflate(whole, 16 + zlib.MAX_WBITS, 100, members=9) == Decompressed(b"one")
    assert inflate(whole[23:], 16 + zlib.MAX_WBITS, 100).damage != ""


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 98_272, 1_000_000])
@pytest.mark.parametrize("repeats", [1, 20, 10**6])
@pytest.mark.parametrize("flushes", [False, True])
def test_brotli_is_decoded_in_steps_without_a_loss(size, repeats, flushes):
    plain = b"".join(b"%d " % number * repeats for number in range(size // repeats // 2 + 1))[:size]
    stream = brotli.Compressor(quality=4)
    body = b"".join(
        stream.process(plain[at : at + 7_777]) + (stream.flush() if flushes else b"")
        for at in range(0, size, 7_777)
    )
    body += stream.finish()
    assert unbrotli(body, size) == unbrotli(body, 10**7) == Decompressed(plain)


@pytest.mark.parametrize("limit", [MAX_BODY, 64 * 1024 * 1024])
def test_a_brotli_bomb_takes_little_more_memory_than_the_limit(limit):
    stream = brotli.Compressor(quality=5)
    body = b"".join(stream.process(bytes(10**6)) for _ in range(1_000)) + stream.finish()
    assert len(body) < 10_000
    tracemalloc.start()
    read = unbrotli(body, limit)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert limit < len(read.data) <= limit + 2**17
    assert peak < 2.3 * limit + 2**20
