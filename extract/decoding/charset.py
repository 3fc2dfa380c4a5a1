"""Decoding of bytes to characters, as browsers do it.

The encoding is taken from the byte order mark, else from the header, else from ``meta``, else it is guessed
from the bytes (https://encoding.spec.whatwg.org/). chardet guesses from the frequencies of bytes in many
languages.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

PRESCAN = 4096
"""A ``meta`` charset is searched in this many bytes at the start. Browsers search 1,024, but pages of old
shops
have scripts before it."""

SAMPLE = 20_000
"""An encoding is guessed from at most this many bytes, of texts with other characters than ASCII."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*+(?:[\"']\s*+)?([A-Za-z0-9_.:-]{2,40})", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.I)
_HEADER = re.compile(r"charset\s*=\s*+(?:[\"']\s*+)?([A-Za-z0-9_.:-]{2,40})", re.I)
_COMMENT = re.compile(rb"<!--.*?-->", re.S)

# Declared encoding -> the larger encoding that browsers use for it (WHATWG Encoding).
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "cp1252": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_MULTI_BYTE = {"gb18030", "cp949", "cp932", "big5hkscs", "euc_jp", "iso2022_jp", "hz"}
# The other encodings that browsers know, and that are guessed. A guess of any other is a mistake.
_SINGLE_BYTE = {
    *("cp866", "cp874", "koi8-r", "koi8-u", *(f"cp125{number}" for number in range(9))),
    *(f"iso8859-{number}" for number in (2, 4, 5, 6, 7, 8, 13, 15, 16)),
}
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_LETTER = re.compile("[^\\W\\d_\x00-\x7f]")
# Five bytes have no character in windows-1252. Browsers decode each of them to the C1 control with that code.
_CP1252_HOLES = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Return the text of a body and the name of its encoding. Never raises an exception.

    Bytes that are not valid in the encoding become U+FFFD. If a single-byte encoding is declared but the body
    is valid UTF-8, it is read as UTF-8: shops moved their pages to UTF-8 and forgot the ``meta``, and a text
    in another encoding is almost never valid UTF-8. ``content_type`` is the header of the capture, if known.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    declared = _declared_encoding(body, content_type)
    if declared.startswith("utf-16"):
        if b"\x00" in body[:64]:
            declared = "utf-16-be" if body[:1] == b"\x00" else "utf-16-le"
            return body.decode(declared, "replace"), declared
        declared = ""  # the declaration itself is readable as ASCII, so it is wrong (WHATWG: read as UTF-8)
    if not declared or declared in ("cp1252", "utf-8"):
        return _detected(body, declared)
    if declared in _MULTI_BYTE:
        return body.decode(declared, "replace"), declared
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return body.decode(declared, "replace"), declared


def _declared_encoding(body: bytes, content_type: str | None) -> str:
    header = _HEADER.search(content_type or "")
    if header and (encoding := _encoding_of(header[1])):
        return encoding
    head = _COMMENT.sub(b"", body[:PRESCAN])
    for pattern in (_XML, _META):
        meta = pattern.search(head)
        if meta and (encoding := _encoding_of(meta[1].decode("ascii"))):
            # The bytes of this declaration are ASCII, so the page is not in UTF-16, even if declared.
            return "utf-8" if encoding.startswith("utf-16") else encoding
    return ""


def _encoding_of(label: str) -> str:
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return ""
    try:
        b"a".decode(name, "replace")
    except (LookupError, UnicodeError):  # a codec that is no text encoding, such as "hex"
        return ""
    return _READ_AS.get(name, name)


def _detected(body: bytes, declared: str) -> tuple[str, str]:
    cut = body.rstrip(b"\x00")
    if not declared and _ISO_2022_JP.search(cut) and cut.isascii():
        return cut.decode("iso2022_jp", "replace"), "iso2022_jp"
    try:
        # A body that is cut off within a character is still UTF-8.
        text, read = codecs.utf_8_decode(cut, "strict", False)
        if read == len(cut) or (len(cut) - read < 4 and not text.isascii()):
            return text, "utf-8"
    except UnicodeDecodeError as error:
        if _mostly_utf8(cut, error):
            return cut.decode("utf-8", "replace"), "utf-8"
    if body[:2].count(b"\x00") == 1 and body[:64].count(b"\x00") > 16:
        encoding = "utf-16-be" if body[:1] == b"\x00" else "utf-16-le"
        return body.decode(encoding, "replace"), encoding
    guessed = "cp1252" if declared == "cp1252" else _guessed(cut)
    if guessed != "cp1252":
        return cut.decode(guessed, "replace"), guessed
    text = cut.decode("cp1252", "replace")
    if "\ufffd" in text:
        text = codecs.charmap_decode(cut, "strict", _cp1252_table())[0]
    return text, "cp1252"


def _guessed(body: bytes) -> str:
    """Return the most probable encoding of a text that is not UTF-8.

    The texts between tags are compared, because the ASCII of tags and scripts is no evidence. It is
    windows-1252 if no other encoding is likely, or if the text has signs only (quotes, dashes, ©).
    """
    import chardet  # noqa: PLC0415 - it reads its models, and few pages need them

    texts = (text for text in re.split(b"[<>]", body) if not text.isascii())
    sample = b"\n".join(texts)[:SAMPLE]
    guessed = _encoding_of(str(chardet.detect(sample)["encoding"]))
    if guessed in _MULTI_BYTE:
        return guessed
    letters = _LETTER.search(sample.decode("cp1252", "ignore"))
    return guessed if guessed in _SINGLE_BYTE and letters else "cp1252"


def _mostly_utf8(body: bytes, error: UnicodeDecodeError) -> bool:
    """Return whether a text is UTF-8 with a few broken bytes.

    Broken bytes come from advertisements in another encoding, or from a body that is cut off.
    """
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for byte in body if 0xC2 <= byte <= 0xF4) - broken
    return good > 10 * broken


@cache
def _cp1252_table() -> str:
    return "".join(_CP1252_HOLES.get(byte) or bytes([byte]).decode("cp1252") for byte in range(256))
