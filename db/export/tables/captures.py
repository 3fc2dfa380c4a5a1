"""The table of captures: a row for each, fetched or not, with its state and verdict (docs/exports.md)."""

from collections.abc import Iterator
from dataclasses import asdict

from sqlite_utils import Database

from db.export.evidence import CITED_COLUMNS, Citations, CitedCapture, ExportFilter
from db.export.tables.columns import CAPTURE, RETAILER, Column
from db.export.tables.table import Row, Table
from db.store import retailers

COLUMNS = (
    RETAILER,
    Column("kind", "text", "the kind of its page: privacy, home, candidate or regional"),
    Column("captured_at", "moment", "when it was captured; null if its key names no moment"),
    *CAPTURE,
    Column("length", "number", "the bytes of its record, as the archive's index has it"),
    Column("state", "text", "listed, skipped, fetched, failed or excluded (states.md)"),
    Column("verdict", "text", "what the page is: policy, or what is there instead; null before extraction"),
    Column("reason", "text", "why it has this verdict or state"),
)
_OWN = ("length", "state", "verdict", "reason")


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many captures are chosen. Raises UnknownRetailerError."""
    return sum(1 for _ in _chosen(db, wanted))


def _chosen(db: Database, wanted: ExportFilter) -> Iterator[tuple[str, str, CitedCapture, Row]]:
    for _, domain in retailers.policies(db, wanted.domains):
        rows = db.execute(
            f"""select p.kind, {CITED_COLUMNS}, {", ".join(f"c.{name}" for name in _OWN)}
            from captures c join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
            left join bodies b on b.id = c.body_id left join texts t on t.id = c.text_id
            where p.retailer = ? order by p.kind, g.urlkey, c.timestamp, c.original, c.digest""",
            [domain],
        )
        found = None
        for kind, *row in rows:
            capture = CitedCapture(*row[: -len(_OWN)])
            moment = capture.captured_at
            if wanted.overlaps(moment, moment):
                one = domain, str(kind), capture, dict(zip(_OWN, row[-len(_OWN) :], strict=True))
                if not wanted.latest:
                    yield one
                elif moment and (found is None or moment >= found[2].captured_at):
                    found = one
        if found:
            yield found


def _rows(db: Database, wanted: ExportFilter, citations: Citations) -> Iterator[Row]:
    for domain, kind, capture, own in _chosen(db, wanted):
        values = {"snapshot": citations.address(capture), **asdict(capture), **own}
        values |= {"retailer": domain, "kind": kind}
        yield {column.name: values[column.name] for column in COLUMNS}


TABLE = Table(
    name="captures",
    rows_are="a capture, with its state and its verdict",
    columns=COLUMNS,
    key=frozenset(("retailer", "kind", "captured_at", "state", "verdict", "reason")),
    count=count,
    own_rows=_rows,
)
