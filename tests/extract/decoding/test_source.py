import brotli
import pytest

from extract.decoding.source import source_of

PAGE = "<html><p>Wir erheben persönliche Daten.</p></html>" * 50


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_body_in_a_known_encoding_is_decoded(encoding):
    assert source_of(PAGE.encode(encoding), None) == PAGE


def test_a_garbled_body_is_tried_as_brotli():
    noise = "".join(f"<p>{number * 7919 % 100_003}</p>" for number in range(4000))
    assert source_of(brotli.compress(noise.encode()), "text/html") == noise


def test_text_in_no_known_encoding_is_none():
    assert source_of(bytes(range(256)) * 20, None) is None
