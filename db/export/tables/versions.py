"""The table of versions: a row for each, with its text and all its evidence (docs/exports.md)."""

from collections.abc import Iterator
from dataclasses import asdict

from sqlite_utils import Database

from db.export.evidence import (
    Citations,
    CitedCapture,
    ExportedVersion,
    ExportFilter,
    count_versions,
    versions,
)
from db.export.tables.columns import (
    ANNOUNCED,
    MEASURES,
    NAME,
    RETAILER,
    STATED_BEFORE,
    SUSPECT,
    Column,
    capture,
)
from db.export.tables.table import Row, Table
from db.query.spans import Span

_STATED = "the date that the text states as its own; the first day of the month if it states a month only"
_SPAN = (
    Column("version", "number", "the version that was shown"),
    Column("since", "moment", "the first capture of this time"),
    Column("until", "moment", "the last capture of this time"),
    Column("changed_after", "moment", "the last capture of the version before; null for the first version"),
    Column("old_version", "number", "the version before; null for the first version"),
    *MEASURES,
    Column("stated_before", "day", STATED_BEFORE),
    Column("stated_date", "day", _STATED),
    ANNOUNCED,
    SUSPECT,
)
_VARIANT = (
    Column("kind", "text", "flip (for one capture, or alternating) or address (at another address)"),
    Column("page", "text", "the page that showed it"),
    Column("first_seen", "moment", "its first capture in this time"),
    Column("last_seen", "moment", "its last capture in this time"),
    Column("captures", "number", "how many captures show it"),
    Column("text_sha256", "text", "the hash of its text"),
)
COLUMNS = (
    RETAILER,
    NAME,
    Column(
        "version",
        "number",
        "the version's number. A capture that is found later can renumber versions: use text_sha256 to"
        " recognise a version",
    ),
    Column("latest", "flag", "whether it is the retailer's latest version"),
    Column("title", "text", "the title of the page"),
    Column("text", "text", "the policy as Markdown, with its title, without a line of provenance"),
    Column("text_sha256", "text", "the hash of text"),
    Column("language", "text", "if it could be recognised (ISO 639-1)"),
    Column("words", "number", "of the text"),
    Column(
        "completeness",
        "share",
        "the share of the page's readable text in and near the policy that the extraction kept, 0 to 1",
    ),
    Column("extractor", "text", "the extractor that made the text"),
    Column("stated_date", "day", _STATED),
    Column(
        "last_old",
        "moment",
        "the bracket: the change to this version lies between last_old and first_new; null for the first"
        " version",
    ),
    Column("first_new", "moment", "the other end of the bracket; null for the first version"),
    Column("first_seen", "moment", "the first capture that shows it"),
    Column("last_seen", "moment", "the last capture that shows it"),
    Column(
        "replaced",
        "moment",
        "the first capture of the next version; null for the latest version. It was replaced between"
        " last_seen and this",
    ),
    Column("captures", "number", "how many captures show it, variants included"),
    Column(
        "old_version",
        "number",
        "the version that it replaced when it first appeared; null for the first version, like the next four"
        " columns",
    ),
    *MEASURES,
    ANNOUNCED,
    SUSPECT,
    *capture("first", "the first capture with this text"),
    *capture("last", "the last capture of the version"),
    Column("spans", _SPAN, "the times during which it was shown, oldest first; several if it returned"),
    Column("variants", _VARIANT, "other wordings that were shown during these times"),
)


def row(version: ExportedVersion, citations: Citations) -> Row:
    """Return column name -> value for a version. Moments are ISO 8601; unknown values are None."""
    came = version.came
    return {
        "retailer": version.retailer,
        "name": version.name,
        "version": version.number,
        "latest": version.latest,
        "title": version.title,
        "text": version.markdown,
        "text_sha256": version.text_sha256,
        "language": version.language,
        "words": version.words,
        "completeness": version.completeness,
        "extractor": version.extractor,
        "stated_date": _day(version.stated_date),
        "last_old": came and came.changed_after,
        "first_new": came and came.since,
        "first_seen": version.first_seen,
        "last_seen": version.last_seen,
        "replaced": version.replaced,
        "captures": version.captures,
        "old_version": came and came.old_version,
        "words_added": came and came.words_added,
        "words_removed": came and came.words_removed,
        "similarity": came and came.similarity,
        "set_aside": came and came.set_aside,
        "announced": came and came.announced,
        "suspect": version.spans[0].suspect,
        **captured("first", version.first, citations),
        **captured("last", version.last, citations),
        "spans": [_span(span) for span in version.spans],
        "variants": [asdict(variant) for variant in version.variants],
    }


def captured(which: str, seen: CitedCapture, citations: Citations) -> Row:
    """Return column name -> value for a capture. Each name begins with `which` and `_`."""
    values = {"snapshot": citations.address(seen), **asdict(seen)}
    return {name: values[name.removeprefix(f"{which}_")] for name, _, _ in capture(which, "")}


def _span(span: Span) -> Row:
    """Return a span without what only the links of web pages need, and with stated dates as days."""
    values = {name: value for name, value in asdict(span).items() if name != "occurrence"}
    return {**values, **{name: _day(values[name]) for name in ("stated_before", "stated_date")}}


def _day(stated: str | None) -> str | None:
    """Return a stated date as a day: the first one of the month or year if it is only that (``2018-05``)."""
    return stated and stated + "2018-01-01"[len(stated) :]


def _rows(db: Database, wanted: ExportFilter, citations: Citations) -> Iterator[Row]:
    return (row(version, citations) for version in versions(db, wanted))


TABLE = Table(
    name="versions",
    rows_are="a version of a policy, with its text and all its evidence",
    columns=COLUMNS,
    key=frozenset(
        ("retailer", "version", "text_sha256", "spans", *(column.name for column in capture("first", "")))
    ),
    count=count_versions,
    own_rows=_rows,
)
