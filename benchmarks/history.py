"""Derive the history of 1,000, 10,000 and 100,000 captures from their texts and bodies.

It prints seconds and memory, and their growth. Every capture has another text (the count in a cart differs),
every hundredth another wording. Each number is measured twice: in policies of 1,000 captures, as in real
archives, and in one policy, the worst case.

Run: python benchmarks/history.py [--words 300] [CAPTURES ...]
"""

import hashlib
import multiprocessing
import random
import resource
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlite_utils import Database

from db.database import open_archive, transaction
from db.history import versions as history
from db.normalisation import wording_key
from db.store import retailers, texts
from db.store.bodies import Bodies
from db.store.captures import IndexRow, Replayed, find, record_rows, set_fetched
from db.store.texts import Text
from extract.html.source_text import source_text

WORDS = [
    "we",
    "you",
    "the",
    "data",
    "of",
    "and",
    "to",
    "share",
    "use",
    "your",
    "with",
    "name",
    "order",
    "law",
    "for",
    "may",
]
CHANGES_EVERY = 100


def sentences(rng: random.Random, words: int) -> list[str]:
    """Return a policy of so many words, in sentences of twelve."""
    return [" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(words // 12)]


def fill(db: Database, shop: str, captures: int, words: int) -> None:
    """Record the captures of a policy, two hours apart, with their bodies and texts."""
    rng = random.Random(shop)
    policy = sentences(rng, words)
    start = datetime(1996, 1, 1)
    bodies = Bodies(db)
    with transaction(db):
        policy_id = retailers.add_policy(db, shop)
        page = retailers.add_page(db, policy_id, f"http://{shop}/privacy", "given")
        for number in range(captures):
            if number % CHANGES_EVERY == CHANGES_EVERY - 1:
                policy[rng.randrange(len(policy))] = sentences(rng, 12)[0]
            blocks = [*policy[:5], f"Your cart: {number} items", *policy[5:]]
            markdown = "# Privacy\n\n" + "\n\n".join(blocks)
            key = hashlib.sha256(markdown.encode()).hexdigest()
            text = Text(key, "Privacy", markdown, "en", words, 1.0, wording_key(markdown), "policy", "")
            row = IndexRow(
                page.urlkey, f"{start + number * timedelta(hours=2):%Y%m%d%H%M%S}", page.url, digest=key
            )
            record_rows(db, page.id, "benchmark", [row])
            capture = find(db, page.id, row)
            assert capture
            body = "".join(f"<p>{block}</p>" for block in blocks).encode()
            set_fetched(db, bodies, capture, Replayed("benchmark", body, (), 200, "2026-01-01T00:00:00Z"))
            texts.judge(db, capture.id, text, "benchmark")


def measure(captures: int, words: int, each: int) -> None:
    """Fill an archive with policies of `each` captures, derive, and print the results.

    Each size runs in its own process.
    """
    with tempfile.TemporaryDirectory() as folder:
        db = open_archive(Path(folder) / "archive.db", create=True)
        for number in range(captures // each):
            fill(db, f"shop{number}.example", each, words)
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        for (policy_id,) in db.execute("select id from policies").fetchall():
            history.refresh(db, policy_id, source_text)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        versions, changes = (
            db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("versions", "changes")
        )
        click.echo(
            f"{captures:7,} captures, {each:7,} a policy: {seconds:6.1f} s, "
            f"{1e6 * seconds / captures:5.0f} µs each; {peak >> 10:4} MB at most, "
            f"{(peak - before) >> 10:3} MB of them for it; {versions} versions, {changes} changes"
        )


@click.command()
@click.argument("captures", nargs=-1, type=int)
@click.option("--words", default=300, show_default=True, help="Words of each text.")
def main(captures: tuple[int, ...], words: int) -> None:
    """Measure each number of CAPTURES in its own processes."""
    sizes = [
        (count, words, each)
        for count in captures or (1_000, 10_000, 100_000)
        for each in sorted({min(count, 1_000), count})
    ]
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        pool.starmap(measure, sizes, chunksize=1)


if __name__ == "__main__":
    main()
