"""Feed the extractor hostile and broken pages: none may raise, hang or exceed the limits.

Run from the project's root: python benchmarks/fuzz_extract.py [--seconds 60] [--seed 1]. First comes every
hostile page, with its time and the peak memory so far, then random damage to ordinary pages until the time is
over. The status is 1 at the first exception, at a page slower than LIMIT_SECONDS, or above LIMIT_MEGABYTES.
"""

from __future__ import annotations

import argparse
import gzip
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from extract import document, extract_policy

LIMIT_SECONDS, LIMIT_MEGABYTES = 30.0, 1500
SENTENCE = (
    "We collect your personal information, use cookies, "
    "and share it with third parties who process it for us. "
)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Yield pages that break extractors, each with its name."""
    text = SENTENCE.encode()
    yield (
        "20,000 nested div",
        b"<html><body>" + b"<div>" * 20_000 + text * 20 + b"</div>" * 20_000 + b"<p>" + text,
    )
    yield "20,000 nested b, unclosed", b"<html><body>" + b"<b>" * 20_000 + text * 20
    yield "5,000 nested ul", b"<html><body>" + b"<ul><li>" * 5_000 + text * 20
    yield "3,000 nested tables", b"<html><body>" + b"<table><tr><td>" * 3_000 + text * 20
    yield "3,000 nested nav", b"<html><body>" + b"<div class=nav>" * 1_900 + (b"<p>" + text) * 2_000
    yield "50 MB of paragraphs", b"<html><body>" + (b"<p>" + text + b"</p>") * (50_000_000 // (len(text) + 7))
    yield "50 MB without a tag", text * (50_000_000 // len(text))
    yield "10 MB of one word", b"<html><body><p>" + b"a" * 10_000_000
    yield "1,000,000 empty tags", b"<html><body>" + b"<i></i>" * 1_000_000
    yield "300,000 list items", b"<html><body><ul>" + b"<li>data" * 300_000
    yield (
        "200,000 attributes",
        b"<html><body><div " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b"><p>" + text,
    )
    yield "an endless attribute", b'<html><body><div title="' + b"x" * 5_000_000 + b'"><p>' + text
    yield "an open quote", b'<html><body><a href="' + text * 2_000
    yield "a table of 100,000 cells", b"<table>" + (b"<tr>" + b"<td>cookie</td>" * 10 + b"</tr>") * 10_000
    yield "colspans", b"<table>" + b"<tr><th colspan=9999>a<td rowspan=9999 colspan=9999>b</tr>" * 2_000
    yield "NUL bytes", b"<html>\x00<body>\x00<p>" + text.replace(b" ", b"\x00") * 10
    yield "only NULs", b"\x00" * 1_000_000
    yield "a gzip bomb", gzip.compress(b"<p>" + b" " * 200_000_000)
    yield "a script bomb", b"<script>" * 200_000 + text
    yield "open comments", b"<!--" * 200_000 + text
    yield "broken entities", b"<p>" + b"&#xFFFFFFFF;&#0;&#55296;&bogus;&" * 50_000 + text
    yield "emphasis soup", b"<p>" + b"*_`[<" * 200_000
    yield "brackets", b"<p>" + b"[" * 200_000 + b"](" * 1_000
    yield "backslashes and underscores", b"<p>" + b"_" * 300_000 + b"a" + b"\\" * 300_000
    yield "breaks", b"<p>" + b"a<br>" * 300_000
    yield (
        "tabs",
        b"<div role=tablist>"
        + b"<a role=tab aria-controls=x id=y>a</a>" * 20_000
        + b"<div role=tabpanel id=x>" * 100
        + text,
    )
    yield "a broken PDF", b"%PDF-1.7\n" + bytes(range(256)) * 1_000
    yield "random bytes", random.Random(1).randbytes(2_000_000)


def damaged(seed: int, pages: list[bytes]) -> Iterator[bytes]:
    """Yield ordinary pages without end, with random pieces removed, doubled, swapped or replaced."""
    chance = random.Random(seed)
    scraps = [
        b"<",
        b">",
        b'"',
        b"'",
        b"&",
        b"\x00",
        b"\xff\xfe",
        b"</div>",
        b"<table>",
        b"<ul>",
        b"]]>",
        b"<!--",
        b"<script>",
        b"=",
        b"\xc3",
    ]
    while True:
        page = bytearray(chance.choice(pages))
        for _ in range(chance.randint(1, 40)):
            at, length = chance.randrange(len(page) + 1), chance.randint(0, 400)
            match chance.randrange(4):
                case 0:
                    del page[at : at + length]
                case 1:
                    page[at:at] = page[at : at + length] * chance.randint(1, 20)
                case 2:
                    page[at:at] = chance.choice(scraps) * chance.randint(1, 50)
                case _:
                    page[at : at + length] = chance.randbytes(length)
        yield bytes(page)


def checked(name: str, body: bytes) -> float:
    """Extract one page and return the seconds.

    Errors that `extract_policy` would turn into a verdict are raised here.
    """
    start = time.process_time()
    found = document.extract(body, url="https://shop.example/privacy", timestamp="20200101000000")
    seconds = time.process_time() - start
    again = (
        extract_policy(body, url="https://shop.example/privacy", timestamp="20200101000000")
        if seconds < 1
        else found
    )
    if found != again:
        sys.exit(f"{name}: two runs differ")
    if seconds > LIMIT_SECONDS:
        sys.exit(f"{name}: {seconds:.1f} s")
    if peak() > LIMIT_MEGABYTES:
        sys.exit(f"{name}: {peak()} MB")
    return seconds


def peak() -> int:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    for name, body in hostile():
        seconds = checked(name, body)
        print(f"{name:32s} {len(body):>12,} bytes  {seconds:6.2f} s  peak {peak()} MB", flush=True)
    fixtures = Path(__file__).parent.parent / "tests" / "extract" / "fixtures"
    pages = [page.read_bytes() for page in sorted(fixtures.glob("*/page.html"))]
    end, count = time.monotonic() + chosen.seconds, 0
    for body in damaged(chosen.seed, pages):
        checked(f"damaged page {count}", body)
        count += 1
        if time.monotonic() > end:
            break
    print(f"{count:,} damaged pages in {chosen.seconds:.0f} s: no exception, no difference; peak {peak()} MB")


if __name__ == "__main__":
    main()
