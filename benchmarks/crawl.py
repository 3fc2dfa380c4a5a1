#!/usr/bin/env python3
"""Captures a second of a whole crawl over HTTP, beside bare trafilatura over the same bodies with as many processes.

Run from the project's root: python benchmarks/crawl.py [WARC RETAILERS_CSV]. Imports the WARC file into a scratch archive,
serves it on loopback, crawls it with rates off, and prints both speeds, their ratio, peak memory and bytes a capture.
"""

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import trafilatura

from crawler import warc
from crawler.demo.run import serving

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers"
PROCESSES = os.cpu_count() or 1


def bare(job: tuple[bytes, str]) -> int:
    """Extract as a plain script would."""
    return len(trafilatura.extract(job[0], url=job[1], output_format="markdown", include_links=True) or "")


def bodies(file: Path) -> list[tuple[bytes, str]]:
    """The distinct bodies, which is what a crawl fetches."""
    found = {(record.original, record.digest): (record.body or b"", record.original) for record in warc.read(file)}
    return list(found.values())


def crawl(origin: Path, archive: Path, csv: Path) -> tuple[float, float]:
    """Crawl the served archive: seconds, and peak memory of the main process and its largest worker in MB."""
    with serving(origin) as address:
        command = [sys.executable, "-m", "crawler.cli", "crawl", str(archive), "--retailers", str(csv), "--source", address]
        start = time.perf_counter()
        process = subprocess.Popen([*command, "--cdx-per-minute", "0", "--replay-per-minute", "0"])
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status:
        sys.exit(f"the crawl ended with status {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024


def main(file: Path, csv: Path) -> None:
    """Measure and print."""
    jobs = bodies(file)
    with tempfile.TemporaryDirectory() as folder:
        origin, archive = Path(folder) / "origin.db", Path(folder) / "archive.db"
        subprocess.run(
            [sys.executable, "-m", "crawler.cli", "import", str(origin), str(file), "--retailers", str(csv)], check=True
        )
        with ProcessPoolExecutor(PROCESSES) as pool:
            list(pool.map(bare, jobs[:PROCESSES]))  # workers have started and imported
            start = time.perf_counter()
            list(pool.map(bare, jobs, chunksize=4))
            plain = time.perf_counter() - start
        seconds, peak = crawl(origin, archive, csv)
        workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        db = sqlite3.connect(archive)
        (captures,) = db.execute("select count(*) from captures where state = 'fetched'").fetchone()
        (stored,) = db.execute(
            "select sum(pgsize) from dbstat where name in ('bodies', 'sqlite_autoindex_bodies_1')"
        ).fetchone()
        size = archive.stat().st_size
    print(f"{len(jobs)} distinct bodies of {captures} captures, {PROCESSES} processes")
    print(f"bare trafilatura  {len(jobs) / plain:7.1f} bodies a second")
    print(f"whole crawl       {len(jobs) / seconds:7.1f} bodies a second, {captures / seconds:.1f} captures a second")
    print(f"ratio             {plain / seconds:7.2f}")
    print(f"peak memory       {peak:7.0f} MB main process, {workers:.0f} MB largest process of all")
    print(f"bodies            {stored / captures:7.0f} bytes a capture with all overhead of their table")
    print(f"whole file        {size / captures:7.0f} bytes a capture")


if __name__ == "__main__":
    main(*(map(Path, sys.argv[1:3]) if len(sys.argv) > 2 else (CORPUS / "retailers.warc.gz", CORPUS / "retailers.csv")))
