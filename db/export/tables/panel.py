"""The panel: a row for each retailer and period, such as a month (docs/exports.md)."""

from collections.abc import Iterator
from dataclasses import asdict

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter
from db.export.tables.columns import NAME, RETAILER, Column
from db.export.tables.table import Row, Table
from db.query.panel import PanelRow, of_policies
from db.store import retailers

COLUMNS = (
    RETAILER,
    NAME,
    Column("period", "text", "the period: 2018-05, 2018-Q2, 2018-H1 or 2018"),
    Column("start", "day", "its first day"),
    Column("end", "day", "its last day"),
    Column("version", "number", "the version that was shown last until the end of the period"),
    Column("words", "number", "of the text of this version"),
    Column("text_sha256", "text", "the hash of the text of this version"),
    Column("captures", "number", "good captures in the period; 0 if nobody saw the policy in it"),
    Column("changes_within", "number", "changes of wording that happened in the period for certain"),
    Column(
        "changes_possible", "number", "further changes that may have: their bracket reaches into the period"
    ),
    Column("seen_before", "moment", "the last good capture until the end of the period"),
    Column("seen_after", "moment", "the first good capture after the period; null if there is none"),
    Column(
        "in_gap",
        "flag",
        "whether no good capture is in the period, and six months or more lie between those before and after",
    ),
)


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many rows are chosen. Raises UnknownRetailerError."""
    return sum(len(_chosen(db, policy_id, wanted)) for policy_id, _ in retailers.policies(db, wanted.domains))


def _rows(db: Database, wanted: ExportFilter, _: Citations) -> Iterator[Row]:
    for policy_id, domain in retailers.policies(db, wanted.domains):
        name = retailers.name_of(db, domain)
        texts = _texts(db, policy_id)
        for row in _chosen(db, policy_id, wanted):
            words, sha256 = texts[row.version]
            values = {"retailer": domain, "name": name, "words": words, "text_sha256": sha256, **asdict(row)}
            yield {column.name: values[column.name] for column in COLUMNS}


def _chosen(db: Database, policy_id: int, wanted: ExportFilter) -> list[PanelRow]:
    """Return the periods of a policy that are at least partly in the chosen time."""
    rows = [
        row
        for row in of_policies(db, [policy_id], wanted.every)[policy_id]
        if wanted.overlaps(f"{row.start}T00:00:00Z", f"{row.end}T23:59:59Z")
    ]
    return rows[-1:] if wanted.latest else rows


def _texts(db: Database, policy_id: int) -> dict[int, tuple[int, str]]:
    """Return version number -> words and hash of its text."""
    rows = db.execute(
        """select v.number, t.words, t.sha256 from versions v join texts t on t.id = v.text_id
        where v.policy_id = ?""",
        [policy_id],
    )
    return {number: (words, sha256) for number, words, sha256 in rows}


TABLE = Table(
    name="panel",
    rows_are="a period of a retailer's policy",
    columns=COLUMNS,
    key=frozenset(("retailer", "period", "version", "changes_within", "in_gap")),
    count=count,
    own_rows=_rows,
)
