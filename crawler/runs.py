"""A run that writes to an archive file: lock it, open it, add a row to `crawls`, write a report."""

import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, Self

from sqlite_utils import Database

from crawler.errors import ReportError
from db.database import open_archive
from db.errors import ExportTargetError
from db.export import target
from db.query import run_news
from db.store import run_log
from db.write_lock import exclusive_writer

logger = logging.getLogger(__name__)
REPORT = 1  # the version of the report, raised when a reader of the old one would misread it


@dataclass(frozen=True)
class Result:
    """How a run went: an exit status, the outcome for its row, and a summary for people.

    The exit status is 0 for all done, 3 for done in part, 4 for refused by the archive, 2 for a wrong use.
    """

    exit_status: int
    outcome: str
    summary: str


@dataclass(frozen=True)
class Stop:
    """What stopped a run early: the exit status, and the reason in one line."""

    exit_status: int
    reason: str


def conclude(done: str, stop: Stop | None, left: tuple[str, str] | None = None) -> Result:
    """Return the result of a run from what it did, what stopped it, and what it left undone.

    `left` is the outcome for the row and a line for people; None where nothing is left.
    """
    if stop:
        return Result(stop.exit_status, stop.reason, f"{done}\n{stop.reason}")
    if left:
        outcome, line = left
        return Result(3, outcome, f"{done}\n{line}")
    return Result(0, "done", done)


class RunOptions(Protocol):
    """What a run needs of its plan."""

    @property
    def db(self) -> Path:
        """The archive file."""

    @property
    def command(self) -> str:
        """The command, as it is recorded in the table `crawls`."""

    @property
    def wait(self) -> bool:
        """Whether to wait while another run writes to the file."""

    @property
    def report(self) -> Path | None:
        """The file for the report; None for no report."""


class Run:
    """A run, used as a context manager or ended by `close`; `db` is the archive file.

    If another process writes to the file, `waiting` is called with a line about it, and the run waits;
    without `waiting` an error is raised. `report` is the file for the report. `after` is the previous run of
    the same command: the result and the report are of both.

    Raises ReportError, and what `exclusive_writer` and `open_archive` raise.
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
    ) -> None:
        check_report(report)
        self._path, self._report, self._after = path, report, after
        self.result, self.counts = Result(0, "done", ""), dict[str, int]()
        with ExitStack() as stack:
            stack.enter_context(exclusive_writer(path, command, waiting))
            self.db: Database = open_archive(path, create=create)
            stack.callback(self.db.close)
            held = run_news.snapshot(self.db) if report and not after else {}
            self._before: dict[int, run_news.PolicySnapshot] = after._before if after else held
            self._id = run_log.begin(self.db, command)
            self._ending = stack.pop_all()

    @classmethod
    def of(cls, options: RunOptions, *, create: bool, after: "Run | None" = None) -> Self:
        """Begin the run of a plan. A wait for another process is logged."""
        waiting = logger.warning if options.wait else None
        return cls(
            options.db, options.command, create=create, waiting=waiting, report=options.report, after=after
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def finish(
        self,
        result: Result,
        counts: Mapping[str, int],
        policy_ids: Iterable[int],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Record how the run ended, and write the report.

        `counts` are those of `run_log.finish`. The report describes the policies of `policy_ids`, and
        contains `more`. Raises StoreError, ReportError.
        """
        self.result, self.counts = (
            _combined(self._after.result, result) if self._after else result,
            dict(counts),
        )
        try:
            run_log.finish(self.db, self._id, self.result.outcome, counts)
        finally:
            if self._report:
                _write(self._report, {**self._report_data(self.result, policy_ids), **(more or {})})

    def close(self) -> None:
        """Close the archive file and let other processes write."""
        self._ending.close()

    def _report_data(self, result: Result, policy_ids: Iterable[int]) -> dict[str, Any]:
        cursor = self.db.execute("select * from crawls where id = ?", [self._id])
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        retailers = run_news.news(self.db, self._before, policy_ids)
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
            "retailers": retailers,
        }


def _combined(earlier: Result, own: Result) -> Result:
    """Combine the results of two consecutive runs.

    If this run succeeded and the earlier one did not, return the earlier exit status.
    """
    if own.exit_status or not earlier.exit_status:
        return own
    reason = "not all addresses could be asked for" if earlier.outcome == "done in part" else earlier.outcome
    return Result(earlier.exit_status, f"done in part: {reason}", own.summary)


def check_report(file: Path | None) -> None:
    """Check before a run that its report can be written. Raises ReportError."""
    if file and (file.is_dir() or not os.access(_target(file).absolute().parent, os.W_OK)):
        raise ReportError(f"no report can be written to {file}: give a file in a folder that is there")


def _target(file: Path) -> Path:
    """Return the file to write: where a link leads. Raises ReportError."""
    try:
        return target.resolve(file)
    except ExportTargetError as error:
        raise ReportError(f"no report can be written: {error}") from error


def _write(file: Path, report: dict[str, Any]) -> None:
    """Write a report into a temporary file, then rename it: nobody reads half of one."""
    file = _target(file)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as out:
            json.dump(report, out, indent=2, ensure_ascii=False)
            out.write("\n")
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ReportError(f"the report {file} cannot be written: {error.strerror}") from error
