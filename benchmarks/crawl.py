#!/usr/bin/env python3
"""A whole crawl over HTTP and an import, compared with bare trafilatura and a plain script.

Bare trafilatura extracts the same bodies with as many processes. The script (peer.py) consists of EDGI's
wayback, trafilatura and sqlite-utils, and reads the same served archive in one process.

Run from the project's root: python benchmarks/crawl.py [WARC RETAILERS_CSV]. It imports the WARC file into a
temporary archive, serves it on loopback, and crawls it with rates off. With one process for the extraction
and with one per core it prints the speeds by the clock and their ratio, the peak memory of the main process,
and the processor time of bare trafilatura and of the crawl: its main process, its workers (extraction,
history, findings, claims), and the server. The server shares the cores, so the clock of the crawl includes
its time too. Then it prints the processor time of the import with all its processes, as a ratio to bare
trafilatura: what is equal is extracted and compared once in it. At last come the speed of the crawl as a
ratio to the script's, by the clock, the largest process, and bytes a capture. Linux only.
"""

import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import trafilatura
from used import Used, run

from crawler.demo.run import serving
from crawler.importing import warc_reader

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers"
POLICYTRAIL = (sys.executable, "-m", "crawler.cli")
NO_RATES = ("--cdx-per-minute", 0, "--replay-per-minute", 0)


class Measured:
    """What some work took: seconds by the clock, and the processor time of all processes that ended in it."""

    seconds = cpu = 0.0


def bare(job: tuple[bytes, str]) -> int:
    """Extract as a plain script would."""
    return len(trafilatura.extract(job[0], url=job[1], output_format="markdown", include_links=True) or "")


def bodies(file: Path) -> list[tuple[bytes, str]]:
    """Return the distinct bodies, which a crawl fetches."""
    found = {
        (record.original, record.digest): (record.body or b"", record.original)
        for record in warc_reader.read(file)
        if isinstance(record, warc_reader.Record)
    }
    return list(found.values())


@contextmanager
def measured() -> Iterator[Measured]:
    """Measure what is done meanwhile."""
    before, start, found = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), Measured()
    yield found
    after, found.seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    found.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def crawl(origin: Path, archive: Path, csv: Path, processes: int) -> tuple[Used, float]:
    """Crawl the served archive; return what the crawl used, and the processor time of the server."""
    with measured() as all_of_it, serving(origin) as address:
        command = ("crawl", archive, "--retailers", csv, "--source", address, "--jobs", processes)
        used = run(*POLICYTRAIL, *command, *NO_RATES)
    return used, all_of_it.cpu - used.cpu


def peer(origin: Path, file: Path, csv: Path) -> Used:
    """Let the plain script read the served archive; return what it used."""
    with serving(origin) as address:
        return run(sys.executable, Path(__file__).with_name("peer.py"), address, csv, file)


def alone(jobs: list[tuple[bytes, str]], processes: int) -> Measured:
    """Extract the bodies with trafilatura only."""
    with measured() as all_of_it, ProcessPoolExecutor(processes) as pool:
        list(pool.map(bare, jobs[:processes]))  # workers have started and imported
        start = time.perf_counter()
        list(pool.map(bare, jobs, chunksize=4))
        seconds = time.perf_counter() - start
    all_of_it.seconds = seconds
    return all_of_it


def main(file: Path, csv: Path) -> None:
    """Measure and print."""
    jobs = bodies(file)
    with tempfile.TemporaryDirectory() as folder:
        origin, archive = Path(folder) / "origin.db", Path(folder) / "archive.db"
        imported = run(*POLICYTRAIL, "import", origin, file, "--retailers", csv)
        for processes in sorted({1, os.cpu_count() or 1}):
            archive = Path(folder) / f"archive{processes}.db"
            plain = alone(jobs, processes)
            used, server = crawl(origin, archive, csv, processes)
            print(f"{len(jobs)} distinct bodies, {processes} processes for the extraction")
            print(f"  bare trafilatura  {len(jobs) / plain.seconds:7.1f} bodies a second")
            print(
                f"  whole crawl       {len(jobs) / used.seconds:7.1f} bodies a second, "
                f"{plain.seconds / used.seconds:.2f} of the bare speed"
            )
            print(f"  peak memory       {used.megabytes:7.0f} MB main process")
            print(
                f"  processor time    {plain.cpu:7.1f} s bare; the crawl {used.cpu:.1f} s: "
                f"main process {used.main:.1f} s, workers {used.others:.1f} s; server {server:.1f} s"
            )
        print(
            f"import with reuse   {imported.cpu:7.1f} s of processor time, "
            f"{plain.cpu / imported.cpu:.2f} of the bare speed: "
            f"main process {imported.main:.1f} s, workers {imported.others:.1f} s"
        )
        db = sqlite3.connect(archive)
        (captures,) = db.execute("select count(*) from captures where state = 'fetched'").fetchone()
        (stored,) = db.execute(
            "select sum(pgsize) from dbstat where name in ('bodies', 'sqlite_autoindex_bodies_1')"
        ).fetchone()
        scripted = peer(origin, Path(folder) / "peer.db", csv)
        print(
            f"plain script        {captures / scripted.seconds:7.1f} captures a second; "
            f"the crawl {captures / used.seconds:.1f}, {scripted.seconds / used.seconds:.2f} times as many"
        )
        print(f"largest process     {max(imported.largest, used.largest, scripted.largest):7.0f} MB")
        print(
            f"bodies              {stored / captures:7.0f} bytes a capture with all overhead of their table"
        )
        print(f"whole file          {archive.stat().st_size / captures:7.0f} bytes a capture")


if __name__ == "__main__":
    main(
        *(
            map(Path, sys.argv[1:3])
            if len(sys.argv) > 2
            else (CORPUS / "retailers.warc.gz", CORPUS / "retailers.csv")
        )
    )
