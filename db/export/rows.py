"""A version as a row: its text and evidence in columns (docs/exports.md)."""

from dataclasses import asdict, fields
from typing import Any

from db.export.evidence import Citations, CitedCapture, ExportedVersion
from db.query.spans import Span

Row = dict[str, Any]
FILE = "versions"  # the file's name without ending, if the export is written into a folder
# The moment of a capture is in other columns of the row.
CAPTURE_COLUMNS = (
    "snapshot",
    *(field.name for field in fields(CitedCapture) if field.name != "captured_at"),
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
        **capture("first", version.first, citations),
        **capture("last", version.last, citations),
        "spans": [_span(span) for span in version.spans],
        "variants": [asdict(variant) for variant in version.variants],
    }


def capture(which: str, seen: CitedCapture, citations: Citations) -> Row:
    """Return column name -> value for a capture. Each name begins with `which` and `_`."""
    columns = {"snapshot": citations.address(seen), **asdict(seen)}
    return {f"{which}_{name}": columns[name] for name in CAPTURE_COLUMNS}


def _span(span: Span) -> Row:
    """Return a span without what only the links of web pages need, and with stated dates as days."""
    values = {name: value for name, value in asdict(span).items() if name != "occurrence"}
    return {**values, **{name: _day(values[name]) for name in ("stated_before", "stated_date")}}


def _day(stated: str | None) -> str | None:
    """Return a stated date as a day: the first one of the month or year if it is only that (``2018-05``)."""
    return stated and stated + "2018-01-01"[len(stated) :]
