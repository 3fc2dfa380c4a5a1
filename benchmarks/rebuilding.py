"""Rebuild an archive with one worker and with two, alternately.

It prints seconds, CPU seconds, and the part that cannot run in parallel. On a shared machine the clock means
little. The CPU seconds show the time of an idle machine with two cores: the start of the main process is
serial, and everything else is divided among the cores. With one job, the time of the workers counts. Linux
only.

Run: python benchmarks/rebuilding.py [--times 3] [WARC CSV]
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import click
from used import Used, run

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers"
POLICYTRAIL = (sys.executable, "-m", "crawler.cli")


@click.command()
@click.argument("warc", type=Path, default=CORPUS / "retailers.warc.gz")
@click.argument("csv", type=Path, default=CORPUS / "retailers.csv")
@click.option("--times", default=3, show_default=True)
def main(warc: Path, csv: Path, times: int) -> None:
    """Import WARC, then rebuild it alternately with one job and with two."""
    with tempfile.TemporaryDirectory() as folder:
        origin = Path(folder) / "origin.db"
        run(*POLICYTRAIL, "import", origin, warc, "--retailers", csv)
        start_up = run(sys.executable, "-c", "import crawler.cli.rebuild").main
        taken: dict[int, list[Used]] = {1: [], 2: []}
        for jobs in (1, 2) * times:
            db = Path(shutil.copy(origin, Path(folder) / "archive.db"))
            used = run(*POLICYTRAIL, "rebuild", db, "--jobs", jobs)
            taken[jobs].append(used)
            click.echo(
                f"{jobs} jobs: {used.seconds:6.1f} s; CPU: {used.main:5.1f} s main process, "
                f"{used.others:5.1f} s workers"
            )
    ratio = statistics.median(one.seconds / two.seconds for one, two in zip(taken[1], taken[2], strict=True))
    both = taken[1] + taken[2]
    own, others = (statistics.median(one.main for one in both), statistics.median(one.others for one in both))
    alone = start_up + others
    together = start_up + (own - start_up + others) / 2
    click.echo(f"two jobs are {ratio:.2f} times as fast as one, by the clock")
    click.echo(
        f"CPU: {own + others:.1f} s, {own / (own + others):.0%} of them in the main process "
        f"({start_up:.1f} s to start); "
        f"on two idle cores: {alone:.1f} s and {together:.1f} s, {alone / together:.2f} times as fast"
    )


if __name__ == "__main__":
    main()
