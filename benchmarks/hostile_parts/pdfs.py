"""PDFs that are meant to hurt, each read in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from common import Place, Row, run

from tests.support import hostile_pdfs

READ = """
import sys
from extract import extract_policy
found = extract_policy(open(sys.argv[1], "rb").read(), url="http://shop.example/privacy.pdf")
print(found.verdict, found.reason)
"""


def rows(place: Place) -> Iterator[Row]:
    """Read each PDF. It must get a verdict, in bounded time and memory."""
    for case, body in hostile_pdfs.all_of(place.rng, 1_000):
        file = place.folder / "a.pdf"
        file.write_bytes(body)
        ended = run(sys.executable, "-c", READ, file)
        broke = "the page broke the extractor" in ended.output
        yield Row("pdf", case, ended.last_line if broke else ended.wrong(0), ended.seconds, ended.megabytes)
