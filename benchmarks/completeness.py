#!/usr/bin/env python3
"""Whether the completeness of an extraction shows that text is missing.

Run from the project's root: python benchmarks/completeness.py [--seed N] [--removals N] [--show]. From each
page of the corpus beside the project, blocks of 15 words and more are removed at random from the chosen text,
before its completeness is computed. It must fall by at least half of the share of words that were removed.
On pages from which nothing is removed it must be at least 0.97.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

from crawler.importing import warc_reader
from crawler.importing.warc_record import Record
from extract import document
from extract.content import choose
from extract.html.page import Page

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
LEAST_WORDS = 15
"""Only blocks with at least this many words are removed."""
MOST_BLOCKS = 5
"""The number of blocks that one removal removes is 1 to this number."""
LEAST_FALL = 0.5
"""The completeness must fall by at least this part of the share of words that were removed."""
WHOLE = 0.97
"""The completeness of a page from which nothing is removed."""


@dataclass(frozen=True)
class Removal:
    """One removal from a page: the share of words removed, and the completeness before and after."""

    share: float
    before: float
    after: float

    @property
    def shows(self) -> bool:
        """True if the completeness fell by at least ``LEAST_FALL`` of the share."""
        return self.before - self.after >= LEAST_FALL * self.share


def pages(corpus: Path = CORPUS) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, body and address of each page of the corpus; of each address in WARC files, one capture.

    Pages with several documents are left out: they are cut on purpose.
    """
    for file in sorted(corpus.glob("*pairs/*/page.html")):
        meta = json.loads((file.parent / "meta.json").read_text())
        if not meta.get("hub"):
            body = re.sub(rb"\A\s*<!--.*?-->", b"", file.read_bytes(), count=1, flags=re.S)
            yield file.parent.name, body, meta.get("url") or "http://unknown.example/"
    seen: set[str] = set()
    for record in warc_reader.read(corpus / "retailers" / "retailers.warc.gz"):
        if isinstance(record, Record) and record.original not in seen and record.body:
            seen.add(record.original)
            yield f"{record.original} {record.timestamp}", record.body, record.original


def without(
    body: bytes, url: str, removed: frozenset[int] = frozenset()
) -> tuple[document.Document, list[int]]:
    """Return the document of a page without some of its chosen blocks, and the words of each chosen block.

    ``removed`` are indexes of chosen blocks.
    """
    words: list[int] = []

    def choice(page: Page) -> choose.Content:
        content = choose_all(page)
        words[:] = [block.words for block in content.kept]
        kept = [block for number, block in enumerate(content.kept) if number not in removed]
        return replace(content, kept=kept)

    choose_all = choose.choose
    with patch.object(choose, "choose", choice):
        return document.extract(body, url=url), words


def removals(body: bytes, url: str, number: int, rng: random.Random) -> Iterator[Removal]:
    """Yield ``number`` random removals from a page; none if it is no policy or has no such blocks."""
    whole, words = without(body, url)
    candidates = [block for block, length in enumerate(words) if length >= LEAST_WORDS]
    for _ in range(number if candidates and whole.verdict == "policy" else 0):
        removed = frozenset(rng.sample(candidates, min(len(candidates), rng.randint(1, MOST_BLOCKS))))
        less, _ = without(body, url, removed)
        share = sum(words[block] for block in removed) / sum(words)
        yield Removal(share, whole.completeness, less.completeness)


def main() -> None:
    """Print the two shares: of removals that show, and of pages whose completeness stays high."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--removals", type=int, default=5, help="per page")
    parser.add_argument("--show", action="store_true", help="print each failure")
    args = parser.parse_args()
    if not CORPUS.exists():
        sys.exit(f"the corpus is not at {CORPUS}")
    for title, fragments in (("pages", False), ("fragments of retailers", True)):
        shown, whole = list[bool](), list[bool]()
        for name, body, url in pages():
            if (" " in name) != fragments:
                continue
            found = document.extract(body, url=url)
            if found.verdict != "policy":
                continue
            whole.append(found.completeness >= WHOLE)
            if args.show and not whole[-1]:
                print(f"  {found.completeness} {name}: {found.reason}")
            for removal in removals(body, url, args.removals, random.Random(f"{args.seed} {name}")):
                shown.append(removal.shows)
                if args.show and not removal.shows:
                    print(f"  {name}: {removal}")
        print(
            f"{title}: {len(whole)} left whole, completeness >= {WHOLE} on {sum(whole) / len(whole):.3f};"
            f" {len(shown)} removals, {sum(shown) / len(shown):.3f} show"
        )


if __name__ == "__main__":
    main()
