"""Sixty-four visitors of a served archive at once, eight of them with SQL that never ends, and greedy SQL."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
from common import POLICYTRAIL, Place, Row, run, start

CONNECTIONS, ENDLESS = 64, 8
SECONDS = 15
PAUSE = 1.0
"""A reader looks at a page at least so long, in seconds, before the next one."""
MEDIAN = 0.5
"""Seconds, on a machine that has nothing else to do."""
MEGABYTES = 200
"""No single GET takes more memory than this."""
SPIN = """
import time
began, used = time.monotonic(), time.process_time()
while time.process_time() < used + 0.5:
    pass
print((time.monotonic() - began) / 0.5)
"""
LOOP = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
GREEDY = (
    "select zeroblob(200000000)",
    "select group_concat(hex(zeroblob(300000))) from (select 1 union all select 2 union all select 3)",
    "select instr(printf('%.*c', 100000000, 'a'), printf('%.*c', 1000000, 'a') || 'b')",
    "select " + ", ".join(["printf('%.*c', 390000, 'a')"] * 90),
    "with recursive c(x) as (select 1 union all select x + 1 from c) select hex(zeroblob(190000)) from c",
    "select replace(hex(zeroblob(190000)), '0', hex(zeroblob(190000)))",
)


@contextmanager
def served(place: Place) -> Iterator[tuple[httpx.Client, int]]:
    """Serve the demonstration archive; yield a client and the number of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(*POLICYTRAIL, "serve", place.demo / "archive.db", "--port", port, env=place.environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            for _ in range(300):
                try:
                    client.get("/")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield client, process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def peak(pid: int) -> int:
    """Return the peak memory of the largest process of a group, in megabytes."""
    sizes = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == pid:
                lines = status.read_text().splitlines()
                sizes += [int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")]
        except (OSError, ValueError):
            continue
    return max(sizes)


def rows(place: Place) -> Iterator[Row]:
    """Measure what greedy queries take, then how long readers wait beside endless ones."""
    with served(place) as (client, pid):
        for sql in GREEDY:
            before, began = peak(pid), time.monotonic()
            answer = client.get(f"/archive.json?sql={quote(sql)}")
            took = peak(pid) - before
            wrong = "" if answer.status_code in (200, 400) else f"status {answer.status_code}"
            wrong = wrong or ("" if took <= MEGABYTES else f"took {took} MB")
            yield Row("web", sql[:60], wrong, time.monotonic() - began, took)
    with served(place) as (client, _pid):
        for endless in (0, ENDLESS):
            before = slowness()
            times = waits(client, endless, place)
            slow = min(before, slowness())
            median, worst = statistics.median(times), max(times)
            case = f"{len(times)} pages, {endless} visitors endless: worst {worst:.1f} s, slow {slow:.1f}"
            yield Row("web", case, "" if median < MEDIAN * slow else f"median {median:.2f} s", median)


def slowness() -> float:
    """Return how many times its processor time some work takes; 1 where nothing else runs."""
    return float(run(sys.executable, "-c", SPIN).last_line)


def waits(client: httpx.Client, endless: int, place: Place) -> list[float]:
    """Return how long the readers waited for each page, in seconds."""
    domains = ["velvetbyte.example", "harbourlight-lamps.example", "mossandmarble.example"]
    pages = [
        "/",
        "/archive/-/policies",
        *(f"/archive/-/policies/{domain}" for domain in domains),
        *(f"/archive/-/policies/{domain}/1" for domain in domains),
        "/archive/-/search?q=cookies",
        "/archive/-/health",
    ]
    times: list[float] = []
    over = threading.Event()

    def read(seed: int) -> None:
        rng = type(place.rng)(seed)
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            over.wait(rng.uniform(0, PAUSE))
            while not over.is_set():
                began = time.monotonic()
                own.get(rng.choice(pages)).raise_for_status()
                times.append(time.monotonic() - began)
                over.wait(PAUSE)

    def attack() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            while not over.is_set():
                own.get(f"/archive.json?sql={quote(LOOP)}")

    threads = [threading.Thread(target=attack) for _ in range(endless)]
    threads += [threading.Thread(target=read, args=[seed]) for seed in range(CONNECTIONS - endless)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    over.set()
    for thread in threads:
        thread.join()
    return times
