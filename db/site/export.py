"""Export of the pages of an archive file as a static site: a folder that any web server can publish."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from sqlite_utils import Database

from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.site.served_pages import serving
from db.site.site import Site

_OWN_FOLDERS = ("policies/", "search/", "static/")
_OWN_ENDINGS = (".html", ".atom", ".txt", ".xml")


def count(db: Database, wanted: ExportFilter) -> int:
    """Return about how many files the site has."""
    (number,) = db.execute(
        """select (select count(*) from versions) + (select count(*) from changes where kind = 'wording')
           + 2 * (select count(*) from policies)"""
    ).fetchone()
    return int(number)


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the site into the folder `out`, and delete files of an earlier export that it has no more.

    The site has all retailers and versions; of `wanted`, only the address of the site is used. `done` is
    called with each path. Raises ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    written, paths = 0, set()
    with files.folder(out) as folder, serving(db, has_address=bool(wanted.base_url)) as served:
        for path, content in Site(served, db, wanted.base_url).files():
            written += folder.put(PurePosixPath(path), content)
            paths.add(path)
            done(path)
        gone = sorted(path for path in folder.paths if path not in paths and _is_of_site(path))
        dropped = sum(folder.drop(path) for path in gone)
    foreign = tuple(folder.foreign_files)
    note = f"{dropped} files deleted: their pages do not exist any more" if dropped else ""
    return ExportResult(written, len(paths) - written - len(foreign), note, foreign)


def _is_of_site(path: str) -> bool:
    """Return whether an exported file can be of a site. Another export can share the folder."""
    return path.startswith(_OWN_FOLDERS) or ("/" not in path and path.endswith(_OWN_ENDINGS))
