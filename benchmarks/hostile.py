"""Input, places and visitors that are meant to hurt. Nothing may stop the work, or take more than it may.

Scenarios: ``expressions`` (all regular expressions), ``pdfs``, ``warcs`` (with bombs of 3 GB),
``disturbances`` (kills, SIGHUP, two writers, a clock that jumps back, read-only places), ``worst_pages`` (a
crawl with the ten worst pages among a hundred good shops) and ``visitors`` (64 at once, 8 with endless SQL).
The clock needs a C compiler, and read-only places the right to mount; a case that is not tried says so.

Run: nice python benchmarks/hostile.py [--seed 7] [SCENARIO ...]      (under 20 minutes on two idle cores)
"""

from __future__ import annotations

import importlib
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).with_name("hostile_parts"))]

from common import Place, Row, run  # noqa: E402 - beside this file

SCENARIOS = ("expressions", "pdfs", "warcs", "disturbances", "worst_pages", "visitors")


@click.command()
@click.argument("chosen", metavar="[SCENARIO]...", nargs=-1, type=click.Choice(SCENARIOS))
@click.option("--seed", default=7, show_default=True, help="Of everything that is random.")
@click.option(
    "--most", default=200, show_default=True, help="Seconds of a scenario; further cases are left out."
)
def main(chosen: tuple[str, ...], seed: int, most: int) -> None:
    """Run each SCENARIO, or all. The exit status is 1 if anything is wrong, or was left out."""
    click.echo(f"seed {seed}")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        for name in chosen or SCENARIOS:
            if name == "visitors" and not demo.exists():
                run(sys.executable, "-m", "crawler.cli", "demo", demo, most=600)
            place = Place(Path(folder) / name, random.Random(f"{seed} {name}"), demo)
            place.folder.mkdir()
            place.environment["POLICYTRAIL_STATE"] = str(place.folder / "state")
            began = time.monotonic()
            for row in importlib.import_module(name).rows(place):
                rows.append(row)
                mark = f"WRONG: {row.wrong}" if row.wrong else ""
                click.echo(
                    f"{row.scenario:12} {row.case[:70]:70} {row.seconds:6.1f} s {row.megabytes:5} MB {mark}"
                )
                if time.monotonic() - began > most:
                    rows.append(Row(row.scenario, "the cases after it", f"not tried after {most} s"))
                    break
            click.echo(f"{name}: {time.monotonic() - began:.0f} s")
            shutil.rmtree(place.folder, ignore_errors=True)
    table(rows)
    sys.exit(any(row.wrong for row in rows))


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
