"""PDFs made by hand: texts at places on pages."""

from __future__ import annotations

from collections.abc import Sequence

Text = tuple[float, float, float, str]
"""Distance from the left and from the bottom, size of the type (all in points), and the text.

A negative size is bold type.
"""


def pdf_of(*pages: Sequence[Text], title: str = "", contents: Sequence[bytes] = ()) -> bytes:
    """Return a PDF in Helvetica. ``contents`` are further pages, as they are written in a PDF."""
    streams = [*("\n".join(map(_shown, page)).encode("cp1252") for page in pages), *contents]
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        f"<</Title({title})>>".encode("cp1252"),
    ]
    for number, stream in enumerate(streams):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>" % (7 + 2 * number),
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        ]
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return body + trailer % (len(objects) + 1, start)


def lines(top: float, *texts: str, left: float = 72, size: float = 11, pitch: float = 14) -> list[Text]:
    """Return lines of text below each other, the first one at ``top``."""
    return [(left, top - number * pitch, size, text) for number, text in enumerate(texts)]


def _shown(text: Text) -> str:
    left, bottom, size, shown = text
    shown = shown.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F{1 + (size < 0)} {abs(size)} Tf {left} {bottom} Td ({shown}) Tj ET"
