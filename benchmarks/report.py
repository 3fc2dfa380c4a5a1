"""Compute the report of an archive file, and find planted families of texts.

`report ARCHIVE` prints seconds and peak memory of `policytrail report ARCHIVE --out`, with `--alone` also for
each table alone. Without ARCHIVE, it is the generated archive of benchmarks/web.py (2,000 retailers, 20,000
versions), made once and kept.

`families` plants policies of templates, with names swapped and a fifth of the sentences written anew. It
prints the precision and recall of pairs, and the time for each policy.

`templates` writes such policies into an archive file, with captures of two years, and prints seconds and peak
memory of the table A8.

Run: python benchmarks/report.py report [ARCHIVE] [--folder .cache/web] [--jobs 2]
     python benchmarks/report.py families [--policies 3000] [--templates 40] [--seed 8]
     python benchmarks/report.py templates [--policies 100000] [--templates 1000] [--seed 8] [--jobs 2]
"""

import hashlib
import random
import sys
import tempfile
import time
from pathlib import Path

import click
from exporting import measured
from sqlite_utils import Database
from web import generated

from db.database import open_archive, transaction
from db.normalisation import wording_key
from db.report import compute
from db.report.templates.families import HALF_SHARED, NEAR_TEXTS, groups
from db.report.texts import plain
from db.report.texts.masking import masked, masked_sentences, names_of
from db.report.texts.simhash import simhash
from db.store import retailers, texts
from db.store.texts import Text

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.support import templates

_CAPTURES, _YEARS = 4, (2018, 2019)  # of each planted policy


@click.group()
def main() -> None:
    """Measure the report."""


@main.command()
@click.argument("archive", type=click.Path(path_type=Path), required=False)
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".cache/web"))
@click.option("--alone", is_flag=True, help="Also each table alone.")
@click.option("--jobs", default=0)
def report(archive: Path | None, folder: Path, alone: bool, jobs: int) -> None:
    """Print seconds, processor time and peak memory of the report."""
    place = archive or generated(folder)
    for names in [",".join(compute.NAMES), *(compute.NAMES if alone else ())]:
        _measure(place, names, jobs)


def _measure(archive: Path, names: str, jobs: int) -> None:
    with tempfile.TemporaryDirectory() as out:
        options = ("--table", names, "--jobs", jobs, "--out", f"{out}/r")
        seconds, busy, megabytes = measured(sys.executable, "-m", "policytrail", "report", archive, *options)
    print(f"{names:30} {seconds:7.1f} s {busy:7.1f} s of processor time {megabytes:7.0f} MB")


@main.command("templates")
@click.option("--policies", default=100_000)
@click.option("--templates", "originals", default=1000)
@click.option("--seed", default=8)
@click.option("--jobs", default=0)
def planted_archive(policies: int, originals: int, seed: int, jobs: int) -> None:
    """Print seconds, processor time and peak memory of the table A8 of planted policies."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.db"
        db = open_archive(archive, create=True)
        db.execute("pragma synchronous = off")
        with transaction(db):
            rng = random.Random(seed)
            for policy in templates.drawn(policies, originals, seed):
                _put(db, policy, rng)
        db.close()
        print(f"{policies} policies, {archive.stat().st_size >> 20} MB")
        _measure(archive, "A8", jobs)


def _put(db: Database, policy: templates.PlantedPolicy, rng: random.Random) -> None:
    """Store a policy with one text and some captures."""
    page = retailers.add_page(
        db, retailers.add_policy(db, policy.domain, policy.name), f"https://{policy.domain}/p", "list"
    )
    sha256 = hashlib.sha256(policy.markdown.encode()).hexdigest()
    words = len(policy.markdown.split())
    key = wording_key(policy.markdown)
    text = texts.put(db, Text(sha256, "", policy.markdown, "en", words, 1.0, key, "policy", ""), "benchmark")
    for _ in range(_CAPTURES):
        moment = f"{rng.choice(_YEARS)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}T00:00:00Z"
        db.execute(
            """insert or ignore into captures (page_id, archive, timestamp, captured_at, original, mimetype,
            status, digest, state, verdict, attempts, text_id)
            values (?, 'web.archive.org', ?, ?, ?, 'text/html', 200, '', 'fetched', 'policy', 1, ?)""",
            [page.id, "".join(filter(str.isdigit, moment)), moment, page.url, text],
        )


@main.command("families")
@click.option("--policies", default=3000)
@click.option("--templates", "originals", default=40)
@click.option("--seed", default=8)
def planted_families(policies: int, originals: int, seed: int) -> None:
    """Print precision and recall of the pairs of planted families."""
    planted = templates.plant(policies, originals, seed)
    began = time.perf_counter()
    drawn = [
        masked(masked_sentences(plain.blocks(one.markdown), names_of(one.domain, one.name)))
        for one in planted
    ]
    read = time.perf_counter()
    simhashes = [simhash(plain.words(one.markdown)) for one in planted]
    for name, found in (
        ("half", lambda: groups(drawn, HALF_SHARED)),
        ("near", lambda: groups(simhashes, NEAR_TEXTS)),
    ):
        start = time.perf_counter()
        precision, recall = templates.precision_and_recall([one.family for one in planted], found())
        took = time.perf_counter() - start
        print(f"{name:10} precision {precision:.4f} recall {recall:.4f} in {took:.1f} s")
    print(f"masked and hashed: {1000 * (read - began) / policies:.2f} ms a policy")


if __name__ == "__main__":
    main()
