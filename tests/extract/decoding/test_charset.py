import codecs

import pytest

from extract.decoding.charset import decode

TEXT = "Datenschutz für Käufer – „gut“"


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding"),
    [
        (b"plain", None, "plain", "utf-8"),
        (TEXT.encode(), None, TEXT, "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=iso-8859-1", TEXT, "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), None, TEXT, "utf-16-le"),
        (TEXT.encode("utf-16-be"), "text/html; charset=utf-16", TEXT, "utf-16-be"),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1", TEXT, "cp1252"),
        (TEXT.encode("cp1252"), None, TEXT, "cp1252"),
        (TEXT.encode("cp1252"), "text/html; charset=utf-8", TEXT, "cp1252"),
        (TEXT.encode(), "text/html; charset=iso-8859-1", TEXT, "utf-8"),
        (TEXT.encode(), "text/html; charset=windows-1250", TEXT, "utf-8"),
        (
            '<meta charset="shift_jis">個人情報'.encode("cp932"),
            None,
            '<meta charset="shift_jis">個人情報',
            "cp932",
        ),
        (
            "<meta http-equiv=x content='text/html; charset=koi8-r'>Да".encode("koi8-r"),
            None,
            "<meta http-equiv=x content='text/html; charset=koi8-r'>Да",
            "koi8-r",
        ),
        (b'<meta charset="utf-16">caf\xc3\xa9', None, '<meta charset="utf-16">café', "utf-8"),
        (b"<!-- <meta charset=koi8-r> -->caf\xe9", None, "<!-- <meta charset=koi8-r> -->café", "cp1252"),
        (b"caf\xe9", "text/html; charset=no-such-thing", "café", "cp1252"),
        (b"caf\xe9", "text/html; charset=hex", "café", "cp1252"),
        (b"\x81\x93x\x94", None, "\x81“x”", "cp1252"),
        (TEXT.encode()[:-2], None, TEXT[:-1], "utf-8"),
        (b"", None, "", "utf-8"),
    ],
)
def test_decode(body, content_type, text, encoding):
    assert decode(body, content_type) == (text, encoding)


def test_a_few_broken_bytes_do_not_turn_utf_8_into_mojibake():
    text, encoding = decode("é".encode() * 50 + b"\xff" + b" end")
    assert (text, encoding) == ("é" * 50 + "\ufffd end", "utf-8")
