"""Export of changes as an Atom feed in a file, with the entries of the web server's feed."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.news import entries, served
from db.query import changes
from db.query.changes import ChangeFilter, FoundChange

MOST = 100  # entries; a feed is requested again and again, and changes-jsonl has all changes
_OURS = b"<author><name>policytrail</name></author>"
_START = 4096  # bytes in which this stands: the title of the feed before it can have a long name


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many changes the feed has. Raises UnknownRetailerError."""
    return len(_chosen(db, wanted))


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the latest chosen changes of wording into one file, the newest first.

    With `wanted.base_url`, an entry links to its page on that server, else to its first new capture. Raises
    UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError.
    """
    chosen = _chosen(db, wanted)
    found = []
    for entry in entries.read(db, chosen):
        found.append(entry)
        done(entry)
    domain = wanted.domains[0] if len(wanted.domains) == 1 else ""
    with files.file(out, "changes.atom", _is_ours) as whole:
        whole.stream.write(served.feed(_name(db), found, wanted.base_url, domain))
    return ExportResult.of(len(found), whole.is_new)


def _chosen(db: Database, wanted: ExportFilter) -> list[FoundChange]:
    period = ChangeFilter(wanted.domains, wanted.first or "", wanted.last or "")
    if not wanted.latest:
        return changes.find(db, period, limit=MOST)
    latest: dict[str, FoundChange] = {}
    for change in changes.find(db, period):
        latest.setdefault(change.domain, change)
    return list(latest.values())[:MOST]


def _name(db: Database) -> str:
    """Return the name of the archive file without its ending, as the web server calls it."""
    (file,) = (row[2] for row in db.execute("pragma database_list") if row[1] == "main")
    return Path(file).stem


def _is_ours(place: Path) -> bool:
    with place.open("rb") as there:
        return _OURS in there.read(_START)
