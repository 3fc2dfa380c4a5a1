"""Rebuild an archive with one worker and with two, alternately.

It prints seconds, CPU seconds, and the part that cannot run in parallel. On a shared machine the clock means
little. The CPU seconds show the time of an idle machine with two cores: the start of the main process is
serial, and everything else is divided among the cores. With one job, the time of the workers counts. Linux
only.

Run: python benchmarks/rebuilding.py [--times 3] [WARC CSV]
"""

import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers"
POLICYTRAIL = (sys.executable, "-m", "crawler.cli")
_PR_SET_CHILD_SUBREAPER = (
    36  # <sys/prctl.h>: so that the workers' server, left behind by its parent, is waited for here
)


def run(*command: object) -> tuple[float, float, float]:
    """Run a command; return seconds, CPU seconds of its main process, and those of its children."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    seconds = main = others = 0.0
    while True:
        try:
            pid, status, used = os.wait4(-1, 0)
        except ChildProcessError:
            return seconds, main, others
        cpu = used.ru_utime + used.ru_stime
        if pid == process.pid:
            seconds, main = time.perf_counter() - start, cpu
            if status:
                raise click.ClickException(f"{command} failed")
        else:
            others += cpu


@click.command()
@click.argument("warc", type=Path, default=CORPUS / "retailers.warc.gz")
@click.argument("csv", type=Path, default=CORPUS / "retailers.csv")
@click.option("--times", default=3, show_default=True)
def main(warc: Path, csv: Path, times: int) -> None:
    """Import WARC, then rebuild it alternately with one job and with two."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        origin = Path(folder) / "origin.db"
        run(*POLICYTRAIL, "import", origin, warc, "--retailers", csv)
        _, start_up, _ = run(sys.executable, "-c", "import crawler.cli.rebuild")
        taken: dict[int, list[tuple[float, float, float]]] = {1: [], 2: []}
        for jobs in (1, 2) * times:
            db = Path(shutil.copy(origin, Path(folder) / "archive.db"))
            taken[jobs].append(run(*POLICYTRAIL, "rebuild", db, "--jobs", jobs))
            seconds, own, others = taken[jobs][-1]
            click.echo(
                f"{jobs} jobs: {seconds:6.1f} s; CPU: {own:5.1f} s main process, {others:5.1f} s workers"
            )
    ratio = statistics.median(one[0] / two[0] for one, two in zip(taken[1], taken[2], strict=True))
    own, others = (statistics.median(row[n] for row in taken[1] + taken[2]) for n in (1, 2))
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
