"""The process beside a worker that extracts pages."""

import asyncio
import multiprocessing

from crawler.bulk.extraction import processes
from crawler.workers import tasks


def extract_and_end() -> None:
    asyncio.run(processes().call(60, tasks.nothing_much))


def test_a_worker_that_ends_does_not_wait_for_the_process_that_extracts():
    """Dask's would wait at its end, until it is killed."""
    worker = multiprocessing.get_context("spawn").Process(target=extract_and_end)
    worker.start()
    try:
        worker.join(120)
        assert worker.exitcode == 0
    finally:
        worker.kill()
