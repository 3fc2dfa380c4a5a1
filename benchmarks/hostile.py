"""Input, places and visitors that are meant to hurt. Nothing may stop the work, or take more than it may.

Scenarios: ``expressions`` (all regular expressions), ``pdfs``, ``warcs`` (with bombs of 3 GB),
``disturbances`` (kills, SIGHUP, two writers, a clock that jumps back, read-only places), ``worst_pages`` (a
crawl with the ten worst pages among a hundred good shops) and ``visitors`` (64 at once, 8 with endless SQL).
The clock needs a C compiler, and read-only places the right to mount; a case that is not tried says so.

Two lanes of scenarios run at once; the visitors come after them, because they measure how long pages take.

Run: nice python benchmarks/hostile.py [--seed 7] [SCENARIO ...]      (under 20 minutes on two idle cores)
"""

from __future__ import annotations

import importlib
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).with_name("hostile_parts"))]

from common import Place, Row, run  # noqa: E402 - beside this file

SECONDS = {
    "expressions": 300,
    "pdfs": 200,
    "warcs": 400,
    "worst_pages": 600,
    "disturbances": 1_000,
    "visitors": 150,
}
"""The most that a scenario may take on two idle cores."""
LANES = (("expressions", "pdfs", "warcs", "worst_pages"), ("disturbances",)), (("visitors",),)
"""What runs one after the other, in lanes that run at once."""


@click.command()
@click.argument("chosen", metavar="[SCENARIO]...", nargs=-1, type=click.Choice(tuple(SECONDS)))
@click.option("--seed", default=7, show_default=True, help="Of everything that is random.")
@click.option(
    "--slower",
    default=1.0,
    show_default=True,
    help="How many times as long a scenario may take: for a busy machine.",
)
def main(chosen: tuple[str, ...], seed: int, slower: float) -> None:
    """Run each SCENARIO, or all. The exit status is 1 if anything is wrong, or was left out."""
    click.echo(f"seed {seed}")
    rows: list[Row] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as threads:

        def run_lane(lane: tuple[str, ...]) -> list[Row]:
            wanted = [name for name in lane if name in (chosen or SECONDS)]
            return [row for name in wanted for row in rows_of(name, Path(folder), seed, slower)]

        for lanes in LANES:
            for found in threads.map(run_lane, lanes):
                rows += found
    table(rows)
    click.echo(f"in {time.monotonic() - began:.0f} s")
    sys.exit(any(row.wrong for row in rows))


def rows_of(name: str, folder: Path, seed: int, slower: float) -> list[Row]:
    """Run a scenario; print and return its rows. The cases after its time are left out, with a row."""
    place = Place(folder / name, random.Random(f"{seed} {name}"), folder / "demo")
    place.folder.mkdir()
    place.environment["POLICYTRAIL_STATE"] = str(place.folder / "state")
    if name == "visitors":
        run(sys.executable, "-m", "crawler.cli", "demo", place.demo, most=600)
    began, most, rows = time.monotonic(), SECONDS[name] * slower, list[Row]()
    for row in importlib.import_module(name).rows(place):
        rows.append(row)
        mark = f"WRONG: {row.wrong}" if row.wrong else ""
        click.echo(f"{row.scenario:12} {row.case[:70]:70} {row.seconds:6.1f} s {row.megabytes:5} MB {mark}")
        if time.monotonic() - began > most:
            rows.append(Row(row.scenario, "the cases after it", f"not tried after {most:.0f} s"))
            break
    click.echo(f"{name}: {time.monotonic() - began:.0f} s")
    shutil.rmtree(place.folder, ignore_errors=True)
    return rows


def table(rows: list[Row]) -> None:
    """Print cases, wrong ones, the longest time and the most memory of each scenario."""
    click.echo(f"\n{'scenario':12} {'cases':>6} {'wrong':>6} {'longest':>9} {'most memory':>12}")
    for name in dict.fromkeys(row.scenario for row in rows):
        of = [row for row in rows if row.scenario == name]
        wrong = sum(bool(row.wrong) for row in of)
        longest, most = max(row.seconds for row in of), max(row.megabytes for row in of)
        click.echo(f"{name:12} {len(of):6} {wrong:6} {longest:7.1f} s {most:9} MB")


if __name__ == "__main__":
    main()
