"""A Git repository in which each version of a policy is a commit on the file of its retailer: `git log -p exofficio.com.md`.

The commits of all retailers make one line, oldest first. The line only grows: what a later export brings comes behind what is
there, in the order of its own dates. Where a history has another past than the one that was written (an older capture was
found, a rebuild judged otherwise), it is told anew from its beginning on a line of its own, which a merge joins to the branch:
Git then follows the file there, and what was written before stays in the repository. docs/decisions/0017-git-export.md.
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
_ANEW = re.compile(rb"^Told-anew: (.+)$", re.M)
_PRINTABLE = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_NEXT, _SIDE = (
    "refs/policytrail/next",
    "refs/policytrail/side",
)  # what is being written; left by a kill, they mean nothing

Written = dict[
    bytes, list[bytes]
]  # of each retailer the messages of the commits that are its history now, oldest first


@dataclass(frozen=True)
class _PlannedCommit:
    """A commit that is to be made. Kept for every new one at once, to put them in order: no text is in it."""

    since: str
    policy: PolicySteps
    index: int

    def step(self, db: Database) -> VersionStep:
        """What it will show, with its evidence."""
        return self.policy.step(db, self.index)


def count(db: Database, wanted: ExportFilter) -> int:
    """How many commits the chosen versions are. Raises UnknownRetailerError."""
    return sum(len(policy.chosen) for policy in steps.policies(db, wanted))


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write what is not there yet into the repository `out`, and check it out unless it is bare.

    The same archive gives a new repository the same commit ids. Commits of others on the branch stay, and ours come behind
    them. Raises UnknownRetailerError, MissingGitError, ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    with repository(out) as into:
        tip = into.tip()
        written = _written(into.commits(tip), tip.id) if tip else {}
        behind, anew, kept = _plan(db, wanted, citations, written)
        commits = len(behind) + sum(map(len, anew.values()))
        if commits or anew:
            with into.importing() as stream:
                _FastImport(db, stream, citations, done).write(tip, behind, anew)
            into.move(tip, _NEXT)
            into.forget(_NEXT, _SIDE)
        elif tip:
            into.move(tip, tip.id)  # a run that was killed may have left files behind the branch
    return ExportResult(commits, kept, _note(sorted(anew)))


def _note(anew: list[str]) -> str:
    if not anew:
        return ""
    named = ", ".join(anew[:3]) + (" …" if len(anew) > 3 else "")
    return f"told anew, with another past than was written before: {named}"


def _plan(
    db: Database, wanted: ExportFilter, citations: Citations, written: Written
) -> tuple[list[_PlannedCommit], dict[str, list[_PlannedCommit]], int]:
    """What to write behind the rest, by time; what to tell anew, by retailer; and how many commits stay as they are."""
    behind: list[_PlannedCommit] = []
    anew: dict[str, list[_PlannedCommit]] = {}
    kept = 0
    for policy in steps.policies(db, wanted):
        before = written.get(_word(policy.retailer).encode(), [])
        known = set(before)
        planned, messages = [], []
        for index, span in enumerate(policy.spans):
            message = (
                _message(policy.step(db, index), citations) if before else b""
            )  # then nothing is compared
            if index in policy.chosen or message in known:
                planned.append(_PlannedCommit(span.since, policy, index))
                messages.append(message)
        if messages[: len(before)] == before:
            behind += planned[len(before) :]
            kept += len(before)
        else:
            anew[policy.retailer] = planned
    return sorted(behind, key=lambda one: (one.since, one.policy.retailer, one.index)), anew, kept


def _written(commits: Iterable[Commit], tip: str) -> Written:
    """What the repository tells now, read from the branch back to its beginning.

    Of a retailer told anew, only what lies on its own line counts; others' commits are passed over.
    """
    told: Written = {}
    closed: set[bytes] = set()  # retailers whose history, from here back, is on lines of their own
    line: str | None = tip
    sides: dict[str, set[bytes]] = {}  # commits on such lines, with the retailers that are looked for there
    for commit in commits:
        looked_for = sides.pop(commit.id, set())
        anew, (of,) = set(_ANEW.findall(commit.message)), _OF.findall(commit.message) or (b"",)
        if commit.id == line:
            line = (commit.parents[-1] if anew else commit.parents[0]) if commit.parents else None
            for side in commit.parents[:-1] if anew else ():
                sides.setdefault(side, set()).update(anew - closed)
            closed |= anew
            counts = of not in closed or of in looked_for
        else:
            counts = of in looked_for
        if of and counts:
            told.setdefault(of, []).append(commit.message)
        for parent in commit.parents if of in looked_for else ():
            sides.setdefault(parent, set()).update(looked_for)
    return {of: messages[::-1] for of, messages in told.items()}


class _FastImport:
    """Commits on their way to `git fast-import` (its manual page has the format)."""

    def __init__(
        self, db: Database, stream: IO[bytes], citations: Citations, done: Callable[[object], object]
    ) -> None:
        self._db, self._out, self._citations, self._done = db, stream, citations, done
        self._mark = 0

    def write(
        self, tip: Tip | None, behind: Iterable[_PlannedCommit], anew: dict[str, list[_PlannedCommit]]
    ) -> None:
        """Write what was planned onto `tip`."""
        if tip and anew:
            self._tell_anew(tip, anew)
        else:
            self._line(f"reset {_NEXT}", *([f"from {tip.id}"] if tip else []))
        for planned in behind:
            self._commit(_NEXT, planned)

    def _tell_anew(self, tip: Tip, anew: dict[str, list[_PlannedCommit]]) -> None:
        """Write lines of their own for retailers, and the merge by which Git follows their files there.

        Of parents with the same file Git follows the first (git-log, History Simplification), so the branch comes last.
        """
        parents = []
        for retailer in sorted(anew):
            self._line(f"reset {_SIDE}")
            for planned in anew[retailer]:
                self._commit(_SIDE, planned)
            parents += [f":{self._mark}"] if anew[retailer] else []
        last = max(
            [tip.seconds, *(_seconds(planned.since) for of_one in anew.values() for planned in of_one)]
        )
        self._head(_NEXT, last, _told_anew(sorted(anew)))
        first, *others = [*parents, tip.id]
        self._line(f"from {first}", *(f"merge {other}" for other in others), f'M 040000 {tip.tree} ""')
        for retailer in sorted(anew):
            if anew[retailer]:
                self._file(anew[retailer][-1].step(self._db))
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
    """What a commit says: when the version was seen and when not yet, where that can be looked up, and trailers for tools.

    Nothing that later captures would change is in it: a commit that is written stays true.
    """
    span, capture = step.span, step.capture
    again = ", again" if step.again else ""
    if span.changed_after:
        told = f"It changed after {span.changed_after}, when the text before was last seen, and not after {span.since}."
    else:
        told = f"The first capture that shows this policy is of {span.since}."
    trailers = {
        "Retailer": step.retailer,
        "Version": span.version,
        "Last-old": span.changed_after,
        "First-new": span.since,
        "Snapshot": citations.address(capture),
        "Archive": capture.archive,
        "Timestamp": capture.timestamp,
        "Original": capture.original,
        "Digest": capture.digest,
        "Body-SHA256": capture.body_sha256,
        "Text-SHA256": step.text_sha256,
    }
    subject = f"{_word(step.retailer)}: version {span.version}{again}, seen on {span.since[:10]}"
    return _text(subject, told, trailers.items())


def _told_anew(retailers: Sequence[str]) -> bytes:
    told = "Their captures tell another past than the one that was written before; what was written then is the last parent's."
    many = f"{len(retailers)} histories" if len(retailers) > 1 else "1 history"
    return _text(f"{many} told anew", told, (("Told-anew", retailer) for retailer in retailers))


def _text(subject: str, told: str, trailers: Iterable[tuple[str, object]]) -> bytes:
    lines = [f"{name}: {_word(value)}" for name, value in trailers if value is not None]
    return "\n".join([subject, "", told, "", *lines, ""]).encode()


def _word(value: object) -> str:
    """What strangers wrote, as one word of printable ASCII."""
    return quote(str(value), safe=_PRINTABLE, errors="replace")
