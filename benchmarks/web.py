"""Median, first and worst time of every kind of page, and its processor time, in a served archive.

The archive has 2,000 retailers, 100,000 captures and 20,000 versions. It is generated once and kept in a
folder (600 MB, some minutes). `policytrail serve` serves it; requests go over HTTP on loopback, one after
another, each for another retailer. The first request of a kind is not in the median: with it the server reads
what it keeps until the file changes. On a busy machine, the server's processor time says more than the clock.

Run: python benchmarks/web.py [--folder .cache/web] [--requests 20] [KIND ...]
"""

import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote_plus

import click
import httpx
from webarchive import Size, archive

TARGET = 200  # milliseconds at the median
WORDS = (
    '"do not sell"',
    "cookies",
    "right to be forgotten",
    "personal information",
    '"third parties"',
    "we share your data",
)
PHRASES = ("do not sell", "cookies", "right to be forgotten", "third parties", "we share your data")
TABLES = (
    "change_log",
    "timeline",
    "latest_policies",
    "gaps",
    "capture_health",
    "panel_half_years",
    "versions",
    "changes",
    "captures",
    "texts",
    "pages",
    "known_changes",
    "retailer_attributes",
)
QUERIES = (
    "first_mention",
    "largest_changes",
    "unchanged_policies",
    "length_by_year",
    "without_captures",
    "announced_or_silent",
    "text_on_day",
    "panel",
    "removed_promises",
    "retention_changes",
    "first_named_recipient",
)
KINDS = ("sale", "recipient", "right", "retention")
FACETS = ("change_log", "timeline", "latest_policies")
ATTRIBUTE = quote_plus("sector: books")


def kinds(database: Path) -> dict[str, Callable[[random.Random], str]]:
    """Return for each kind of page a function that returns an address of that kind."""
    connection = sqlite3.connect(database)
    stored = connection.execute(
        """select p.retailer, max(v.number) from versions v join policies p on p.id = v.policy_id
        group by 1 having count(*) > 1"""
    ).fetchall()
    (largest,) = connection.execute(
        """select p.retailer from captures c
        join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
        group by p.id order by count(*) desc limit 1"""
    ).fetchone()
    pages = connection.execute("select url from pages").fetchall()
    connection.close()
    ours = f"/{database.stem}/-"

    def words(rng: random.Random) -> str:
        return quote_plus(rng.choice(WORDS))

    def comparison(rng: random.Random) -> str:
        domain, versions = rng.choice(stored)
        return f"{ours}/policies/{domain}/compare?old=1&new={versions}"

    def version(rng: random.Random) -> str:
        domain, versions = rng.choice(stored)
        return f"{ours}/policies/{domain}/{rng.randint(1, versions)}"

    def always(address: str) -> Callable[[random.Random], str]:
        return lambda _: address

    def facets(view: str) -> str:
        return f"/{database.stem}/{view}?attributes__arraycontains={ATTRIBUTE}"

    return {
        "home": always("/"),
        "home, some retailers": lambda rng: f"{ours}/policies?q=shop+{rng.randint(0, 99)}",
        "changes": always(f"{ours}/changes"),
        "changes, around GDPR": always(f"{ours}/changes?from=2018-03&to=2018-09&order=largest"),
        "changes, of a retailer": lambda rng: f"{ours}/changes?retailer={rng.choice(stored)[0]}",
        "home, a page of it": lambda rng: f"{ours}/policies?page={rng.randint(1, 40)}",
        "changes, last page": always(f"{ours}/changes?page=300"),
        "changes, silent, of 50 words": always(f"{ours}/changes?announced=silent&min_words=50"),
        "changes, JSON": always(f"{ours}/changes.json"),
        "retailer": lambda rng: f"{ours}/policies/{rng.choice(stored)[0]}",
        "retailer, the largest": always(f"{ours}/policies/{largest}"),
        "version": version,
        "comparison": comparison,
        "health": always(f"{ours}/health"),
        "search": lambda rng: f"{ours}/search?q={words(rng)}",
        "search, first": lambda rng: f"{ours}/search?view=first&q={words(rng)}",
        "search, one retailer": lambda rng: f"{ours}/search?retailer={rng.choice(stored)[0]}&q={words(rng)}",
        "search, JSON": lambda rng: f"{ours}/search.json?q={words(rng)}",
        "trends": lambda rng: f"{ours}/trends?q={words(rng)}",
        "trends, three phrases": lambda rng: (
            f"{ours}/trends?" + "&".join(f"q={quote_plus(phrase)}" for phrase in rng.sample(PHRASES, 3))
        ),
        "trends, SVG": lambda rng: f"{ours}/trends.svg?q={words(rng)}",
        "trends of statements": always(f"{ours}/trends/findings"),
        "trends of a kind": lambda rng: f"{ours}/trends/findings?finding={rng.choice(KINDS)}",
        "trends of a kind with words": always(f"{ours}/trends/findings?finding=sale&quote=sell"),
        "changes with a finding": lambda rng: f"{ours}/changes?finding={rng.choice(KINDS)}&move=removed",
        "changes that quote words": always(f"{ours}/changes?quote=sell"),
        "panel": always(f"{ours}/panel"),
        "panel, by month": lambda rng: f"{ours}/panel?every=month&page={rng.randint(1, 300)}",
        "panel, JSON": always(f"{ours}/panel.json?every=year"),
        "captures of an address": lambda rng: f"/web/*/{rng.choice(pages)[0]}",
        "feed": always(f"{ours}/changes.atom"),
        "feed of a retailer": lambda rng: f"{ours}/policies/{rng.choice(stored)[0]}/changes.atom",
        "feed, an older page": lambda rng: f"{ours}/changes.atom?page={rng.randint(2, 300)}",
        "database": always(f"/{database.stem}"),
        **{f"query {name}": always(f"/{database.stem}/{name}") for name in QUERIES},
        **{
            f"facet of {name}": always(facets(name)) for name in ("change_log", "timeline", "latest_policies")
        },
        **{f"table {name}": always(f"/{database.stem}/{name}") for name in TABLES},
    }


def generated(folder: Path) -> Path:
    """Return the archive in this folder, generated if it is missing."""
    path = folder / "archive.db"
    if not path.exists():
        click.echo(f"Generating {path}; it is kept")
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / "unfinished.db"
        unfinished.unlink(missing_ok=True)
        archive(unfinished, Size())
        unfinished.rename(path)
    return path


@contextmanager
def serving(path: Path) -> Iterator[tuple[str, int]]:
    """Serve the archive in its own process; yield its address and the id of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "crawler.cli", "serve", str(path), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and server.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@click.command()
@click.argument("chosen", metavar="[KIND]...", nargs=-1)
@click.option(
    "--folder",
    default=".cache/web",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the archive is kept.",
)
@click.option(
    "--requests", default=20, show_default=True, help="Of each kind, after one that is not counted."
)
def main(chosen: tuple[str, ...], folder: Path, requests: int) -> None:
    """Request pages of each KIND with one of these prefixes, or of all kinds."""
    path, rng = generated(folder), random.Random(6)
    slow = []
    click.echo(f"Load of the machine: {os.getloadavg()[0]:.1f}")
    with serving(path) as (address, pid), httpx.Client(base_url=address, timeout=60) as client:
        for kind, choose in kinds(path).items():
            if chosen and not kind.startswith(chosen):
                continue
            start = time.perf_counter()
            statuses = {client.get(choose(rng)).status_code}
            first = 1000 * (time.perf_counter() - start)
            times, used = [], processor_seconds(pid)
            for _ in range(requests):
                start = time.perf_counter()
                answer = client.get(choose(rng))
                times.append(1000 * (time.perf_counter() - start))
                statuses.add(answer.status_code)
            median, used = statistics.median(times), 1000 * (processor_seconds(pid) - used) / requests
            is_wrong = statuses != {200}
            slow += [kind] if median > TARGET or is_wrong else []
            mark = f"  status {sorted(statuses)}" if is_wrong else "  slow" if median > TARGET else ""
            click.echo(
                f"{kind:28} median {median:6.0f} ms   first {first:6.0f}   worst {max(times):6.0f}   "
                f"processor {used:5.0f} ms   "
                f"{len(answer.content) >> 10:5} KB{mark}"
            )
    click.echo(f"Slower than {TARGET} ms at the median, or with an error: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
