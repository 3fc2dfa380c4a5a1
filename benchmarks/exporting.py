"""Export a generated archive of 20,000 versions in every format, twice each.

It prints seconds, peak memory and size. The archive is that of benchmarks/web.py (2,000 retailers, 100,000
captures), generated once and kept. Each export is a process, as users start it. The simplest reading of the
same texts, `select markdown` into one file, is a measure of the machine.

Run: python benchmarks/exporting.py [--folder .cache/web] [FORMAT ...]
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
from web import generated

from db.export.formats import NAMES as FORMATS

PLAIN = """
import sqlite3, sys
with open(sys.argv[2], "w") as out:
    query = "select markdown from versions join texts t on t.id = text_id"
    for (text,) in sqlite3.connect(sys.argv[1]).execute(query):
        out.write(text)
"""


# A process of its own: the peak of a process begins with the size of the one that started it.
METER = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(status)
"""


def measured(*command: object) -> tuple[float, float, float]:
    """Run a command; return its seconds, CPU seconds, and peak memory in MB."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", METER, *map(str, command)], stdout=subprocess.PIPE, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise click.ClickException(f"{command} ended with {done.returncode}")
    busy, kilobytes = done.stdout.split()
    return seconds, float(busy), float(kilobytes) / 1024


def size(place: Path) -> int:
    """Return the megabytes of a file or folder."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) >> 20


@click.command()
@click.argument("chosen", metavar="[FORMAT]...", nargs=-1, type=click.Choice(list(FORMATS)))
@click.option(
    "--folder",
    default=".cache/web",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the archive is kept.",
)
def main(chosen: tuple[str, ...], folder: Path) -> None:
    """Measure these formats, or all of them."""
    archive = generated(folder)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        out = Path(scratch) / "out"
        _print("plain reading", out, *measured(sys.executable, "-c", PLAIN, archive, out))
        out.unlink()
        for form in chosen or FORMATS:
            command = (sys.executable, "-m", "crawler.cli", "export", archive, out, "--format", form)
            _print(form, out, *measured(*command))
            _print("  again", out, *measured(*command))
            shutil.rmtree(out) if out.is_dir() else out.unlink()


def _print(what: str, out: Path, seconds: float, busy: float, memory: float) -> None:
    click.echo(
        f"{what:14} {seconds:6.1f} s   {busy:6.1f} s of CPU   {memory:5.0f} MB of memory   "
        f"{size(out):5} MB of files"
    )


if __name__ == "__main__":
    main()
