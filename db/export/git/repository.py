"""The repository of an export. It is made completely or not at all, and has one writer at a time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from db import new_files
from db.errors import ArchiveLockedError, ExportTargetError, ExportWriteError, MissingGitError
from db.export import target
from db.export.git.process import Commit, Git

BRANCH = "refs/heads/main"
_OURS = "policytrail.export"  # a setting that marks our repositories
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@dataclass(frozen=True)
class Tip:
    """The last commit of the branch: its id, the id of its tree, and its date.

    `seconds` is the date in seconds since 1970.
    """

    id: str
    tree: str
    seconds: int


class Repository:
    """The repository of an export, bare or with a working tree.

    All methods raise ExportWriteError if git fails.
    """

    def __init__(self, git: Git) -> None:
        self._git = git

    def tip(self) -> Tip | None:
        """Return the last commit of the branch, or None if the branch has no commit."""
        commit = self._git.try_run("rev-parse", "--quiet", "--verify", f"{BRANCH}^{{commit}}")
        if commit is None:
            return None
        said = self._git.run("rev-list", "--max-count=1", "--format=%T %ct", commit)
        tree, seconds = said.splitlines()[-1].split()
        return Tip(commit, tree, int(seconds))

    def commits(self, tip: Tip) -> Iterator[Commit]:
        """Yield the commit `tip` and all commits before it, each before its parents."""
        yield from self._git.commits(tip.id)

    @contextmanager
    def importing(self) -> Iterator[IO[bytes]]:
        """Yield the input of `git fast-import`: the caller writes new commits to it.

        git keeps the new commits only if the `with` block ends without an exception.
        """
        with self._git.importing() as stream:
            yield stream

    def move(self, tip: Tip | None, to: str) -> None:
        """Move the branch to another commit, and update the files.

        Files are only updated if the branch is checked out. `tip` is the present last commit, and `to` names
        the new one. If the process is killed, the same call can be repeated. If a file that must be updated
        has changes of the user, nothing is changed and ExportWriteError is raised.
        """
        old, new = tip.id if tip else None, self._git.run("rev-parse", "--verify", to)
        if self._git.tree and self._git.try_run("symbolic-ref", "--quiet", "HEAD") == BRANCH:
            self._check_out(self._git.tree, old or _EMPTY_TREE, new)
        self._git.run("update-ref", "-m", "policytrail export", BRANCH, new, old or "0" * 40)

    def forget(self, *names: str) -> None:
        """Delete references by name. References that do not exist are ignored."""
        for name in names:
            self._git.run("update-ref", "-d", name)

    def _check_out(self, tree: Path, old: str, new: str) -> None:
        """Update the files and the index from one commit to another, as a pull does.

        A copy of the index is changed and then moved over the index. If the copy already exists at the start,
        an earlier export was killed, and files may be incomplete. These files are deleted first and written
        again: the earlier export had found no changes of the user in them.
        """
        index, working_index = self._git.folder / "index", self._git.folder / "policytrail.index"
        was_killed, part = working_index.exists(), self._git.folder / "policytrail.index.part"
        if index.exists():
            new_files.copy(index, part)
        else:
            self._git.run("read-tree", "--empty", index=part)
        part.replace(working_index)
        if was_killed:
            working_index.with_name(f"{working_index.name}.lock").unlink(missing_ok=True)
            for path in self._git.run("diff-tree", "-r", "-z", "--name-only", old, new).split("\0")[:-1]:
                (tree / path).unlink(missing_ok=True)
        try:
            self._git.run("read-tree", "-m", "-u", old, new, index=working_index)
        except ExportWriteError as error:
            working_index.unlink(missing_ok=True)
            raise ExportWriteError(
                f"{error}; put your changes away (git stash), then run this again"
            ) from error
        working_index.replace(index)


@contextmanager
def repository(out: Path) -> Iterator[Repository]:
    """Open the repository of an export for writing.

    A missing repository is made; it is bare if its name ends in `.git`. Raises MissingGitError,
    ExportTargetError (something else is at this path), ArchiveLockedError (another export writes to it),
    ExportWriteError.
    """
    if shutil.which("git") is None:
        raise MissingGitError("git is not installed, or not on the PATH: this format is written with it")
    out = target.resolve(out.absolute())
    if not out.parent.is_dir():
        raise ExportTargetError(f"there is no folder {out.parent}")
    try:
        git = _find(out) or _make(out)
        lock = FileLock(git.folder / "policytrail.lock", fallback_to_soft=False)
        lock.acquire(timeout=0)
    except Timeout:
        raise ArchiveLockedError(
            f"another export is writing to {out}: run this again when it has ended"
        ) from None
    except OSError as error:
        raise ExportTargetError(f"{out} cannot be written: {error.strerror or error}") from error
    try:
        yield Repository(git)
    finally:
        lock.release()


def _find(out: Path) -> Git | None:
    """Return our repository at `out`, or None if there is nothing yet.

    Raises ExportTargetError if something else is there.
    """
    if not out.exists() or (out.is_dir() and all(path == _part(out) for path in out.iterdir())):
        return None
    for git in (Git(out / ".git", out), Git(out)):
        config = git.folder / "config"
        if (
            config.is_file()
            and Git(git.folder).try_run("config", "--file", str(config), "--bool", _OURS) == "true"
        ):
            return git
    raise ExportTargetError(f"{out} was not made by policytrail: choose a new or empty folder")


def _make(out: Path) -> Git:
    """Make a repository under a temporary name, and then move it to `out`.

    So there is always a complete repository or none.
    """
    bare, part = out.suffix == ".git", _part(out)
    if part.is_symlink() or part.is_file():
        part.unlink()
    shutil.rmtree(part, ignore_errors=True)
    if bare and out.exists():
        out.rmdir()
    elif not bare:
        out.mkdir(exist_ok=True)
    Git(part).run("init", "--quiet", "--bare", "--template=", "--object-format=sha1", "--initial-branch=main")
    Git(part).run("config", "core.bare", str(bare).lower())
    Git(part).run("config", _OURS, "true")
    git = Git(out) if bare else Git(out / ".git", out)
    part.rename(git.folder)
    return git


def _part(out: Path) -> Path:
    """Return the temporary path of a repository that is being made."""
    return out.with_name(f".{out.name}.part") if out.suffix == ".git" else out / ".git.part"
