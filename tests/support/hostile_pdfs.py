"""PDFs that are meant to hurt: bombs, circles, scripts, encryption and damage."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence

from tests.support.pdfs import lines, pdf_of

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
TEXT = b"BT /F1 11 Tf 72 700 Td (We collect your personal information.) Tj ET"
GOOD = pdf_of(lines(700, *["We collect your personal information when you order from us."] * 20))


def assembled(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of objects, the first of which has the number 1."""
    body, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d%s>>\nstartxref\n%d\n%%%%EOF" % (
        *(body, len(objects) + 1, table, len(objects) + 1, trailer, len(body)),
    )


def stream(content: bytes, more: bytes = b"") -> bytes:
    """Return a stream object with further entries."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), more, content)


def page_of(content: bytes, resources: bytes = b"", *more: bytes, catalog: bytes = b"") -> bytes:
    """Return a PDF of one page. Its objects are 1 to 5; ``more`` are 6 and following."""
    return assembled(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>>>"
        % resources,
        content,
        FONT,
        *more,
    )


def zeros(megabytes: int, start: bytes = b"") -> bytes:
    """Return the compressed form of so many megabytes of spaces, made piece by piece."""
    packer = zlib.compressobj(9)
    block = b" " * 1_000_000
    return b"".join(
        [packer.compress(start), *(packer.compress(block) for _ in range(megabytes)), packer.flush()]
    )


def bombs(megabytes: int) -> Iterator[tuple[str, bytes]]:
    """Yield PDFs that are small and become large."""
    packed = zeros(megabytes, TEXT)
    yield "a page that unpacks to many megabytes", page_of(stream(packed, b"/Filter/FlateDecode"))
    twice = zlib.compress(zeros(megabytes), 9)
    yield "packed twice", page_of(stream(twice, b"/Filter[/FlateDecode/FlateDecode]"))
    yield (
        "an image of a hundred thousand pixels square",
        page_of(
            stream(b"q 600 0 0 700 0 0 cm /I Do Q " + TEXT),
            b"/XObject<</I 6 0 R>>",
            stream(
                packed,
                b"/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 8/ColorSpace/DeviceRGB"
                b"/Filter/FlateDecode",
            ),
        ),
    )
    levels = [
        stream(
            b"/X Do " * 10, b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (7 + level)
        )
        for level in range(9)
    ]
    last = stream(TEXT, b"/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>")
    yield "a billion uses of a form", page_of(stream(b"/X Do"), b"/XObject<</X 6 0 R>>", *levels, last)
    kids = b" ".join([b"3 0 R"] * 100_000)
    many = page_of(stream(TEXT)).replace(b"[3 0 R]/Count 1", b"[" + kids + b"]/Count 100000")
    yield "a page a hundred thousand times", many
    yield "a million pieces of text", page_of(stream(b"BT /F1 1 Tf " + b"(a) Tj " * 1_000_000 + b"ET"))
    yield "a line of a million letters", page_of(stream(b"BT /F1 1 Tf (" + b"a" * 1_000_000 + b") Tj ET"))
    yield "a million nested states", page_of(stream(b"q " * 1_000_000 + TEXT))
    yield "an array in arrays, a hundred thousand deep", page_of(stream(b"[" * 100_000 + TEXT))
    yield "a text of spaces", page_of(stream(b"BT /F1 1 Tf (" + b" " * 500_000 + b") Tj ET"))


def circles() -> Iterator[tuple[str, bytes]]:
    """Yield PDFs whose objects contain themselves."""
    good = page_of(stream(TEXT))
    yield "pages that are their own child", good.replace(b"[3 0 R]/Count 1", b"[2 0 R 3 0 R]/Count 2")
    yield "a page that is its parent", good.replace(b"/Parent 2 0 R", b"/Parent 3 0 R")
    yield "a length that is its own stream", good.replace(b"/Length %d" % len(TEXT), b"/Length 4 0 R")
    form = stream(b"/X Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")
    yield "a form that shows itself", page_of(stream(b"/X Do " + TEXT), b"/XObject<</X 6 0 R>>", form)
    glyphs = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]"
        b"/FirstChar 65/LastChar 65/Widths[9]"
    )
    font = glyphs + b"/Encoding<</Differences[65/A]>>/CharProcs<</A 7 0 R>>/Resources<</Font<</F2 6 0 R>>>>>>"
    yield (
        "a font whose letter is written in it",
        page_of(
            stream(b"BT /F2 9 Tf (AAA) Tj ET " + TEXT), b"", font, stream(b"BT /F2 9 Tf (A) Tj ET")
        ).replace(b"/F1 5 0 R", b"/F1 5 0 R/F2 6 0 R"),
    )
    outline = b"<</Title(a)/Parent 6 0 R/First 6 0 R/Last 6 0 R/Next 6 0 R/Count 9>>"
    yield "an outline that follows itself", page_of(stream(TEXT), b"", outline, catalog=b"/Outlines 6 0 R")
    yield (
        "a table of places before itself",
        good.replace(b"/Root", b"/Prev %d/Root" % good.rindex(b"xref\n0")),
    )
    deep = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 3) for number in range(5_000)]
    page = b"<</Type/Page/MediaBox[0 0 612 792]>>"
    yield "pages five thousand deep", assembled(b"<</Type/Catalog/Pages 2 0 R>>", *deep, page)
    yield "objects that are each other", assembled(b"2 0 R", b"1 0 R")


def active() -> Iterator[tuple[str, bytes]]:
    """Yield PDFs with scripts, actions and files. Nothing may run, and no request may leave."""
    for name, action in {
        "a script at opening": b"/S/JavaScript/JS(app.alert\\(1\\);while\\(1\\){})",
        "a program to start": b"/S/Launch/F(/bin/sh)/Win<</F(cmd.exe)>>",
        "an address to open": b"/S/URI/URI(http://127.0.0.1:1/leak)",
        "a form to send": b"/S/SubmitForm/F(http://127.0.0.1:1/leak)",
        "another file to go to": b"/S/GoToR/F(/etc/passwd)/D[0/Fit]",
        "data to import": b"/S/ImportData/F(/etc/passwd)",
    }.items():
        yield name, page_of(stream(TEXT), catalog=b"/OpenAction<<%s>>/AA<</WC<<%s>>>>" % (action, action))
    file = b"<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>"
    names = b"/Names<</EmbeddedFiles<</Names[(a) 6 0 R]>>>>"
    yield "a file inside", page_of(stream(TEXT), b"", file, stream(b"MZ" * 999), catalog=names)
    xfa = stream(b"<xdp><script>while(true){}</script></xdp>")
    yield "a form of XML", page_of(stream(TEXT), b"", xfa, catalog=b"/AcroForm<</XFA 6 0 R/Fields[]>>")
    external = stream(b"", b"/F(/etc/passwd)/FFilter/None")
    yield "a page from another file", page_of(external)


def encrypted(rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield PDFs whose encryption is unknown, wrong, or has a password."""
    for name, entry in {
        "a password": b"/V 1/R 2/P -4/Length 40",
        "a longer password": b"/V 2/R 3/P -4/Length 128",
        "an unknown method": b"/V 99/R 99/P -4",
        "a key of a million bits": b"/V 2/R 3/P -4/Length 1000000",
    }.items():
        keys = b"/O<%s>/U<%s>" % (rng.randbytes(32).hex().encode(), rng.randbytes(32).hex().encode())
        encryption = b"<</Filter/Standard%s%s>>" % (entry, keys)
        body = page_of(stream(TEXT), b"", encryption)
        yield (
            f"encrypted with {name}",
            body.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 6 0 R/ID[<aa><aa>]"),
        )


def damaged(rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield PDFs with wrong numbers and lost parts."""
    good = page_of(stream(TEXT))
    yield "a size of two billion", good.replace(b"/Size 6", b"/Size 2147483647")
    yield "two billion pages", good.replace(b"/Count 1", b"/Count 2147483647")
    yield "a negative length", good.replace(b"/Length %d" % len(TEXT), b"/Length -9")
    yield "a length of two billion", good.replace(b"/Length %d" % len(TEXT), b"/Length 2147483647")
    yield "letters of a size without end", page_of(stream(TEXT.replace(b"11 Tf", b"1" + b"0" * 300 + b" Tf")))
    yield "a place beyond all numbers", page_of(stream(TEXT.replace(b"72 700", b"9" * 300 + b" 700")))
    yield "a page without a size", good.replace(b"[0 0 612 792]", b"[0 0 0 0]")
    yield "a page as large as a country", good.replace(b"[0 0 612 792]", b"[-9e30 -9e30 9e30 9e30]")
    yield "no table of places", good[: good.rindex(b"xref\n0")]
    yield "only the first bytes", good[:9]
    yield "many megabytes after the end", good + rng.randbytes(8_000_000)
    yield (
        "ten thousand updates",
        good + b"".join(b"\nxref\n0 0\ntrailer<</Prev %d>>" % n for n in range(10_000)),
    )
    for number in range(10):
        broken = bytearray(GOOD)
        for _ in range(rng.randint(1, 200)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        yield f"random bytes, number {number}", bytes(broken)


def all_of(rng: random.Random, megabytes: int) -> Sequence[tuple[str, bytes]]:
    """Return every PDF. ``megabytes`` is what the bombs unpack to."""
    return [*bombs(megabytes), *circles(), *active(), *encrypted(rng), *damaged(rng)]
