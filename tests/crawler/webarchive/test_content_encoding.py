import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CutOffError, TooLargeError
from crawler.webarchive import content_encoding
from crawler.webarchive.content_encoding import decode

PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Privacy</title></head><body>"
    + bytes(range(32, 127)) * 40
    + b"</body></html>"
)


def raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(body)


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "deflate": zlib.compress, "raw deflate": raw_deflate, "br": brotli.compress,
    "zstd": zstd,
}  # fmt: skip
NAMED = [
    ("gzip", "gzip"),
    ("gzip", "X-GZIP"),
    ("deflate", "deflate"),
    ("raw deflate", "deflate"),
    ("br", " Br "),
    ("zstd", "zstd"),
]
UNNAMED = ["gzip", "deflate", "zstd"]


@pytest.mark.parametrize(("encoder", "header"), NAMED)
def test_a_named_encoding_is_undone(encoder: str, header: str) -> None:
    assert decode(ENCODERS[encoder](PAGE), header) == PAGE


@pytest.mark.parametrize("header", ["", "identity", ",", "gzip", "br", "deflate", "unknown, nonsense"])
@pytest.mark.parametrize("encoder", UNNAMED)
def test_an_encoding_without_a_header_or_with_a_wrong_one_is_undone(encoder: str, header: str) -> None:
    assert decode(ENCODERS[encoder](PAGE), header) == PAGE


@pytest.mark.parametrize(
    "header", ["", "gzip", "x-gzip", "deflate", "br", "zstd", "gzip, br", "utf-8", "none"]
)
@pytest.mark.parametrize(
    "body", [PAGE, b"x^2 + y^2 = z^2", b"<p>ok", b"%PDF-1.4\n\xb5\xb5", "Käse".encode("latin-1") * 9]
)
def test_a_body_that_has_no_encoding_is_taken_as_it_is(body: bytes, header: str) -> None:
    assert decode(body, header) == body


@pytest.mark.parametrize("header", ["", "gzip", "br", "deflate", "zstd"])
def test_an_empty_body_is_empty(header: str) -> None:
    assert decode(b"", header) == b""


@pytest.mark.parametrize(
    ("inner", "outer", "header"),
    [("gzip", "gzip", ""), ("gzip", "br", "gzip, br"), ("br", "gzip", "br, gzip"), ("raw deflate", "gzip",
                                                                                    "deflate,gzip"),
     ("deflate", "zstd", "")],
)  # fmt: skip
def test_two_encodings_are_undone_in_their_order(inner: str, outer: str, header: str) -> None:
    assert decode(ENCODERS[outer](ENCODERS[inner](PAGE)), header) == PAGE


@pytest.mark.parametrize(
    ("encoder", "header"), [("gzip", ""), ("gzip", "gzip"), ("deflate", ""), ("br", "br"), ("zstd", "")]
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_body_that_is_cut_off_is_an_error_and_no_shorter_page(
    encoder: str, header: str, share: float
) -> None:
    whole = ENCODERS[encoder](PAGE)
    with pytest.raises(CutOffError, match="the compressed body is cut off after"):
        decode(whole[: int(len(whole) * share)], header)


def test_a_damaged_body_is_an_error() -> None:
    whole = bytearray(gzip.compress(PAGE))
    whole[-6] ^= 0xFF  # the checksum
    with pytest.raises(CutOffError, match="the body is damaged"):
        decode(bytes(whole))


def test_all_members_of_a_body_are_read_and_what_follows_is_left() -> None:
    assert decode(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0trailing") == b"one two"
    assert decode(zstd(b"one ") + zstd(b"two") + b"trailing") == b"one two"


def test_of_members_without_number_only_so_many_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_encoding, "MAX_MEMBERS", 3)
    assert decode(gzip.compress(b"x") * 5) == decode(zstd(b"x") * 5) == b"xxx"


@pytest.mark.parametrize(("encoder", "header"), NAMED)
@pytest.mark.parametrize("size", [1_000, 1_001])
def test_a_bomb_is_an_error_one_byte_over_the_limit(
    encoder: str, header: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_encoding, "MAX_BYTES", 1_000)
    body = ENCODERS[encoder](bytes(size))
    if size == 1_000:
        assert decode(body, header) == bytes(1_000)
    else:
        with pytest.raises(TooLargeError, match="the body is larger than 0 MB once decompressed"):
            decode(body, header)


@pytest.mark.parametrize(
    "bomb",
    [gzip.compress(gzip.compress(bytes(100_000))), gzip.compress(bytes(600)) * 2, zstd(bytes(600)) * 2],
    ids=["gzip in gzip", "two of gzip", "two of zstd"],
)
def test_a_bomb_in_pieces_or_in_a_bomb(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_encoding, "MAX_BYTES", 1_000)
    with pytest.raises(TooLargeError):
        decode(bomb)


MAGIC = [
    b"",
    b"\x1f\x8b\x08",
    b"\x1f\x8b\x08\0\0\0\0\0\0\0",
    b"\x28\xb5\x2f\xfd",
    b"\x78\x9c",
    b"\x78\x5e",
    b"x",
]
HEADERS = st.lists(st.sampled_from(["gzip", "br", "deflate", "zstd", "identity", "", "x"])).map(",".join)


@given(st.sampled_from(MAGIC), st.binary(max_size=300), HEADERS)
def test_random_bytes_raise_nothing_else(magic: bytes, rest: bytes, header: str) -> None:
    try:
        decode(magic + rest, header)
    except (CutOffError, TooLargeError):
        return


@given(
    st.binary(max_size=300),
    st.sampled_from(sorted(ENCODERS)),
    st.integers(0, 200),
    st.integers(0, 255),
    HEADERS,
)
def test_a_damaged_byte_raises_nothing_else(
    body: bytes, encoder: str, at: int, value: int, header: str
) -> None:
    damaged = bytearray(ENCODERS[encoder](body))
    damaged[at % len(damaged)] = value
    try:
        decode(bytes(damaged), header)
    except (CutOffError, TooLargeError):
        return


def test_a_body_without_compression_has_the_same_limit(monkeypatch):
    monkeypatch.setattr(content_encoding, "MAX_BYTES", 1_000)
    assert decode(b"a" * 1_000) == b"a" * 1_000
    with pytest.raises(TooLargeError, match="the body is larger than 0 MB"):
        decode(b"a" * 1_001)


def test_a_body_is_unpacked_a_few_times_only():
    body = b"<html>"
    for _ in range(10):
        body = gzip.compress(body, 0)
    assert decode(body, ", ".join(["gzip"] * 10)) == b"<html>"
    with pytest.raises(TooLargeError, match="the answer names more than 10 content encodings"):
        decode(body, ",".join(["gzip"] * 11))
