"""Citations for tests of exports, and the filter for a whole archive."""

from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from db.export.evidence import Citations, CitedCapture, ExportFilter, ExportResult
from db.export.formats import Format
from tests.support.shop import Shop


def address(capture: CitedCapture) -> str | None:
    return (
        f"https://archive.example/{capture.timestamp}/{capture.original}"
        if capture.archive == "web.archive.org"
        else None
    )


CITING = Citations(address, lambda domain, capture: f"> *{domain} {capture.timestamp}*")
ALL = ExportFilter()


def export(format_: Format, db: Database, out: Path, selection: ExportFilter = ALL) -> ExportResult:
    """Export, and assert that the reported progress ends at the expected count."""
    steps: Iterator[int] = iter(range(format_.count(db, selection)))
    exported = format_.export(db, out, selection, CITING, lambda _: next(steps))
    assert list(steps) == []
    assert isinstance(exported, ExportResult)
    return exported


def fill(shop: Shop, neighbour: Shop) -> None:
    """Record a shop with a text that changes and returns, and a neighbour that never changes."""
    old, new = "# Privacy\n\nWe sell nothing.\n", "# Privacy\n\nWe sell all that we know of you.\n"
    for timestamp, markdown in (
        ("20100101000000", old),
        ("20110101000000", old),
        ("20120101000000", new),
        ("20130101000000", new),
        ("20140101000000", old),
        ("20150101000000", old),
    ):
        shop.observe(timestamp, markdown)
    neighbour.observe("20120601000000", "# Hello\n\nWe ask for nothing.\n")
    shop.derive()
    neighbour.derive()
