"""Measure how well stated dates are found, on lines of the optional corpus that people labelled.

`python benchmarks/stated_dates.py` reads `stated_dates.csv`: file, hash of the line, language, and the date
that the line states ("" for none). The labels were given by eye: before the code ran on these lines, or
after, by looking at what the code proposed. A date that can mean two days has the label "", because the line
alone does not decide.
"""

import csv
import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

sys.path.insert(0, str(Path(__file__).parents[1]))

from extract.content.blocks import read_blocks
from extract.decoding.source import source_of
from extract.html import page
from extract.stated_date import stated_date

CORPUS = Path(__file__).parents[1].parent / "shared" / "corpus"
LABELS = Path(__file__).with_suffix(".csv")


def hash_of(line: str) -> str:
    """Return the first 12 hexadecimal digits of a line's SHA-256."""
    return hashlib.sha256(line.encode()).hexdigest()[:12]


def lines(file: Path) -> Iterator[str]:
    """Yield the lines of a Markdown file, or the blocks of a page or of all pages of a WARC file."""
    if file.suffix == ".md":
        yield from filter(None, map(str.strip, file.read_text(encoding="utf-8").split("\n")))
        return
    for body in bodies(file):
        if source := source_of(body, None):
            for block in read_blocks(page.parse(source, "http://shop.example/").root).blocks:
                yield block.text


def bodies(file: Path) -> Iterator[bytes]:
    """Yield the pages of a WARC file, or a file that is a page."""
    if file.suffix == ".html":
        yield file.read_bytes()
        return
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type in {"response", "resource"}:
                yield record.content_stream().read()


@cache
def by_hash(name: str) -> dict[str, str]:
    """Return the lines of a file of the corpus by their hashes."""
    return {hash_of(line): line for line in lines(CORPUS / name)}


def main() -> None:
    """Print each line with a wrong result, then precision and recall for each way of labelling."""
    with LABELS.open(encoding="utf-8", newline="") as rows:
        labels = list(csv.DictReader(rows))
    for labelled in ("before", "after"):
        found = right = stated = 0
        chosen = [row for row in labels if row["labelled"] == labelled]
        for row in chosen:
            line = by_hash(row["file"])[row["line"]]
            got = stated_date(line, language=row["language"]) or ""
            found += bool(got)
            stated += bool(row["stated"])
            right += bool(got) and got == row["stated"]
            if got != row["stated"]:
                print(f"{row['file']}: {line[:150]}\n    stated {row['stated'] or '-'}, found {got or '-'}")
        print(
            f"labelled {labelled} the code ran: lines {len(chosen)}, with a date {stated}:"
            f" precision {right / found:.3f} recall {right / stated:.3f}"
        )


if __name__ == "__main__":
    if CORPUS.is_dir():
        main()
    else:
        print(f"no corpus in {CORPUS}")
