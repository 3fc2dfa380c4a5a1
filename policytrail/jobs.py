"""Runs that write: `crawl`, `import_warc` and `export`, each in a process of its own.

They are the commands of the same names, so limits, locks and the rows in `crawls` are the same too.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import PolicytrailError

Day = str
FilePath = Path | str


class RunError(PolicytrailError):
    """A run did not begin, or an export was not written. `exit_status` is that of the command."""

    def __init__(self, message: str, exit_status: int) -> None:
        super().__init__(message)
        self.exit_status = exit_status


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended, and what it brought.

    `exit_status` is 0 if everything is done, 3 if the work is done in part (run it again), 4 if the web
    archive refuses requests for now. `outcome` is `done`, or the reason in one line. `requests`, `fetched`,
    `failed` and `excluded` are numbers of requests and captures. `new_versions` and `new_changes` (of
    wording) are the numbers that this run added, and `changed` the domains with a new change.
    `output` is what the command prints.
    """

    exit_status: int
    outcome: str
    requests: int
    fetched: int
    failed: int
    excluded: int
    new_versions: int
    new_changes: int
    changed: tuple[str, ...]
    output: str


def crawl(  # noqa: PLR0913 - the options of the command
    db: FilePath,
    domains: Iterable[str] = (),
    *,
    retailers: FilePath | None = None,
    since: Day | None = None,
    until: Day | None = None,
    select: str = "all",
    budget: int | None = None,
    source: str = "web.archive.org",
    options: Sequence[str] = (),
) -> RunResult:
    """Fetch captures of retailers' policies from a web archive into an archive file, and return the result.

    `retailers` is a CSV file, `since` and `until` are days, months or years (`2018`), `budget` is a number of
    requests; `options` are more options of the command `crawl` (docs/commands.md). Raises RunError if the run
    did not begin.
    """
    named = {"--retailers": retailers, "--from": since, "--to": until, "--budget": budget}
    return _run(
        ["crawl", db, *domains, *_options({**named, "--select": select, "--source": source}), *options]
    )


def import_warc(
    db: FilePath,
    files: Iterable[FilePath],
    *,
    domain: str | None = None,
    retailers: FilePath | None = None,
    options: Sequence[str] = (),
) -> RunResult:
    """Import WARC, WACZ, ARC or Markdown files into an archive file, and return the result.

    `domain` is the retailer of all captures, `retailers` a CSV file, and `options` are more options of the
    command `import`. Raises RunError if the run did not begin.
    """
    return _run(["import", db, *files, *_options({"--domain": domain, "--retailers": retailers}), *options])


def export(  # noqa: PLR0913 - the options of the command
    db: FilePath,
    out: FilePath,
    format: str,
    *,
    domains: Iterable[str] = (),
    since: Day | None = None,
    until: Day | None = None,
    latest: bool = False,
    on: Day | None = None,
    every: str | None = None,
    base_url: str | None = None,
    describe: bool = False,
) -> str:
    """Write an archive file to `out` in a format of the command `export`, and return its summary in words.

    `domains` are the retailers, () means all; `since` and `until` are days, months or years. With a day `on`,
    the rows are the texts on that day. `every` is the period of a panel, and `base_url` the public address
    of a site. With `describe`, descriptors are written beside a table. Raises RunError if not everything was
    written.
    """
    chosen = [part for domain in domains for part in ("--retailer", domain)]
    period = _options({"--from": since, "--to": until, "--on": on, "--every": every, "--base-url": base_url})
    flags = [*["--latest"][:latest], *["--describe"][:describe]]
    ended = _command(["export", db, out, "--format", format, *chosen, *period, *flags])
    if ended.returncode:
        raise _error(ended)
    return ended.stdout.strip()


def _options(values: Mapping[str, object]) -> list[object]:
    return [part for name, value in values.items() if value is not None for part in (name, value)]


def _run(arguments: Sequence[object]) -> RunResult:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = _command([*arguments, "--report", report])
        if not report.exists():
            raise _error(ended)
        facts = json.loads(report.read_text())
    wordings = {
        shop["domain"]: sum(change["kind"] == "wording" for change in shop["changes"])
        for shop in facts["retailers"]
    }
    return RunResult(
        exit_status=ended.returncode,
        outcome=facts["outcome"],
        requests=facts["requests"],
        fetched=facts["fetched"],
        failed=facts["failed"],
        excluded=facts["excluded"],
        new_versions=sum(len(shop["versions"]) for shop in facts["retailers"]),
        new_changes=sum(wordings.values()),
        changed=tuple(domain for domain, number in wordings.items() if number),
        output=ended.stdout,
    )


def _command(arguments: Sequence[object]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. `-P` keeps the user's folder off the path, which could hide our packages."""
    command = [sys.executable, "-P", "-m", "policytrail", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command


def _error(ended: subprocess.CompletedProcess[str]) -> RunError:
    lines = ended.stderr.strip().splitlines() or ended.stdout.strip().splitlines() or ["it did not begin"]
    return RunError(lines[-1].removeprefix("Error: "), ended.returncode)
