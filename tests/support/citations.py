"""How the tests of exports cite captures, and what they take for a whole archive."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from sqlite_utils import Database

from db.export.evidence import Citations, CitedCapture, ExportFilter, ExportResult
from tests.support.shop import Shop


def address(capture: CitedCapture) -> str | None:
    return (
        f"https://archive.example/{capture.timestamp}/{capture.original}"
        if capture.archive == "web.archive.org"
        else None
    )


CITING = Citations(address, lambda domain, capture: f"> *{domain} {capture.timestamp}*")
ALL = ExportFilter()


def export(format_: ModuleType, db: Database, out: Path, selection: ExportFilter = ALL) -> ExportResult:
    """Export, and see that the progress ends at its end."""
    steps: Iterator[int] = iter(range(format_.count(db, selection)))
    exported = format_.export(db, out, selection, CITING, lambda _: next(steps))
    assert list(steps) == []
    assert isinstance(exported, ExportResult)
    return exported


def fill(shelf: Shop, neighbour: Shop) -> None:
    """A shop whose second text came between two captures, and whose first came back; its neighbour never changed."""
    old, new = "# Privacy\n\nWe sell nothing.\n", "# Privacy\n\nWe sell all that we know of you.\n"
    for timestamp, markdown in (
        ("20100101000000", old), ("20110101000000", old), ("20120101000000", new), ("20130101000000", new),
        ("20140101000000", old), ("20150101000000", old),
    ):  # fmt: skip
        shelf.observe(timestamp, markdown)
    neighbour.observe("20120601000000", "# Hello\n\nWe ask for nothing.\n")
    shelf.derive()
    neighbour.derive()
