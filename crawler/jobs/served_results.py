"""Bulk results as temporary archive files, so that they can be served."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from crawler.bulk.result import is_result
from crawler.errors import BulkTargetError
from db.database import open_to_read
from db.errors import NotAnArchiveError, ServedNameError
from db.web.common import file_names

# The name of the archive file of a result whose own name cannot be part of an address of the server.
_RESULT, _PLAIN = "result", re.compile(r"[A-Za-z0-9_-]+")
# Another process: this one will only serve, and needs none of the code that extracts.
_IMPORT = (sys.executable, "-P", "-m", "crawler.cli", "import")
_STOPPED = 3  # the exit status of a command that was stopped
_WRONG = 2  # that of an import of retailers that a result has not
Served = tuple[dict[Path, Path], Callable[[], object]]


@contextmanager
def archives_of(paths: Sequence[Path], chosen: Sequence[str]) -> Iterator[Served]:
    """Return which archive file to serve for each path, in order, and a function that deletes temporary ones.

    Paths are those of archive files and of bulk results. Of each result, the retailers `chosen` (all: ()) are
    imported into a temporary archive file, which is deleted at the end. The import prints its problems. A
    result without any of them is left out if another result has one.
    Raises NotAnArchiveError for another folder, ServedNameError if temporary files cannot be served,
    BulkTargetError for a result without captures, SystemExit if it cannot be imported, OSError.
    """
    for path in paths:
        if path.is_dir() and not is_result(path):
            raise NotAnArchiveError(f"{path} is no archive file and no result of 'policytrail bulk'")
    if file_names.is_special(temporary := Path(gettempdir())):
        raise ServedNameError(
            f"temporary files in {temporary} cannot be served, as its path has ? # or %;"
            " set TMPDIR to another folder"
        )
    folder = Path(mkdtemp(prefix="policytrail-"))
    delete = partial(shutil.rmtree, folder, ignore_errors=True)
    try:
        imported = {
            path: _imported(path, chosen, folder / str(number))
            for number, path in enumerate(paths)
            if path.is_dir()
        }
        if imported and not any(imported.values()):
            sys.exit(_WRONG)
        files = {path: imported.get(path, path) for path in paths}
        yield {path: file for path, file in files.items() if file}, delete
    finally:
        delete()


def _imported(result: Path, chosen: Sequence[str], folder: Path) -> Path | None:
    """Return the archive file of a result; None if it has none of the retailers `chosen`."""
    folder.mkdir()
    name = result.resolve().name
    is_plain = _PLAIN.fullmatch(name) and not file_names.is_reserved(name)
    db = folder / f"{name if is_plain else _RESULT}.db"
    options = [word for domain in chosen for word in ("--retailer", domain)]
    command = [*_IMPORT, *options, "--", str(db), str(result)]
    status = _status_of(command)
    if not _has_captures(db):
        if chosen and status == _WRONG:  # its import has printed why
            return None
        if status == 0:
            raise BulkTargetError(f"{result} has no captures: there is nothing to serve")
        sys.exit(status)
    return db


def _status_of(command: Sequence[str]) -> int:
    """Run an import and return its exit status. If this process is stopped, stop the import first.

    The import has its own session, so that Ctrl-C reaches it once, from here.
    """
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as importing:  # noqa: S603 - our own command
        try:
            return importing.wait()
        except KeyboardInterrupt:
            importing.terminate()
            if importing.wait() == _STOPPED:  # it has printed that it stopped
                sys.exit(_STOPPED)
            raise


def _has_captures(db: Path) -> bool:
    if not db.is_file():
        return False
    with closing(open_to_read(db)) as archive:
        return bool(archive["captures"].count)
