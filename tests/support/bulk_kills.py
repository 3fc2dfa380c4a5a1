"""Bulk tasks that kill their own process at a chosen moment of their work.

A moment is a write to a file of the result, the time between two records of an input, or that between two
transactions of a history. So a run can be killed anywhere, and the same numbers kill it at the same place.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from unittest import mock

from crawler.bulk import history
from crawler.bulk.storage import store
from crawler.importing import warc_reader
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk


class _Moments:
    """Counts moments, and kills this process at the moment number `due` (0: never)."""

    def __init__(self, due: int) -> None:
        self.due, self.count = due, 0

    def __call__(self) -> None:
        self.count += 1
        if self.count == self.due:
            os.kill(os.getpid(), signal.SIGKILL)


class _Stream:
    """A stream with a moment before each write."""

    def __init__(self, stream: BinaryIO, moment: _Moments) -> None:
        self._stream, self._moment = stream, moment

    def write(self, content: bytes) -> int:
        self._moment()
        return self._stream.write(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def moments(due: int) -> Iterator[_Moments]:
    """Kill this process at a moment inside the block; yield the count of moments."""
    moment = _Moments(due)
    put, read, batch = store.Store.put, warc_reader.read_entries, history._import_batch

    def put_slowly(self: store.Store, name: str, write: Callable[[BinaryIO], object]) -> None:
        def write_slowly(out: BinaryIO) -> None:
            write(_Stream(out, moment))  # type: ignore[arg-type]
            moment()

        put(self, name, write_slowly)
        moment()

    def read_slowly(path: Path, before: int = 0) -> Iterator[Any]:
        for entry in read(path, before):
            moment()
            yield entry

    def import_slowly(*arguments: Any) -> None:
        batch(*arguments)
        moment()

    with (
        mock.patch.object(store.Store, "put", put_slowly),
        mock.patch.object(warc_reader, "read_entries", read_slowly),
        mock.patch.object(history, "_import_batch", import_slowly),
    ):
        yield moment


def run(plan: BulkPlan, due: int) -> bool:
    """Run a plan in a process of its own, killed at a moment. Return whether it was killed before its end."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(plan, due))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _run(plan: BulkPlan, due: int) -> None:
    with moments(due):
        run_bulk(plan, lambda line: None)


@dataclass(frozen=True)
class Killing:
    """A stage of a bulk run whose first tasks kill their worker, one for each number in `due`.

    `folder` is where the workers note which of them have done that.
    """

    stage: Callable[[Any], Any]
    folder: Path
    due: tuple[int, ...]

    def __call__(self, task: Any) -> Any:
        """Call the stage; the worker may die in it."""
        with moments(self._next()):
            return self.stage(task)

    def _next(self) -> int:
        for number, due in enumerate(self.due):
            try:
                (self.folder / f"{self.stage.__name__}-{number}").touch(exist_ok=False)
            except FileExistsError:
                continue
            return due
        return 0
