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
from db.errors import ServedNameError
from db.web.common import file_names

# The name of the archive file of a result whose own name cannot be part of an address of the server.
_RESULT, _PLAIN = "result", re.compile(r"[A-Za-z0-9_-]+")
# Another process: this one will only serve, and needs none of the code that extracts.
_IMPORT = (sys.executable, "-P", "-m", "crawler.cli", "import")
_STOPPED = 3  # the exit status of a command that was stopped
Served = tuple[tuple[Path, ...], Callable[[], object]]


@contextmanager
def archives_of(paths: Sequence[Path], chosen: Sequence[str]) -> Iterator[Served]:
    """Return archive files to serve, in the order of paths, and a function that deletes the temporary ones.

    Paths are those of archive files and of bulk results. Of each result, the retailers `chosen` (all: ()) are
    imported into a temporary archive file, which is deleted at the end. The import prints its problems.
    Raises ServedNameError if temporary files cannot be served, BulkTargetError for a result without captures,
    SystemExit if it cannot be imported, OSError.
    """
    if file_names.is_special(temporary := Path(gettempdir())):
        raise ServedNameError(
            f"temporary files in {temporary} cannot be served, as its path has ? # or %;"
            " set TMPDIR to another folder"
        )
    folder = Path(mkdtemp(prefix="policytrail-"))
    delete = partial(shutil.rmtree, folder, ignore_errors=True)
    try:
        files = tuple(
            _imported(path, chosen, folder / str(number)) if is_result(path) else path
            for number, path in enumerate(paths)
        )
        yield files, delete
    finally:
        delete()


def _imported(result: Path, chosen: Sequence[str], folder: Path) -> Path:
    folder.mkdir()
    name = result.resolve().name
    is_plain = _PLAIN.fullmatch(name) and not file_names.is_reserved(name)
    db = folder / f"{name if is_plain else _RESULT}.db"
    options = [word for domain in chosen for word in ("--retailer", domain)]
    command = [*_IMPORT, *options, "--", str(db), str(result)]
    status = _status_of(command)
    if not _has_captures(db):
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
