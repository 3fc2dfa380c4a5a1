"""A run: one execution of a command that writes to an archive file.

A run locks and opens the file, adds a row to the table `crawls`, and can write a report.
"""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, Self

from sqlite_utils import Database

from crawler import terminal
from crawler.errors import STOPPED_RUN, ReportError
from db import new_files
from db.database import open_archive
from db.errors import ExportTargetError, StoreError, one_line
from db.export import target
from db.query import run_news
from db.store import run_log
from db.write_lock import exclusive_writer

logger = logging.getLogger(__name__)
# The version of the report's format. Increase it when a program that reads the old format would misread
# the new one.
REPORT = 1


@dataclass(frozen=True)
class Result:
    """How a run ended: its exit status, its outcome for the table `crawls`, and a summary.

    The exit status is 0 if everything is done, 2 for wrong use, 3 if the work is done in part, and 4 if the
    web archive refuses requests. The summary is text for the user. `news` are lines about what the run
    brought (crawler/jobs/brought.py).
    """

    exit_status: int
    outcome: str
    summary: str
    news: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """What a command prints: the news come last. Of a run that is not done the summary comes last.

        The last lines of such a summary say what to do.
        """
        lines = (*self.news, self.summary) if self.exit_status else (self.summary, *self.news)
        return "\n".join(lines)


@dataclass(frozen=True)
class Stop:
    """Why a run stopped early: its exit status, and the reason in one line."""

    exit_status: int
    reason: str


def conclude(done: str, stop: Stop | None, left: tuple[str, str] | None = None) -> Result:
    """Return the result of a run.

    `done` describes in words what the run did, "" if nothing was answered. `stop` is what stopped the run
    early, or None. `left` describes work that remains: the outcome for the table `crawls`, and a line for the
    user. It is None if nothing remains.
    """
    if stop:
        return Result(stop.exit_status, stop.reason, f"{done}\n{stop.reason}".lstrip("\n"))
    if left:
        outcome, line = left
        return Result(3, outcome, f"{done}\n{line}")
    return Result(0, "done", done)


def with_undone(result: Result, undone: str | None) -> Result:
    """Return the result of a run that could not do everything; `undone` says what, None if nothing.

    The exit status is then at least 3.
    """
    if undone is None:
        return result
    outcome = f"done in part: {undone}" if result.outcome == "done" else f"{result.outcome}; {undone}"
    return Result(max(3, result.exit_status), outcome, f"{result.summary}\n{undone}")


class RunOptions(Protocol):
    """The options that every run needs, whatever its command is."""

    @property
    def db(self) -> Path:
        """The archive file."""

    @property
    def command(self) -> str:
        """The command, in the form for the table `crawls`."""

    @property
    def wait(self) -> bool:
        """Whether to wait if another run is writing to the archive file."""

    @property
    def report(self) -> Path | None:
        """The file for the report, or None for no report."""


class Run:
    """A run: one execution of a command that writes to the archive file `db`.

    Use it as a context manager, or call `close` at the end. If another process is writing to the file, the
    run calls `waiting` with a line of text and waits; without `waiting` it raises an error. `report` is the
    file for the report, or None. `after` is an earlier run of the same command, or None. Result and report
    then describe both runs together. `news` is what the run brought (`db.query.run_news.news`), [] before
    `finish`; it is computed if there is a report, or with `brings_news`.

    Raises ReportError, and the errors of `exclusive_writer` and `open_archive`.
    """

    def __init__(
        self,
        path: Path,
        command: str,
        *,
        create: bool = False,
        waiting: Callable[[str], object] | None = None,
        report: Path | None = None,
        after: "Run | None" = None,
        brings_news: bool = False,
    ) -> None:
        check_report(report)
        self._path, self._report, self._after = path, report, after
        self.result, self.counts = Result(0, "done", ""), dict[str, int]()
        self.news: list[run_news.Facts] = []
        with ExitStack() as stack:
            stack.enter_context(exclusive_writer(path, command, waiting))
            self.db: Database = open_archive(path, create=create)
            stack.callback(self.db.close)
            self._before: dict[int, run_news.PolicySnapshot] | None = None
            if after:
                self._before = after._before
            elif report or brings_news:
                self._before = run_news.snapshot(self.db)
            self.id = run_log.begin(self.db, command)
            self._end = "ended early"  # why, if it does not finish
            self._ending = stack.pop_all()

    @classmethod
    def of(cls, options: RunOptions, *, create: bool, after: "Run | None" = None) -> Self:
        """Start a run with the given options, which brings news. If it has to wait, log a warning."""
        return cls(
            options.db,
            options.command,
            create=create,
            waiting=logger.warning if options.wait else None,
            report=options.report,
            after=after,
            brings_news=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)):
            self._end = STOPPED_RUN
        elif error:
            self._end = one_line(error)
        self.close()

    def finish(
        self,
        result: Result,
        counts: Mapping[str, int],
        policy_ids: Iterable[int],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Store how the run ended, and write the report.

        `counts` are the counts that `run_log.finish` stores. `news` and the report describe the policies with
        the ids `policy_ids`; the report also contains the entries of `more`. Raises StoreError, ReportError.
        """
        self.result, self.counts = (
            _combined(self._after.result, result) if self._after else result,
            dict(counts),
        )
        self._end = ""
        try:
            run_log.finish(self.db, self.id, self.result.outcome, counts)
        finally:
            if self._before is not None:
                self.news = run_news.news(self.db, self._before, policy_ids)
            if self._report:
                _write(self._report, {**self._report_data(self.result), **(more or {})})

    def close(self) -> None:
        """Close the archive file and release its lock, so that other processes can write.

        A run that did not finish gets the outcome that it had an early end.
        """
        if self._end:
            with suppress(StoreError):  # the file may be why the run ended
                run_log.finish(self.db, self.id, self._end, {})
            self._end = ""
        self._ending.close()

    def _report_data(self, result: Result) -> dict[str, Any]:
        cursor = self.db.execute("select * from crawls where id = ?", [self.id])
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        totals = {name: row.pop(name) for name in ("versions", "changes")}
        row |= {
            name: row[name] + number for name, number in (self._after.counts if self._after else {}).items()
        }
        return {
            "report": REPORT,
            "policytrail": version("policytrail"),
            "archive": str(self._path),
            "crawl": row.pop("id"),
            **row,
            "outcome": result.outcome,
            "exit_status": result.exit_status,
            "archive_versions": totals["versions"],
            "archive_changes": totals["changes"],
            "retailers": self.news,
        }


def _combined(earlier: Result, own: Result) -> Result:
    """Combine the results of two runs of one command.

    If the second run succeeded and the first one did not, the result has the exit status of the first run.
    """
    if own.exit_status or not earlier.exit_status:
        return own
    reason = "not all addresses could be asked for" if earlier.outcome == "done in part" else earlier.outcome
    return Result(earlier.exit_status, f"done in part: {reason}", own.summary)


def check_report(file: Path | None) -> None:
    """Check that a report can be written to a file; do nothing for None. Raises ReportError."""
    if file and (file.is_dir() or not os.access(_target(file).absolute().parent, os.W_OK)):
        raise ReportError(f"no report can be written to {file}: give a file in a folder that exists")


def add_to_report(file: Path, more: Mapping[str, Any]) -> None:
    """Add entries to a report that a run has written. Raises ReportError."""
    try:
        report = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ReportError(f"the report {file} cannot be completed: {error}") from error
    _write(file, {**report, **more})


def _target(file: Path) -> Path:
    """Return the file to write: where a link leads. Raises ReportError."""
    try:
        return target.resolve(file)
    except ExportTargetError as error:
        raise ReportError(f"no report can be written: {error}") from error


def _write(file: Path, report: dict[str, Any]) -> None:
    """Write a report to a temporary file, and then rename this file.

    Other programs therefore never read an incomplete report. If the path is a link, the file behind the link
    is written.
    """
    file = _target(file)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with new_files.create(temporary) as out:
            out.write(terminal.as_json(report).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ReportError(f"the report {file} cannot be written: {error.strerror}") from error
