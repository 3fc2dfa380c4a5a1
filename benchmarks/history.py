"""Derive the history of one policy from 1,000, 10,000 and 100,000 captures: seconds and memory, and how both grow.

Every capture shows another text (a cart counts on), every hundredth one another wording. Run:
python benchmarks/history.py [--words 300] [CAPTURES ...]
"""

import hashlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlite_utils import Database

from db import history, retailers, texts
from db.archive import open_archive, transaction
from db.captures import Row, find, record_rows
from db.texts import Text
from db.wording import wording_key

WORDS = ["we", "you", "the", "data", "of", "and", "to", "share", "use", "your", "with", "name", "order", "law", "for", "may"]
CHANGES_EVERY = 100


def sentences(rng: random.Random, words: int) -> list[str]:
    """A policy of so many words, in sentences of twelve."""
    return [" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(words // 12)]


def fill(db: Database, captures: int, words: int) -> int:
    """Enter the captures, half a day apart, with their texts."""
    rng = random.Random(captures)
    policy = sentences(rng, words)
    start = datetime(1996, 1, 1)
    with transaction(db):
        policy_id = retailers.add_policy(db, "shop.example")
        page = retailers.add_page(db, policy_id, "http://shop.example/privacy", "given")
        for number in range(captures):
            if number % CHANGES_EVERY == CHANGES_EVERY - 1:
                policy[rng.randrange(len(policy))] = sentences(rng, 12)[0]
            markdown = "# Privacy\n\n" + "\n\n".join([*policy[:5], f"Your cart: {number} items", *policy[5:]])
            key = hashlib.sha256(markdown.encode()).hexdigest()
            text = Text(key, "Privacy", markdown, "en", words, 1.0, wording_key(markdown), "policy", "")
            row = Row(page.urlkey, f"{start + number * timedelta(hours=1.9):%Y%m%d%H%M%S}", page.url, digest=key)
            record_rows(db, page.id, "benchmark", [row])
            capture = find(db, page.id, row)
            assert capture
            db.execute("update captures set state = 'fetched' where id = ?", [capture.id])
            texts.judge(db, capture.id, text, "benchmark")
    return policy_id


def measure(captures: int, words: int) -> None:
    """Fill an archive, derive, print the figures. The process' memory is measured, so each size has its own."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_archive(Path(folder) / "archive.db", create=True)
        policy_id = fill(db, captures, words)
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        history.rebuild(db, policy_id)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        more = (peak - before) / 1024
        versions, changes = (db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("versions", "changes"))
        click.echo(
            f"{captures:7,} captures of {words:,} words: {seconds:7.1f} s, {1e6 * seconds / captures:6.0f} µs each; "
            f"{peak / 1024:5.0f} MB at most, {more:.0f} MB of them for it; {versions} versions, {changes} changes"
        )


@click.command()
@click.argument("captures", nargs=-1, type=int)
@click.option("--words", default=300, show_default=True, help="Words of each text.")
@click.option("--alone", is_flag=True, hidden=True)
def main(captures: tuple[int, ...], words: int, alone: bool) -> None:
    """Measure each number of CAPTURES in a process of its own."""
    for count in captures or (1_000, 10_000, 100_000):
        if alone:
            measure(count, words)
        else:
            subprocess.run([sys.executable, __file__, str(count), "--words", str(words), "--alone"], check=True)


if __name__ == "__main__":
    main()
