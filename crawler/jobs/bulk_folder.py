"""The folder of a bulk result: made for a run, and kept from other runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.bulk.storage.remote import is_address, store_at, without_secrets
from crawler.bulk.storage.store import Store
from crawler.errors import BulkTargetError
from db.errors import ArchiveLockedError


@contextmanager
def alone(out: str) -> Iterator[Store]:
    """Make the folder of the result, and keep other runs from writing to it.

    At an address, a second run can begin, and ends the first one. Raises BulkTargetError, ArchiveLockedError.
    """
    try:
        if is_address(out):
            yield store_at(out)
        else:
            with _locked(Path(out)):
                yield store_at(str(Path(out).resolve()))
    except OSError as error:
        why = " ".join(str(error).split())[:200]
        raise BulkTargetError(without_secrets(f"{out} cannot be used: {why}")) from error


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    if out.exists() and not out.is_dir():
        raise BulkTargetError(f"{out} is a file: the last argument is the folder of the result")
    if not out.parent.is_dir():
        raise BulkTargetError(f"there is no folder {out.parent}")
    out.mkdir(exist_ok=True)
    try:
        with FileLock(out / ".bulk.lock", timeout=0):
            yield
    except Timeout:
        raise ArchiveLockedError(
            f"another run is writing to {out}: run this again when it has ended"
        ) from None
