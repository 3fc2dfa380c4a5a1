"""The type of a file, recognised by its first bytes.

The declared type is not enough: servers and web archives declare a wrong type for one capture in some
hundreds.
"""

from __future__ import annotations

import re
from html import escape

from extract.other_characters import encoded
from extract.verdict import EMPTY, REDIRECT_STUB, UNREADABLE, UNSUPPORTED

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"RIFF", "a media file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"CWS", "a Flash film"),
    (b"FWS", "a Flash film"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"wOF", "a font"),
    (b"MZ\x90", "a program"),
    (b"\x1f\x8b", "a broken gzip file"),
    (b"%!PS", "a PostScript file"),
)
_CONTROLS = bytes([*range(9), *range(14, 32), 127])  # without tab, line breaks and form feed
_OTHER_TYPES = re.compile(
    r"^\s*(?:image|audio|video|font)/|^\s*application/(?:zip|octet-stream|x-shockwave-flash|msword|vnd\.)",
    re.I,
)
_MARKUP = re.compile(
    rb"<(?:!doctype|!--|html|head|body|title|div|p|table|span|a|br|h[1-6]|ul|li|font|center|script|meta|link)\b",
    re.I,
)


def non_html_verdict(body: bytes, content_type: str | None, status: int | None) -> tuple[str, str] | None:
    """Return the verdict and its reason for a body that contains no text.

    Such a body is empty, binary, or of a type that is not supported. An empty body has the verdict
    ``redirect-stub`` if ``status`` is 3xx, else ``empty``. Returns None for HTML, plain text and PDF.
    """
    start = body[:1024].lstrip(b"\x00\t\n\r \xef\xbb\xbf")
    if not body.strip(b"\x00 \t\r\n"):
        if status is not None and 300 <= status < 400:
            return REDIRECT_STUB, f"the archived status is {status}: a redirect"
        return EMPTY, "the archived body is empty"
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return UNSUPPORTED, f"{name}, no page"
    if _OTHER_TYPES.match(content_type or "") and not _MARKUP.search(body[:4096]):
        return UNSUPPORTED, f"{(content_type or '').split(';')[0].strip()}, no page"
    if body[:4096].count(b"\x00") > len(body[:4096]) // 3 and not _utf16(body):
        return UNREADABLE, "binary data, of no kind that is known"
    return None


def is_pdf(body: bytes) -> bool:
    """Return whether a body is a PDF. Some PDFs have a few other bytes before ``%PDF-``."""
    return b"%PDF-" in body[:1024] and not _MARKUP.search(body[:1024])


def _utf16(body: bytes) -> bool:
    return body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<\x00" in body[:64] or b"\x00<" in body[:64]


def is_garbled(text: str) -> bool:
    """Return whether decoded text is not readable.

    It is not readable if more than 5 % of its first 20,000 characters are replacement or control characters.
    Random bytes, such as a compressed or encrypted body, have 10 %.
    """
    start = text[:20_000]
    body = encoded(start)
    wrong = len(body) - len(body.translate(None, _CONTROLS)) + start.count("\ufffd")
    return wrong > 4 and 20 * wrong > len(start)


def is_plain_text(body: bytes, content_type: str | None) -> bool:
    """Return whether a body is declared as plain text and does not begin with HTML."""
    if (content_type or "").lower().startswith("text/plain"):
        return not re.match(rb"\s*<(?:!doctype|html)", body[:200], re.I)
    return False


def as_preformatted(text: str) -> str:
    """Return plain text as HTML (``<pre>``) that keeps its line breaks."""
    return f"<pre>{escape(text, quote=False)}</pre>"
