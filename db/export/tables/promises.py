"""The table of promises: a row for each promise of a policy, with its time (docs/exports.md)."""

from collections.abc import Iterator

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter
from db.export.tables.columns import RETAILER, STATEMENT, Column
from db.export.tables.table import Row, Table
from db.promises.of_policies import bracket, ledger, wordings
from db.promises.statement import Promise
from db.store import retailers

_WORDING = (
    Column("since", "moment", "the first capture with these words"),
    Column("version", "number", "the version that has them first"),
    Column("quote", "text", "the words"),
)
COLUMNS = (
    RETAILER,
    *STATEMENT,
    Column("last_without", "moment", "the last capture without it; null if none was read"),
    Column(
        "unknown_until",
        "moment",
        "the last capture before first_with, if no earlier text was read for claims: it may be older",
    ),
    Column("first_with", "moment", "the first capture with it: it began between the two"),
    Column("last_with", "moment", "the last capture with it"),
    Column("first_without", "moment", "the first capture without it; null if it did not end"),
    Column(
        "unknown_since",
        "moment",
        "the first capture after last_with, if no later version was read for claims: it may stand or not",
    ),
    Column("ending", "text", "removed, reversed or changed (meaning.md); null if it did not end"),
    Column("then", "text", "what the text says instead, if it is reversed or changed"),
    Column("wordings", _WORDING, "its words in time"),
)


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many promises are chosen. Raises UnknownRetailerError, StoreError."""
    return sum(1 for _ in _chosen(db, wanted))


def _chosen(db: Database, wanted: ExportFilter) -> Iterator[tuple[str, Promise]]:
    """Yield the promises that stood in the chosen time; with `latest`, those that stand."""
    for policy_id, domain in retailers.policies(db, wanted.domains):
        for one in ledger(db, policy_id).promises:
            stood = wanted.overlaps(one.first_with, one.last_with)
            if stood and (one.stands or not wanted.latest):
                yield domain, one


def _rows(db: Database, wanted: ExportFilter, _: Citations) -> Iterator[Row]:
    for domain, one in _chosen(db, wanted):
        stated = one.last._asdict()
        yield {
            "retailer": domain,
            **{column.name: stated[column.name] for column in STATEMENT},
            **bracket(one),
            "then": one.after and one.after.quote,
            "wordings": wordings(one),
        }


TABLE = Table(
    name="promises",
    rows_are="a promise of a policy, with the captures between which it came and went, whatever its words",
    columns=COLUMNS,
    key=frozenset(
        ("retailer", "kind", "quote", "last_without", "first_without", "unknown_since", "ending", "then")
    ),
    count=count,
    own_rows=_rows,
)
