import codecs
import time
import tomllib
from pathlib import Path

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


PAGES = tomllib.loads((Path(__file__).parents[1] / "languages.toml").read_text(encoding="utf-8"))
UNDECLARED = {
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "zh": ("gb18030",),
    "zh-Hant": ("big5hkscs",),
    "ko": ("cp949",),
    "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866"),
    "uk": ("cp1251", "koi8-u"),
    **dict.fromkeys(("pl", "cs", "hu"), ("iso8859-2", "cp1250")),
    "el": ("cp1253", "iso8859-7"),
    "tr": ("cp1254",),
    "he": ("cp1255", "iso8859-8"),
    "ar": ("cp1256", "iso8859-6"),
    "th": ("cp874",),
    **dict.fromkeys(("fr", "de", "es", "pt", "sv", "da", "nb", "fi", "et"), ("cp1252",)),
}


@pytest.mark.parametrize("kind", ["policy", "home"])
@pytest.mark.parametrize(
    ("language", "encoding"), [(code, encoding) for code, known in UNDECLARED.items() for encoding in known]
)
def test_an_encoding_that_nobody_declared_is_guessed(language, encoding, kind):
    title, *paragraphs = PAGES[language][kind]
    script = "<script>" + "var shop = 1;" * 3000 + "</script>"
    html = f"<title>{title}</title>{script}<h1>{title}</h1>" + "".join(f"<p>{text}" for text in paragraphs)
    body = html.encode(encoding, "xmlcharrefreplace")
    text, guessed = decode(body)
    assert text == body.decode(encoding)
    assert guessed == encoding or body.decode(guessed) == text


@pytest.mark.parametrize("sign", ["’", "“lamp”", "–", "©", "£", "™", "®", "§ 5", "•", "…", "é", "ü"])
@pytest.mark.parametrize("times", [1, 20])
def test_a_few_signs_in_an_english_text_are_windows_1252(sign, times):
    body = f"<p>We keep your name {sign} for seven years.".encode("cp1252") * times
    assert decode(body) == (body.decode("cp1252"), "cp1252")


def test_a_declared_western_encoding_is_believed():
    body = "Политика конфиденциальности".encode("cp1251")
    assert decode(body, "text/html; charset=iso-8859-1") == (body.decode("cp1252"), "cp1252")
    assert decode(body, "text/html; charset=utf-8") == ("Политика конфиденциальности", "cp1251")


@pytest.mark.parametrize("body", [b"<" * 1_000_000 + b"\xe9", b"<p>\xe9" * 200_000, b"\xe9" * 1_000_000])
def test_an_encoding_is_guessed_in_bounded_time(body):
    began = time.monotonic()
    decode(body)
    assert time.monotonic() - began < 2
