"""The table of all texts of all captures: a row for each distinct one of a retailer (docs/exports.md)."""

from collections.abc import Iterator

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter
from db.export.tables.columns import NAME, RETAILER, Column
from db.export.tables.table import Row, Table
from db.store import retailers

COLUMNS = (
    RETAILER,
    NAME,
    Column("text_sha256", "text", "the hash of text"),
    Column(
        "wording",
        "text",
        "the hash of its wording: equal for texts that differ in no word (normalisation.md)",
    ),
    Column("title", "text", "the title of the page"),
    Column("text", "text", "the text as Markdown, with its title"),
    Column("language", "text", "if it could be recognised (ISO 639-1)"),
    Column("words", "number", "of the text"),
    Column(
        "completeness",
        "share",
        "the share of the page's readable text in and near it that the extraction kept, 0 to 1: the lowest"
        " one of its captures",
    ),
    Column("stated_date", "text", "the date that it states as its own: a day, a month or a year"),
    Column("extractor", "text", "the extractor that made it"),
    Column("captures", "number", "how many captures of the retailer have it"),
    Column("first_seen", "moment", "the first of them; null if their keys name no moment"),
    Column("last_seen", "moment", "the last of them"),
)
_QUERY = """select t.sha256, t.wording, t.title, t.markdown, t.language, t.words, t.completeness,
        t.stated_date, t.extractor, count(*), min(c.captured_at), max(c.captured_at)
    from captures c join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
    join texts t on t.id = c.text_id where p.retailer = ? group by t.id order by t.sha256"""


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many texts are chosen. Raises UnknownRetailerError."""
    return sum(1 for _ in _chosen(db, wanted))


def _chosen(db: Database, wanted: ExportFilter) -> Iterator[Row]:
    for _, domain in retailers.policies(db, wanted.domains):
        name, last = retailers.name_of(db, domain), None
        for row in db.execute(_QUERY, [domain]):
            found = dict(zip((column.name for column in COLUMNS), (domain, name, *row), strict=True))
            if not wanted.overlaps(found["first_seen"], found["last_seen"]):
                continue
            if not wanted.latest:
                yield found
            elif found["last_seen"] and (last is None or found["last_seen"] >= last["last_seen"]):
                last = found
        if last:
            yield last


def _rows(db: Database, wanted: ExportFilter, _: Citations) -> Iterator[Row]:
    return _chosen(db, wanted)


TABLE = Table(
    name="all-texts",
    rows_are="a text of a retailer's captures, whatever their verdict",
    columns=COLUMNS,
    key=frozenset(("retailer", "text", "text_sha256", "wording", "captures")),
    count=count,
    own_rows=_rows,
)
