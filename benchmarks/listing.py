#!/usr/bin/env python3
"""Peak memory and time of a crawl that lists 1,000, 10,000 and 100,000 captures.

Run from the project's root: python benchmarks/listing.py [CAPTURES ...]. It serves a generated archive, with
a page per thousand captures of ten digests, and crawls it over HTTP with rates off.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.demo.run import serving
from db.database import open_archive, transaction
from db.store import retailers
from db.store.bodies import Bodies
from db.store.captures import IndexRow, Replayed, find, record_rows, set_fetched
from db.store.sharing import same_digest

OF_A_PAGE = 1_000
DIGESTS = 10
TEXT = (
    "<h1>Privacy policy</h1><p>We collect your e-mail address and cookies, "
    "and share personal information with nobody.</p>"
)


def fill(file: Path, captures: int) -> None:
    """Write the archive to crawl, and the list of its pages."""
    db = open_archive(file, create=True)
    bodies = Bodies(db)
    pages = ["domain,policy_url"]
    for number in range(captures // OF_A_PAGE):
        domain, url = f"shop{number}.example", f"http://shop{number}.example/privacy"
        pages.append(f"{domain},{url}")
        with transaction(db):
            page = retailers.add_page(db, retailers.add_policy(db, domain), url, "given")
            rows = [
                IndexRow(
                    page.urlkey,
                    f"{2000 + n // 336}{1 + n // 28 % 12:02}{1 + n % 28:02}000000",
                    url,
                    "text/html",
                    200,
                    f"D{n % DIGESTS}",
                )
                for n in range(OF_A_PAGE)
            ]
            record_rows(db, page.id, "benchmark", rows)
            for n, row in enumerate(rows[:DIGESTS]):
                capture = find(db, page.id, row)
                assert capture
                body = f"{TEXT}<p>Edition {n} of {domain}.</p>".encode()
                headers = (("Content-Type", "text/html"),)
                set_fetched(
                    db, bodies, capture, Replayed("benchmark", body, headers, 200, "2026-01-01T00:00:00Z")
                )
                same_digest.share(db, bodies, capture.id, proven=True)
    file.with_suffix(".csv").write_text("\n".join([*pages, ""]))
    db.close()


def main(counts: list[int]) -> None:
    """Measure and print."""
    for captures in counts:
        with tempfile.TemporaryDirectory() as folder:
            origin = Path(folder) / "origin.db"
            fill(origin, captures)
            with serving(origin) as address:
                command = [
                    sys.executable,
                    "-m",
                    "crawler.cli",
                    "crawl",
                    str(Path(folder) / "archive.db"),
                    "--source",
                    address,
                ]
                start = time.perf_counter()
                csv = str(origin.with_suffix(".csv"))
                process = subprocess.Popen(
                    [*command, "--retailers", csv, "--cdx-per-minute", "0", "--replay-per-minute", "0"],
                    stdout=subprocess.DEVNULL,
                )
                _, status, usage = os.wait4(process.pid, 0)
            if status:
                sys.exit(f"the crawl ended with status {os.waitstatus_to_exitcode(status)}")
            print(
                f"{captures:7,} captures listed: {usage.ru_maxrss / 1024:4.0f} MB at most, "
                f"{time.perf_counter() - start:6.1f} s"
            )


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [1_000, 10_000, 100_000])
