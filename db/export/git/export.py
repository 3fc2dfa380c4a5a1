"""The export to a Git repository: each version is a commit on the file of its retailer.

`git log -p exofficio.com.md` shows the history of one retailer. The commits of all retailers form one line,
the oldest first. A later export adds its new commits at the end of the line, in the order of their dates.

Sometimes the past of a retailer changes: an older capture was found, or a rebuild had another result. Then
the whole history of this retailer is written again on a separate line of commits, and a merge joins that line
to the branch. Git then shows the new line as the history of the file. The earlier commits stay in the
repository. See docs/decisions/0017-git-export.md.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from sqlite_utils import Database

from db import times
from db.export import file_names
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.export.git import steps
from db.export.git.process import Commit
from db.export.git.repository import Tip, repository
from db.export.git.steps import PolicySteps, VersionStep

_WHO = "policytrail <policytrail@policytrail.invalid>"
_OF = re.compile(rb"^Retailer: (.+)$", re.M)
_REWRITTEN = re.compile(rb"^Told-anew: (.+)$", re.M)
_PRINTABLE = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# Temporary references for commits that are being written. If they exist at the start, they are ignored.
_NEXT, _SIDE = "refs/policytrail/next", "refs/policytrail/side"

# Retailer -> the messages of the commits of its current history, the oldest first.
Written = dict[bytes, list[bytes]]


@dataclass(frozen=True)
class _PlannedCommit:
    """A commit to make. It has no policy text, because all planned commits are in memory to be sorted."""

    since: str
    policy: PolicySteps
    index: int

    def step(self, db: Database) -> VersionStep:
        """Read the version of the commit, with its evidence."""
        return self.policy.step(db, self.index)


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many commits the chosen versions need. Raises UnknownRetailerError."""
    return sum(len(policy.chosen) for policy in steps.policies(db, wanted))


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the missing commits into the repository `out`, and update its files.

    A bare repository has no files. In a new repository, the same archive file always results in the same
    commit ids. Commits that others made on the branch stay, and ours follow them. Raises
    UnknownRetailerError, MissingGitError, ExportTargetError, ArchiveLockedError, ExportWriteError,
    StoreError.
    """
    with repository(out) as into:
        tip = into.tip()
        written = _written(into.commits(tip), tip.id) if tip else {}
        appended, rewritten, kept = _plan(db, wanted, citations, written)
        commits = len(appended) + sum(map(len, rewritten.values()))
        if commits or rewritten:
            with into.importing() as stream:
                _FastImport(db, stream, citations, done).write(tip, appended, rewritten)
            into.move(tip, _NEXT)
            into.forget(_NEXT, _SIDE)
        elif tip:
            into.move(tip, tip.id)  # if an export was killed, the files can be older than the branch
    return ExportResult(commits, kept, _note(sorted(rewritten)))


def _note(rewritten: list[str]) -> str:
    if not rewritten:
        return ""
    named = ", ".join(rewritten[:3]) + (" …" if len(rewritten) > 3 else "")
    return f"history written again, because its past has changed: {named}"


def _plan(
    db: Database, wanted: ExportFilter, citations: Citations, written: Written
) -> tuple[list[_PlannedCommit], dict[str, list[_PlannedCommit]], int]:
    """Compare the archive file with the commits that exist in the repository.

    Returns three values: the commits to add, by time; retailer -> all its commits, if its history must be
    written again; and how many commits stay.
    """
    appended: list[_PlannedCommit] = []
    rewritten: dict[str, list[_PlannedCommit]] = {}
    kept = 0
    for policy in steps.policies(db, wanted):
        before = written.get(_word(policy.retailer).encode(), [])
        known = set(before)
        planned, messages = [], []
        for index, span in enumerate(policy.spans):
            # Without earlier commits there is nothing to compare.
            message = _message(policy.step(db, index), citations) if before else b""
            if index in policy.chosen or message in known:
                planned.append(_PlannedCommit(span.since, policy, index))
                messages.append(message)
        if messages[: len(before)] == before:
            appended += planned[len(before) :]
            kept += len(before)
        else:
            rewritten[policy.retailer] = planned
    return sorted(appended, key=lambda one: (one.since, one.policy.retailer, one.index)), rewritten, kept


def _written(commits: Iterable[Commit], tip: str) -> Written:
    """Return retailer -> messages of its current history, the oldest first.

    `commits` are read from the newest to the oldest, starting at `tip`. If a history was written again, only
    the commits on its separate line count. Commits of others are skipped.
    """
    current: Written = {}
    closed: set[bytes] = set()  # retailers with a newer, separate line: older commits here do not count
    line: str | None = tip
    sides: dict[str, set[bytes]] = {}  # commit on a separate line -> retailers with their history there
    for commit in commits:
        wanted_here = sides.pop(commit.id, set())
        rewritten, (of,) = set(_REWRITTEN.findall(commit.message)), _OF.findall(commit.message) or (b"",)
        if commit.id == line:
            line = (commit.parents[-1] if rewritten else commit.parents[0]) if commit.parents else None
            for side in commit.parents[:-1] if rewritten else ():
                sides.setdefault(side, set()).update(rewritten - closed)
            closed |= rewritten
            counts = of not in closed or of in wanted_here
        else:
            counts = of in wanted_here
        if of and counts:
            current.setdefault(of, []).append(commit.message)
        for parent in commit.parents if of in wanted_here else ():
            sides.setdefault(parent, set()).update(wanted_here)
    return {of: messages[::-1] for of, messages in current.items()}


class _FastImport:
    """Writes commits to the input of `git fast-import` (its manual page describes the format)."""

    def __init__(
        self, db: Database, stream: IO[bytes], citations: Citations, done: Callable[[object], object]
    ) -> None:
        self._db, self._out, self._citations, self._done = db, stream, citations, done
        self._mark = 0

    def write(
        self, tip: Tip | None, appended: Iterable[_PlannedCommit], rewritten: dict[str, list[_PlannedCommit]]
    ) -> None:
        """Write the planned commits after the commit `tip`."""
        if tip and rewritten:
            self._rewrite(tip, rewritten)
        else:
            self._line(f"reset {_NEXT}", *([f"from {tip.id}"] if tip else []))
        for planned in appended:
            self._commit(_NEXT, planned)

    def _rewrite(self, tip: Tip, rewritten: dict[str, list[_PlannedCommit]]) -> None:
        """Write a separate line of commits for each retailer, and the merge that joins them.

        If several parents of a merge have the same file, Git follows the first one (git-log, "History
        Simplification"). Therefore the branch is the last parent.
        """
        parents = []
        for retailer in sorted(rewritten):
            self._line(f"reset {_SIDE}")
            for planned in rewritten[retailer]:
                self._commit(_SIDE, planned)
            parents += [f":{self._mark}"] if rewritten[retailer] else []
        last = max(
            [tip.seconds, *(_seconds(planned.since) for of_one in rewritten.values() for planned in of_one)]
        )
        self._head(_NEXT, last, _merge_message(sorted(rewritten)))
        first, *others = [*parents, tip.id]
        self._line(f"from {first}", *(f"merge {other}" for other in others), f'M 040000 {tip.tree} ""')
        for retailer in sorted(rewritten):
            if rewritten[retailer]:
                self._file(rewritten[retailer][-1].step(self._db))
            else:
                self._line(f"D {_file_of(retailer)}")

    def _commit(self, ref: str, planned: _PlannedCommit) -> None:
        step = planned.step(self._db)
        self._head(ref, _seconds(step.since), _message(step, self._citations))
        self._file(step)
        self._done(planned)

    def _head(self, ref: str, seconds: int, message: bytes) -> None:
        self._mark += 1
        who = f"{_WHO} {seconds} +0000"
        self._line(f"commit {ref}", f"mark :{self._mark}", f"author {who}", f"committer {who}")
        self._data(message)

    def _file(self, step: VersionStep) -> None:
        self._line(f"M 100644 inline {_file_of(step.retailer)}")
        self._data(steps.markdown(self._db, step.text_sha256).encode())

    def _data(self, data: bytes) -> None:
        self._out.write(b"data %d\n%s\n" % (len(data), data))

    def _line(self, *lines: str) -> None:
        self._out.write("".join(f"{line}\n" for line in lines).encode())


def _file_of(retailer: str) -> str:
    return file_names.policy(retailer).name


def _seconds(moment: str) -> int:
    return int(times.seconds(moment))


def _message(step: VersionStep, citations: Citations) -> bytes:
    """Return the message of a commit: when it changed, where to see it, and trailers for tools.

    It contains nothing that later captures can change, so it stays true. The only exception is what is
    suspect about a version that is the newest.
    """
    span, capture = step.span, step.capture
    again = ", again" if step.again else ""
    if span.changed_after:
        bracket = (
            f"It changed between {span.changed_after}, when the text before was last seen, and {span.since}."
        )
    else:
        bracket = f"The first capture that shows this policy is of {span.since}."
    trailers = {
        "Retailer": step.retailer,
        "Version": span.version,
        "Last-old": span.changed_after,
        "First-new": span.since,
        "Stated-date": span.stated_date,
        "Announced": span.announced,
        "Suspect": span.suspect,
        "Snapshot": citations.address(capture),
        "Archive": capture.archive,
        "Timestamp": capture.timestamp,
        "Original": capture.original,
        "Digest": capture.digest,
        "Body-SHA256": capture.body_sha256,
        "Text-SHA256": step.text_sha256,
    }
    subject = f"{_word(step.retailer)}: version {span.version}{again}, seen on {span.since[:10]}"
    return _text(subject, bracket, trailers.items())


def _merge_message(retailers: Sequence[str]) -> bytes:
    reason = (
        "Their captures tell another past than the one that was written before;"
        " what was written then is the last parent's."
    )
    many = f"{len(retailers)} histories" if len(retailers) > 1 else "1 history"
    return _text(f"{many} told anew", reason, (("Told-anew", retailer) for retailer in retailers))


def _text(subject: str, body: str, trailers: Iterable[tuple[str, object]]) -> bytes:
    lines = [
        f"{name}: {_word(value, ' ' if name == 'Suspect' else '')}"
        for name, value in trailers
        if value is not None
    ]
    return "\n".join([subject, "", body, "", *lines, ""]).encode()


def _word(value: object, allowed: str = "") -> str:
    """Return text from outside as one word of printable ASCII.

    Other characters are percent-encoded, but not those in `allowed`.
    """
    return quote(str(value), safe=_PRINTABLE + allowed, errors="replace")
