"""Export a generated archive of 20,000 versions in every format: seconds, peak memory, size, and the same once more.

The archive is that of benchmarks/web.py (2,000 retailers, 100,000 captures), generated once and kept. Each export is a process of its
own, as users start it; beside it stands the plainest reading of the same texts, `select markdown`, written to one file, as a measure
of the machine. Run: python benchmarks/exporting.py [--folder .cache/web] [FORMAT ...]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
from web import generated

from crawler.cli.export import FORMATS

PLAIN = """
import sqlite3, sys
with open(sys.argv[2], "w") as out:
    for (text,) in sqlite3.connect(sys.argv[1]).execute("select markdown from versions join texts t on t.id = text_id"):
        out.write(text)
"""


def measured(*command: object) -> tuple[float, float]:
    """Run a command; its seconds, and the peak of its memory in megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"{process.args} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def size(place: Path) -> int:
    """The megabytes of a file or folder."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) >> 20


@click.command()
@click.argument("chosen", metavar="[FORMAT]...", nargs=-1, type=click.Choice(list(FORMATS)))
@click.option(
    "--folder", default=".cache/web", type=click.Path(file_okay=False, path_type=Path), help="Where the archive is kept."
)
def main(chosen: tuple[str, ...], folder: Path) -> None:
    """Measure these formats, all of them without any."""
    archive = generated(folder)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        out = Path(scratch) / "out"
        seconds, memory = measured(sys.executable, "-c", PLAIN, archive, out)
        click.echo(f"{'plain reading':14} {seconds:6.1f} s   {memory:5.0f} MB   {size(out):5} MB written")
        out.unlink()
        for form in chosen or FORMATS:
            command = (sys.executable, "-m", "crawler.cli", "export", archive, out, "--format", form)
            (seconds, memory), (again, _) = measured(*command), measured(*command)
            click.echo(f"{form:14} {seconds:6.1f} s   {memory:5.0f} MB   {size(out):5} MB written   again {again:6.1f} s")
            shutil.rmtree(out) if out.is_dir() else out.unlink()


if __name__ == "__main__":
    main()
