"""WARC and WACZ files that are meant to hurt: damage of every kind, and bombs made as a stream."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.support.policies import policy
from tests.support.warcs import HTML, record, zipped

NAMED = b"\x1f\x8b\x08\x08" + bytes(6)  # a header of gzip that announces a name
PAGES = [policy(f"Revision {number}.", "shop.example") for number in range(6)]
RECORDS = [record(HTML + page, date=f"20{14 + number}-05-30T13:02:40Z") for number, page in enumerate(PAGES)]
Damage = tuple[str, str, bytes]
"""What is wrong, the name of the file, and its bytes."""


def _member(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def of_headers() -> Iterator[Damage]:
    """Yield files with a record of wrong headers between good ones."""
    bad = RECORDS[2]
    length = f"Content-Length: {len(HTML + PAGES[2])}".encode()
    changes = {
        "a length that is too short": bad.replace(length, b"Content-Length: 100"),
        "a length that is too long": bad.replace(length, b"Content-Length: 99999"),
        "a negative length": bad.replace(length, b"Content-Length: -1"),
        "a length beyond all numbers": bad.replace(length, b"Content-Length: " + b"9" * 400),
        "a length that is no number": bad.replace(length, b"Content-Length: many"),
        "no length": bad.replace(length + b"\r\n", b""),
        "two lengths": bad.replace(length, length + b"\r\nContent-Length: 5"),
        "another version": bad.replace(b"WARC/1.0", b"WARC/99.9"),
        "no version": bad.replace(b"WARC/1.0\r\n", b""),
        "no date": bad.replace(b"WARC-Date: 2016-05-30T13:02:40Z\r\n", b""),
        "a date that is none": bad.replace(b"2016-05-30T", b"2016-15-39T"),
        "no address": bad.replace(b"WARC-Target-URI: http://shop.example/privacy\r\n", b""),
        "an address of a megabyte": bad.replace(b"/privacy\r\n", b"/" + b"p" * 1_000_000 + b"\r\n"),
        "a header of ten megabytes": bad.replace(b"\r\n", b"\r\nX-A: " + b"a" * 10_000_000 + b"\r\n", 1),
        "a hundred thousand headers": bad.replace(b"\r\n", b"\r\n" + b"X-A: a\r\n" * 100_000, 1),
        "headers of many megabytes": bad.replace(b"\r\n", b"\r\n" + b"a:b\n" * 5_000_000, 1),
        "a header of many lines": bad.replace(b"\r\n", b"\r\nX-A: a\r\n" + b" \ta\r\n" * 1_000_000, 1),
        "an answer's headers of many megabytes": record(b"HTTP/1.1 200 OK\r\n" + b"a:b\n" * 5_000_000),
        "an answer's header of many lines": record(b"HTTP/1.1 200 OK\r\na: b\n" + b" \tb\n" * 5_000_000),
        "two million chunks": record(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 2_000_000
        ),
        "a page that quotes a million records": bad.replace(length, b"Content-Length: 100").replace(
            PAGES[2], b"\nWARC/1.0\r\nA:" * 1_000_000
        ),
        "an unknown type": bad.replace(b"WARC-Type: response", b"WARC-Type: attack"),
        "line feeds without returns": bad.replace(b"\r\n", b"\n"),
        "a revisit of itself": record(
            b"",
            kind="revisit",
            date="2016-05-30T13:02:40Z",
            WARC_Refers_To_Target_URI="http://shop.example/privacy",
            WARC_Refers_To_Date="2016-05-30T13:02:40Z",
        ),
        "a wrong digest": bad.replace(
            b"WARC-Type", b"WARC-Payload-Digest: sha1:" + b"A" * 32 + b"\r\nWARC-Type"
        ),
        "a wrong status": bad.replace(b"200 OK", b"-20 OK"),
        "chunks that never end": bad.replace(
            b"Content-Type: text/html", b"Transfer-Encoding: chunked\r\nContent-Type: text/html"
        ),
        "a wrong compression": bad.replace(
            b"Content-Type: text/html", b"Content-Encoding: gzip\r\nContent-Type: text/html"
        ),
    }
    for name, changed in changes.items():
        yield name, "a.warc", b"".join([*RECORDS[:2], changed, *RECORDS[3:]])


def of_bytes(rng: random.Random) -> Iterator[Damage]:
    """Yield files whose bytes are damaged, lost or added."""
    packed = zipped(*RECORDS)
    first = zipped(*RECORDS[:2])
    yield "cut in a record", "a.warc", b"".join(RECORDS)[: -len(PAGES[5]) // 2]
    yield "cut in a member", "a.warc.gz", packed[:-200]
    yield "cut in a header of gzip", "a.warc.gz", first + b"\x1f\x8b\x08"
    yield "a wrong checksum", "a.warc.gz", first + zipped(RECORDS[2])[:-8] + bytes(8) + zipped(*RECORDS[3:])
    yield "all in one member", "a.warc.gz", _member(b"".join(RECORDS))
    yield "packed twice", "a.warc.gz", _member(packed)
    yield "a name in a header of gzip without an end", "a.warc.gz", first + NAMED + b"a" * 9_000_000
    yield "half a million empty members", "a.warc.gz", first + _member(b"") * 500_000 + zipped(RECORDS[2])
    yield "zeros between members", "a.warc.gz", first + bytes(5_000) + zipped(*RECORDS[2:])
    yield "text after the last member", "a.warc.gz", packed + b"the end" * 99
    yield "a line feed between records", "a.warc", b"\n".join(RECORDS)
    yield "nothing", "a.warc", b""
    yield "only line feeds", "a.warc", b"\r\n" * 1_000_000
    yield "random bytes", "a.warc.gz", rng.randbytes(1_000_000)
    yield "a web page", "a.warc", PAGES[0]
    for number in range(6):
        broken = bytearray(packed if number % 2 else b"".join(RECORDS))
        for _ in range(rng.randint(1, 30)):
            broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
        yield f"bits turned, number {number}", "a.warc.gz" if number % 2 else "a.warc", bytes(broken)


def of_wacz(rng: random.Random) -> Iterator[Damage]:
    """Yield WACZ files that are damaged, or whose names lead elsewhere."""
    warc = zipped(*RECORDS)
    names = {
        "a name that leads out of the folder": "../../archive/a.warc.gz",
        "an absolute name": "/archive/a.warc.gz",
        "a name of a megabyte's tenth": f"archive/{'a' * 60_000}.warc.gz",
        "a name with a line feed": "archive/a\n\x1b[2J.warc.gz",
    }
    for what, name in names.items():
        yield what, "a.wacz", _zip({"archive/b.warc.gz": warc, name: b"no WARC"})
    good = _zip({"archive/b.warc.gz": warc, "datapackage.json": b"{}"})
    yield "no WARC inside", "a.wacz", _zip({"datapackage.json": b"[" * 100_000})
    yield "no directory", "a.wacz", good[:-30]
    yield "a WACZ in a WACZ", "a.wacz", _zip({"archive/b.wacz": good, "archive/b.warc.gz": warc})
    yield "a hundred thousand names", "a.wacz", _zip({f"archive/{n}.warc.gz": b"" for n in range(100_000)})
    yield "ten thousand empty WARCs", "a.wacz", _zip({f"archive/{n}.warc.gz": b"" for n in range(10_000)})
    broken = bytearray(good)
    for _ in range(40):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    yield "random bytes inside", "a.wacz", bytes(broken)


def _zip(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def write_bomb(path: Path, gigabytes: float) -> None:
    """Write a WARC in gzip, or a WACZ, with a capture of so many gigabytes between two good ones.

    It is made as a stream, so it takes no more memory or room than its few megabytes.
    """
    size = int(gigabytes * 1_000) * 1_000_000
    head = record(HTML, date="2016-05-30T13:02:40Z").removesuffix(b"\r\n\r\n")
    head = head.replace(b"Content-Length: %d" % len(HTML), b"Content-Length: %d" % (len(HTML) + size))
    packer, block = zlib.compressobj(6, wbits=31), b"a" * 1_000_000

    def pieces() -> Iterator[bytes]:
        yield zipped(RECORDS[0])
        yield packer.compress(head)
        for _ in range(size // len(block)):
            yield packer.compress(block)
        yield packer.compress(b"\r\n\r\n") + packer.flush()
        yield zipped(RECORDS[5])

    if path.suffix == ".wacz":
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("archive/a.warc.gz", "w", force_zip64=True) as file,
        ):
            file.writelines(pieces())
    else:
        with path.open("wb") as file:
            file.writelines(pieces())


def all_of(rng: random.Random) -> list[Damage]:
    """Return every damaged file."""
    return [*of_headers(), *of_bytes(rng), *of_wacz(rng)]
