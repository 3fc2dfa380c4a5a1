"""The table of texts on a day: a row for each retailer that was seen until then (docs/exports.md)."""

from collections.abc import Iterator

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter, cited_capture
from db.export.tables.columns import NAME, RETAILER, Column, capture
from db.export.tables.table import Row, Table
from db.export.tables.versions import captured
from db.history import good_captures
from db.history.good_captures import GoodCapture
from db.query import reports
from db.query.gaps import is_gap
from db.store import retailers

COLUMNS = (
    Column("day", "day", "the day"),
    RETAILER,
    NAME,
    Column("version", "number", "the version that was shown last until the end of the day (UTC)"),
    Column("title", "text", "the title of the page"),
    Column("text", "text", "the policy as Markdown, with its title, as the capture of seen_before has it"),
    Column("text_sha256", "text", "the hash of text"),
    Column("language", "text", "if it could be recognised (ISO 639-1)"),
    Column("words", "number", "of the text"),
    Column("seen_before", "moment", "the last good capture until the end of the day"),
    Column("seen_after", "moment", "the next good capture; null if there is none"),
    Column(
        "changed_by_then",
        "flag",
        "whether the capture of seen_after shows another version: then the text may have been replaced before"
        " the day",
    ),
    Column(
        "in_gap",
        "flag",
        "whether the day has no good capture, and six months or more lie between those before and after",
    ),
    Column(
        "known",
        "flag",
        "whether captures show that this was the policy's text on the day: a capture of the day itself, or"
        " two of one version around it, outside of a gap",
    ),
    *capture("capture", "the capture of the text"),
)


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many retailers were seen until the day. Raises UnknownRetailerError."""
    return sum(1 for _ in _seen(db, wanted))


def _seen(db: Database, wanted: ExportFilter) -> Iterator[tuple[int, str, GoodCapture]]:
    """Yield the policies that have a good capture until the day, each with the last one."""
    for policy_id, domain in retailers.policies(db, wanted.domains):
        if found := good_captures.latest(db, policy_id, _end_of(wanted)):
            yield policy_id, domain, found


def _end_of(wanted: ExportFilter) -> str:
    if wanted.on is None:
        raise ValueError("the table of texts needs a day")
    return f"{wanted.on}T23:59:59Z"


def _rows(db: Database, wanted: ExportFilter, citations: Citations) -> Iterator[Row]:
    for policy_id, domain, found in _seen(db, wanted):
        shown = reports.text_of(db, domain, found, _end_of(wanted))
        sha256, language, words = db.execute(
            "select sha256, language, words from texts where id = ?", [found.text_id]
        ).fetchone()
        seen_that_day = found.captured_at[:10] == wanted.on
        yield {
            "day": wanted.on,
            "retailer": domain,
            "name": retailers.name_of(db, domain),
            "version": shown.version,
            "title": shown.title,
            "text": shown.markdown,
            "text_sha256": sha256,
            "language": language,
            "words": words,
            "seen_before": shown.captured_at,
            "seen_after": shown.next_seen,
            "changed_by_then": shown.changed_by_then,
            "in_gap": bool(
                shown.next_seen and not seen_that_day and is_gap(found.captured_at, shown.next_seen)
            ),
            "known": shown.unseen is None,
            **captured(
                "capture", cited_capture(db, policy_id, domain, found.captured_at, found.text_id), citations
            ),
        }


TABLE = Table(
    name="texts",
    rows_are="the text of a retailer's policy on a day",
    columns=COLUMNS,
    key=frozenset(("day", "retailer", "text", "seen_before", "seen_after", "known")),
    count=count,
    own_rows=_rows,
)
