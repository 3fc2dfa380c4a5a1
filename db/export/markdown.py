"""Texts as Markdown files in the layout of the Princeton-Leuven corpus: `e/ex/exo/exofficio.com.md`.

That file is the latest chosen version. Unless only the latest versions are chosen, each version also has a
file with the day on which it was first seen in its name.
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
    """Return how many files the chosen versions are. Raises UnknownRetailerError."""
    latest = count_versions(db, replace(wanted, latest=True))
    return latest if wanted.latest else latest + count_versions(db, wanted)


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen versions into the folder `out`; delete files of versions that no longer exist.

    Each file has the bytes that `policytrail show DB DOMAIN DAY` prints for the first day of its version.
    Raises UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    written = total = 0
    with files.folder(out) as folder:
        for path, version in _files(db, wanted):
            written += folder.put(path, text(version, citations))
            total += 1
            done(path)
        dropped = sum(folder.drop(path) for path in _gone(db, wanted, folder.paths))
    note = f"{dropped} deleted, whose versions are no more" if dropped else ""
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
    """Return the path of each version of a retailer, by its number."""
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
    """Yield our files of the chosen retailers that no version of the archive has any more."""
    written: dict[str, set[str]] = defaultdict(set)
    for path in ours:
        written[file_names.stem(path)].add(path)
    for _, domain in retailers.policies(db, wanted.domains):
        dated = {str(path) for path in _dated(db, domain).values()}
        yield from sorted(
            written[file_names.name(domain)] - dated - ({str(file_names.policy(domain))} if dated else set())
        )
