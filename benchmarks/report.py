"""Compute the report of an archive file, and find planted families of texts.

`report ARCHIVE` prints seconds and peak memory of `policytrail report ARCHIVE --out`, with `--alone` also for
each table alone. Without ARCHIVE, it is the generated archive of benchmarks/web.py (2,000 retailers, 20,000
versions), made once and kept.

`families` plants policies of templates, with names swapped and a fifth of the sentences written anew. It
prints the precision and recall of pairs, and the time for each policy.

Run: python benchmarks/report.py report [ARCHIVE] [--folder .cache/web]
     python benchmarks/report.py families [--policies 3000] [--templates 40] [--seed 8]
"""

import sys
import tempfile
import time
from pathlib import Path

import click
from exporting import measured
from web import generated

from db.report import compute
from db.report.templates import families
from db.report.texts import plain
from db.report.texts.masking import hashes_of, masked_sentences, names_of
from db.report.texts.simhash import simhash

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.support import templates


@click.group()
def main() -> None:
    """Measure the report."""


@main.command()
@click.argument("archive", type=click.Path(path_type=Path), required=False)
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".cache/web"))
@click.option("--alone", is_flag=True, help="Also each table alone.")
def report(archive: Path | None, folder: Path, alone: bool) -> None:
    """Print seconds, processor time and peak memory of the report."""
    place = archive or generated(folder)
    for names in [",".join(compute.NAMES), *(compute.NAMES if alone else ())]:
        with tempfile.TemporaryDirectory() as out:
            command = [
                sys.executable,
                "-m",
                "policytrail",
                "report",
                place,
                "--table",
                names,
                "--out",
                f"{out}/r",
            ]
            seconds, busy, megabytes = measured(*command)
        print(f"{names:30} {seconds:7.1f} s {busy:7.1f} s of processor time {megabytes:7.0f} MB")


@main.command("families")
@click.option("--policies", default=3000)
@click.option("--templates", "originals", default=40)
@click.option("--seed", default=8)
def planted_families(policies: int, originals: int, seed: int) -> None:
    """Print precision and recall of the pairs of planted families."""
    planted = templates.plant(policies, originals, seed)
    began = time.perf_counter()
    drawn = [hashes_of(masked_sentences(one.markdown, names_of(one.domain, one.name))) for one in planted]
    read = time.perf_counter()
    simhashes = [simhash(plain.words(one.markdown)) for one in planted]
    for name, found in (
        ("half", lambda: families.families(drawn)),
        ("near", lambda: families.near(simhashes)),
    ):
        start = time.perf_counter()
        precision, recall = templates.precision_and_recall([one.family for one in planted], found())
        took = time.perf_counter() - start
        print(f"{name:10} precision {precision:.4f} recall {recall:.4f} in {took:.1f} s")
    print(f"masked and hashed: {1000 * (read - began) / policies:.2f} ms a policy")


if __name__ == "__main__":
    main()
