"""Runs git independently of the user's settings, hooks and environment."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from db.errors import ExportWriteError

# These override settings of the repository that could change the result. Settings of the user and of the
# system are not read at all (`_environment`).
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    f"core.excludesFile={os.devnull}",
    "core.fsmonitor=false",
    "core.autocrlf=false",
)


@dataclass(frozen=True)
class Commit:
    """A commit in the repository: its id, the ids of its parents, and its message."""

    id: str
    parents: tuple[str, ...]
    message: bytes


class Git:
    """Runs git commands for one repository.

    `folder` is the git directory, and `tree` the working tree, or None for a bare repository. All methods
    raise ExportWriteError if git fails.
    """

    def __init__(self, folder: Path, tree: Path | None = None) -> None:
        self.folder, self.tree = folder, tree

    def run(self, *arguments: str, index: Path | None = None) -> str:
        """Run a git command and return its output. `index` replaces the path of the index file."""
        with self._start(*arguments, index=index, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            said, complaint = process.communicate()
        if process.returncode:
            raise self._failed(arguments[0], complaint)
        return said.decode(errors="replace").strip()

    def try_run(self, *arguments: str) -> str | None:
        """Run a git command and return its output, or None if it fails."""
        try:
            return self.run(*arguments)
        except ExportWriteError:
            return None

    @contextmanager
    def importing(self) -> Iterator[IO[bytes]]:
        """Yield the input of `git fast-import`.

        Its commits are kept only if the `with` block ends without an exception.
        """
        with tempfile.TemporaryFile() as complaint:
            command = ("fast-import", "--quiet", "--force", "--done", "--date-format=raw")
            with self._start(*command, stdin=subprocess.PIPE, stderr=complaint) as process:
                try:
                    yield cast(IO[bytes], process.stdin)
                    process.communicate(b"done\n")
                except BrokenPipeError:
                    _abandon(process)
                except BaseException:
                    _abandon(process)
                    raise
            if process.returncode:
                complaint.seek(0)
                raise self._failed("fast-import", complaint.read())

    def commits(self, tip: str) -> Iterator[Commit]:
        """Yield the commit `tip` and all commits before it, each before its parents."""
        listed = self._start("rev-list", "--topo-order", tip, stdout=subprocess.PIPE)
        read = self._start("cat-file", "--batch", stdin=listed.stdout, stdout=subprocess.PIPE)
        with listed, read:
            answers = cast(IO[bytes], read.stdout)
            for name, kind, size in (line.split() for line in iter(answers.readline, b"")):
                if kind != b"commit":
                    break
                head, _, message = answers.read(int(size) + 1)[:-1].partition(b"\n\n")
                parents = [line[7:].decode() for line in head.split(b"\n") if line.startswith(b"parent ")]
                yield Commit(name.decode(), tuple(parents), message)
        if listed.returncode or read.returncode:
            raise self._failed("rev-list", b"its history cannot be read; 'git fsck' tells what is damaged")

    def _start(self, *arguments: str, index: Path | None = None, **pipes: Any) -> "subprocess.Popen[bytes]":
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        where = [f"--git-dir={self.folder}", *([f"--work-tree={self.tree}"] if self.tree else [])]
        command = ["git", *settings, *where, *arguments]
        options: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "env": _environment(index),
            "cwd": self.tree,
            **pipes,
        }
        process: subprocess.Popen[bytes] = subprocess.Popen(command, **options)  # noqa: S603 - our own arguments, without a shell
        return process

    def _failed(self, what: str, complaint: bytes) -> ExportWriteError:
        lines = [line.strip() for line in complaint.decode(errors="replace").splitlines() if line.strip()]
        fatal = [line for line in lines if line.startswith("fatal: ")]  # other lines can follow it
        said = (fatal or lines or ["it was killed"])[-1][:300]
        return ExportWriteError(f"{self.tree or self.folder}: git {what} failed: {said}")


def _abandon(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and drop what is not yet written to its input.

    The process ends before its input does: at the end of its input, `git fast-import` would write a crash
    report.
    """
    process.kill()
    with suppress(BrokenPipeError):
        cast(IO[bytes], process.stdin).close()


def _environment(index: Path | None = None) -> dict[str, str]:
    """Return an environment in which git uses no settings, asks nothing, and writes English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "LC_", "LANG"))}
    ours = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_COMMITTER_NAME": "policytrail",
        "GIT_COMMITTER_EMAIL": "policytrail@policytrail.invalid",
    }
    return kept | ours | ({"GIT_INDEX_FILE": str(index)} if index else {})
