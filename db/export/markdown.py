"""Texts as Markdown files, in the layout of the Princeton-Leuven corpus: `e/ex/exo/exofficio.com.md`.

That file is the latest chosen version; unless only the latest are chosen, each version has a file beside it with the day on
which it was first seen in its name.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sqlite_utils import Database

from db.export import file_names, files
from db.export.evidence import Citing, Exported, Selection, Version, count_versions, versions
from db.store import retailers


def count(db: Database, selection: Selection) -> int:
    """How many files the chosen versions are. Raises UnknownRetailerError."""
    latest = count_versions(db, replace(selection, latest=True))
    return latest if selection.latest else latest + count_versions(db, selection)


def export(
    db: Database, out: Path, selection: Selection, citing: Citing, done: Callable[[object], object]
) -> Exported:
    """Write the chosen versions into the folder `out`; files of earlier exports whose versions are no more are deleted.

    Each file has the bytes that `policytrail show DB DOMAIN DAY` prints for the day on which its version was first seen.
    Raises UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError.
    """
    written = total = 0
    with files.folder(out) as folder:
        for path, version in _files(db, selection):
            written += folder.put(path, text(version, citing))
            total += 1
            done(path)
        dropped = sum(folder.drop(path) for path in _gone(db, selection, folder.paths))
    note = f"{dropped} deleted, whose versions are no more" if dropped else ""
    return Exported(written, total - written - len(folder.left), note, tuple(folder.left))


def text(version: Version, citing: Citing) -> bytes:
    """A version as a document of format.md: the provenance line, an empty line, title and text."""
    return f"{citing.provenance(version.retailer, version.first)}\n\n{version.markdown}".encode()


def _files(db: Database, selection: Selection) -> Iterator[tuple[PurePosixPath, Version]]:
    for version in versions(db, replace(selection, latest=True)):
        yield file_names.policy(version.retailer), version
    if selection.latest:
        return
    paths: dict[int, PurePosixPath] = {}
    domain = None
    for version in versions(db, selection):
        if version.retailer != domain:
            domain, paths = version.retailer, _dated(db, version.retailer)
        yield paths[version.number], version


def _dated(db: Database, domain: str) -> dict[int, PurePosixPath]:
    """The path of each version of a retailer, by its number."""
    days: Counter[str] = Counter()
    paths = {}
    for number, first_seen in db.execute(
        "select number, first_seen from versions where policy_id = ? order by number",
        [retailers.policy_of(db, domain)],
    ):
        days[first_seen[:10]] += 1
        paths[int(number)] = file_names.policy(domain, first_seen, days[first_seen[:10]])
    return paths


def _gone(db: Database, selection: Selection, ours: list[str]) -> Iterator[str]:
    """What earlier exports wrote of the chosen retailers and this archive has no longer, chosen or not."""
    written: dict[str, set[str]] = defaultdict(set)
    for path in ours:
        written[file_names.stem(path)].add(path)
    for _, domain in retailers.policies(db, selection.domains):
        dated = {str(path) for path in _dated(db, domain).values()}
        yield from sorted(
            written[file_names.name(domain)] - dated - ({str(file_names.policy(domain))} if dated else set())
        )
