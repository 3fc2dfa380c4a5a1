"""The folder of a bulk result: made for a run, and kept from other runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.bulk.sources.inputs import has_name_of_file
from crawler.bulk.storage.remote import file_system, is_address, is_web, store_at, without_secrets
from crawler.bulk.storage.store import Store
from crawler.errors import BulkTargetError, ResultError
from db.errors import ArchiveLockedError


@contextmanager
def alone(out: str) -> Iterator[Store]:
    """Make the folder of the result, and keep other runs from writing to it.

    At an address, a second run can begin, and ends the first one. Raises BulkTargetError if the folder cannot
    be made, ArchiveLockedError, and ResultError for an OSError of the run, such as that of a full disk.
    """
    with ExitStack() as stack:
        try:
            if is_address(out):
                if is_web(out):
                    raise BulkTargetError(
                        f"{without_secrets(out)} is no place to write to: OUT is a folder, also of an object"
                        " store (s3://..., gs://...)"
                    )
                if has_name_of_file(without_secrets(out)):
                    raise BulkTargetError(_no_folder(without_secrets(out)))
                file_system(out)  # raises for addresses of other kinds
            else:
                stack.enter_context(_locked(Path(out)))
            store = store_at(out if is_address(out) else str(Path(out).resolve()))
        except OSError as error:
            raise BulkTargetError(_line(out, error)) from error
        try:
            yield store
        except OSError as error:
            raise ResultError(f"{_line(out, error)}: run the same command again to go on") from error


def _line(out: str, error: OSError) -> str:
    return without_secrets(f"{out} cannot be used: {' '.join(str(error).split())[:200]}")


def _no_folder(out: str | Path) -> str:
    return f"{out} is no folder: the last argument is the folder of the result"


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    # Without OUT, the last input is in its place, and perhaps it is missing.
    if not out.is_dir() and (out.exists() or has_name_of_file(out.name)):
        raise BulkTargetError(_no_folder(out))
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
