"""Export of texts as Markdown files, in the layout of the Princeton-Leuven corpus.

`e/ex/exo/exofficio.com.md` is the latest chosen version. In addition each chosen version has a file with the
day of its first capture in the name, unless only the latest versions are chosen.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sqlite_utils import Database

from db.export import file_names, files
from db.export.evidence import (
    Citations,
    ExportedVersion,
    ExportFilter,
    ExportResult,
    count_versions,
    versions,
)
from db.store import retailers


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many files the chosen versions need. Raises UnknownRetailerError."""
    latest = count_versions(db, replace(wanted, latest=True))
    return latest if wanted.latest else latest + count_versions(db, wanted)


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen versions into the folder `out`, and delete outdated files.

    A file is outdated if its version does not exist any more. A file has the same bytes that `policytrail
    show DB DOMAIN DAY` prints for the version's first day. `done` is called with each path. Raises
    UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    written = total = 0
    with files.folder(out) as folder:
        for path, version in _files(db, wanted):
            written += folder.put(path, text(version, citations))
            total += 1
            done(path)
        dropped = sum(folder.drop(path) for path in _gone(db, wanted, folder.paths))
    note = f"{dropped} files deleted: their versions do not exist any more" if dropped else ""
    return ExportResult(
        written, total - written - len(folder.foreign_files), note, tuple(folder.foreign_files)
    )


def text(version: ExportedVersion, citations: Citations) -> bytes:
    """Return a version as a document: provenance line, empty line, title and text (docs/format.md)."""
    return f"{citations.provenance(version.retailer, version.first)}\n\n{version.markdown}".encode()


def _files(db: Database, wanted: ExportFilter) -> Iterator[tuple[PurePosixPath, ExportedVersion]]:
    for version in versions(db, replace(wanted, latest=True)):
        yield file_names.policy(version.retailer), version
    if wanted.latest:
        return
    paths: dict[int, PurePosixPath] = {}
    domain = None
    for version in versions(db, wanted):
        if version.retailer != domain:
            domain, paths = version.retailer, _dated(db, version.retailer)
        yield paths[version.number], version


def _dated(db: Database, domain: str) -> dict[int, PurePosixPath]:
    """Return version number -> path of the dated file, for all versions of a retailer."""
    days: Counter[str] = Counter()
    paths = {}
    for number, first_seen in db.execute(
        "select number, first_seen from versions where policy_id = ? order by number",
        [retailers.policy_of(db, domain)],
    ):
        days[first_seen[:10]] += 1
        paths[int(number)] = file_names.policy(domain, first_seen, days[first_seen[:10]])
    return paths


def _gone(db: Database, wanted: ExportFilter, ours: list[str]) -> Iterator[str]:
    """Yield the paths of our files that no version needs any more.

    Only files of the chosen retailers are examined.
    """
    written: dict[str, set[str]] = defaultdict(set)
    for path in ours:
        written[file_names.stem(path)].add(path)
    for _, domain in retailers.policies(db, wanted.domains):
        dated = {str(path) for path in _dated(db, domain).values()}
        yield from sorted(
            written[file_names.name(domain)] - dated - ({str(file_names.policy(domain))} if dated else set())
        )
