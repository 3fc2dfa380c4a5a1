"""Bulk runs on generated captures: one worker against two, bare trafilatura, and an import of the same files.

The captures are those of WARC, copied under other domains until there are enough, in so many files. Speeds
are in records a second of processor time of all processes, because on a shared machine the clock means
little; the ratio of two workers to one is by the clock too. Linux only.

Run: python benchmarks/bulk.py [--captures 10000] [--files 64] [WARC]
"""

import itertools
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import click
import trafilatura
from used import Used, run
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.bulk.history import TABLES
from crawler.importing import warc_reader

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers"
POLICYTRAIL = (sys.executable, "-m", "crawler.cli")
MILLION_100 = 100_000_000


def bulk(*arguments: object) -> Used:
    """Run a bulk command, and return what it used."""
    return run(*POLICYTRAIL, "bulk", "--every", *arguments, allowed=(0, 3))  # 3: contradictory captures


def copies(warc: Path) -> Iterator[warc_reader.Record]:
    """Yield the captures of a file with a body, again and again, each time under other domains."""
    found = [
        one for one in warc_reader.read(warc) if isinstance(one, warc_reader.Record) and one.body is not None
    ]
    for number in itertools.count():
        for one in found:
            parts = urlsplit(one.original)
            host = f"c{number}-{(parts.hostname or '').replace('.', '-')}.example"
            yield warc_reader.Record(**{**vars(one), "original": parts._replace(netloc=host).geturl()})


def generate(warc: Path, folder: Path, captures: int, files: int) -> list[tuple[bytes, str]]:
    """Write captures into files, each file the next stretch of them; return bodies with their addresses."""
    folder.mkdir()
    source, made = copies(warc), []
    for number in range(files):
        with (folder / f"{number:03}.warc.gz").open("wb") as out:
            writer = WARCWriter(out)
            for one in itertools.islice(source, captures // files):
                made.append((one.body or b"", one.original))
                head = StatusAndHeaders(f"{one.status or 200} OK", list(one.headers), protocol="HTTP/1.1")
                stamp = one.timestamp
                date = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"
                writer.write_record(
                    writer.create_warc_record(
                        one.original,
                        "response",
                        payload=BytesIO(one.body or b""),
                        http_headers=head,
                        warc_headers_dict={"WARC-Date": date},
                    )
                )
    return made


def bare(bodies: list[tuple[bytes, str]]) -> float:
    """Extract as a plain script would, and return CPU seconds."""
    start = time.process_time()
    for body, url in bodies:
        trafilatura.extract(body, url=url, output_format="markdown", include_links=True)
    return time.process_time() - start


@click.command()
@click.argument("warc", type=Path, default=CORPUS / "retailers.warc.gz")
@click.option("--captures", default=10_000, show_default=True)
@click.option("--files", default=64, show_default=True)
def main(warc: Path, captures: int, files: int) -> None:
    """Measure on so many captures, and memory and history once more on half of them."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        bodies = generate(warc, folder / "in", captures, files)
        half = folder / "half"
        half.mkdir()
        for file in sorted((folder / "in").iterdir())[: files // 2]:
            shutil.copy(file, half)
        figures(folder, bodies, half)


def figures(folder: Path, bodies: list[tuple[bytes, str]], half: Path) -> None:
    """Print all figures for the files in `folder`/in, and memory and history for those in `half` too."""
    count, start_up = len(bodies), run(sys.executable, "-c", "import crawler.cli.bulk").cpu
    one = bulk(folder / "in", folder / "one", "--jobs", 1)
    two = bulk(folder / "in", folder / "two", "--jobs", 2)
    imported = run(
        *POLICYTRAIL, "import", folder / "a.db", folder / "in", "--every", "--jobs", 1, allowed=(0, 3)
    )
    plain = bare(bodies)
    click.echo(f"{count} captures in {len(list((folder / 'in').iterdir()))} files")
    click.echo(f"one worker:  {one.seconds:7.1f} s, {one.cpu:7.1f} CPU s, {one.largest:4.0f} MB at most")
    click.echo(f"two workers: {two.seconds:7.1f} s, {two.cpu:7.1f} CPU s, {two.largest:4.0f} MB at most")
    click.echo(f"import:      {imported.seconds:7.1f} s, {imported.cpu:7.1f} CPU s")
    click.echo(f"trafilatura:            {plain:7.1f} CPU s")
    click.echo(f"two workers are {one.seconds / two.seconds:.2f} times as fast as one, by the clock")
    click.echo(f"records a core against bare trafilatura: {plain / one.cpu:.2f}")
    click.echo(f"records a core against import: {imported.cpu / one.cpu:.2f}")
    of_half = bulk(half, folder / "half-out", "--jobs", 1)
    click.echo(f"memory: {of_half.largest:.0f} MB for half of the captures, {one.largest:.0f} MB for all")
    histories = [history(half, folder / "half-out"), history(folder / "in", folder / "one")]
    rates = [
        1000 * (used.cpu - start_up) / number
        for used, number in zip(histories, (count // 2, count), strict=True)
    ]
    click.echo(f"history: {rates[0]:.1f} CPU ms a capture for half of the captures, {rates[1]:.1f} for all")
    hours = one.cpu / count * MILLION_100 / 3600
    click.echo(f"100 million captures: {hours:,.0f} core hours, {hours / 24 / 64:.1f} days on 64 cores")


def history(source: Path, out: Path) -> Used:
    """Derive the histories of a result again."""
    for table in TABLES:
        shutil.rmtree(out / table)
    return bulk(source, out, "--jobs", 1)


if __name__ == "__main__":
    main()
