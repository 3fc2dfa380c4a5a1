#!/usr/bin/env python3
"""Captures a second of a whole crawl over HTTP, compared with bare trafilatura and a plain script.

Bare trafilatura extracts the same bodies with as many processes. The script (peer.py) consists of EDGI's
wayback, trafilatura and sqlite-utils, and reads the same served archive.

Run from the project's root: python benchmarks/crawl.py [WARC RETAILERS_CSV]. It imports the WARC file into a
temporary archive, serves it on loopback, and crawls it with rates off. It prints the speeds, their ratios,
peak memory and bytes a capture, with one process for the extraction and with one per core. Server, crawl and
extraction share the cores.
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

from crawler.demo.run import serving
from crawler.importing import warc_reader

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers"


def bare(job: tuple[bytes, str]) -> int:
    """Extract as a plain script would."""
    return len(trafilatura.extract(job[0], url=job[1], output_format="markdown", include_links=True) or "")


def bodies(file: Path) -> list[tuple[bytes, str]]:
    """Return the distinct bodies, which a crawl fetches."""
    found = {
        (record.original, record.digest): (record.body or b"", record.original)
        for record in warc_reader.read(file)
    }
    return list(found.values())


def crawl(origin: Path, archive: Path, csv: Path, processes: int) -> tuple[float, float]:
    """Crawl the served archive; return seconds, and peak memory of the main process in MB."""
    with serving(origin) as address:
        command = [
            sys.executable,
            "-m",
            "crawler.cli",
            "crawl",
            str(archive),
            "--retailers",
            str(csv),
            "--source",
            address,
        ]
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--jobs", str(processes), "--cdx-per-minute", "0", "--replay-per-minute", "0"]
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status:
        sys.exit(f"the crawl ended with status {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024


def peer(origin: Path, file: Path, csv: Path) -> float:
    """Let the plain script read the served archive; return seconds."""
    script = Path(__file__).with_name("peer.py")
    with serving(origin) as address:
        start = time.perf_counter()
        subprocess.run([sys.executable, str(script), address, str(csv), str(file)], check=True)
        return time.perf_counter() - start


def alone(jobs: list[tuple[bytes, str]], processes: int) -> float:
    """Extract the bodies with trafilatura only; return seconds."""
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(bare, jobs[:processes]))  # workers have started and imported
        start = time.perf_counter()
        list(pool.map(bare, jobs, chunksize=4))
        return time.perf_counter() - start


def main(file: Path, csv: Path) -> None:
    """Measure and print."""
    jobs = bodies(file)
    with tempfile.TemporaryDirectory() as folder:
        origin, archive = Path(folder) / "origin.db", Path(folder) / "archive.db"
        subprocess.run(
            [sys.executable, "-m", "crawler.cli", "import", str(origin), str(file), "--retailers", str(csv)],
            check=True,
        )
        for processes in sorted({1, os.cpu_count() or 1}):
            archive = Path(folder) / f"archive{processes}.db"
            plain = alone(jobs, processes)
            seconds, peak = crawl(origin, archive, csv, processes)
            print(f"{len(jobs)} distinct bodies, {processes} processes for the extraction")
            print(f"  bare trafilatura  {len(jobs) / plain:7.1f} bodies a second")
            print(
                f"  whole crawl       {len(jobs) / seconds:7.1f} bodies a second, "
                f"{plain / seconds:.2f} of the bare speed"
            )
            print(f"  peak memory       {peak:7.0f} MB main process")
        db = sqlite3.connect(archive)
        (captures,) = db.execute("select count(*) from captures where state = 'fetched'").fetchone()
        (stored,) = db.execute(
            "select sum(pgsize) from dbstat where name in ('bodies', 'sqlite_autoindex_bodies_1')"
        ).fetchone()
        scripted = peer(origin, Path(folder) / "peer.db", csv)
        print(
            f"plain script        {captures / scripted:7.1f} captures a second; "
            f"the crawl {captures / seconds:.1f}, {scripted / seconds:.2f} times as many"
        )
        print(f"largest process     {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:7.0f} MB")
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
