"""An exported table as a resource of a Data Package (specs.frictionlessdata.io)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.export.tables.columns import Column

Facts = dict[str, Any]
TYPES = {
    "text": "string",
    "texts": "array",
    "number": "integer",
    "share": "number",
    "flag": "boolean",
    "day": "date",
    "moment": "datetime",
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}
LICENCE = (
    "The texts are the retailers' own, and were captured by web archives. policytrail cannot give a licence"
    " for them: check what your use needs."
)


@dataclass(frozen=True)
class Origin:
    """What a table was made from, and by what.

    `archive` is the name of the archive file, `last_capture` the time of its last good capture (ISO 8601;
    None without any), and `web_archives` the names of the web archives whose captures it has. `program` is
    the version of policytrail. `options` are those of the export, as on the command line.
    """

    archive: str
    last_capture: str | None
    web_archives: tuple[str, ...]
    program: str
    extractor: str
    options: str


def resource(
    place: Path, form: str, *, rows_are: str, rows: int, columns: Sequence[Column], origin: Origin
) -> Facts:
    """Return the description of a table in the file `place`, which has `rows` rows.

    `form` is csv, jsonl or parquet.
    """
    with place.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    found: Facts = {
        "name": _name(place.name),
        "path": place.name,
        "description": f"A row is {rows_are}.",
        "format": form,
        "mediatype": MEDIA_TYPES[form],
        "bytes": place.stat().st_size,
        "hash": f"sha256:{sha256}",
        "schema": {"fields": fields(columns, form)},
        "sources": [{"title": name} for name in origin.web_archives],
        "policytrail": {
            "rows": rows,
            "archive": origin.archive,
            "last_capture": origin.last_capture,
            "version": origin.program,
            "extractor": origin.extractor,
            "options": origin.options,
        },
    }
    return found | ({"encoding": "utf-8"} if form != "parquet" else {})


def package(resources: Sequence[Facts]) -> Facts:
    """Return the Data Package of some resources."""
    return {
        "profile": "data-package",
        "name": "policytrail",
        "title": "The history of retailers' privacy policies",
        "description": f"Exported by policytrail from an archive file of web captures. {LICENCE}",
        "resources": list(resources),
    }


def is_package(found: Any) -> bool:
    """Return whether a JSON value is a Data Package that an export wrote."""
    return (
        isinstance(found, dict)
        and isinstance(found.get("resources"), list)
        and bool(found["resources"])
        and all(isinstance(one, dict) and "policytrail" in one for one in found["resources"])
    )


def fields(columns: Iterable[Column], form: str) -> list[Facts]:
    """Return the descriptions of columns of a table that is written as `form`."""
    return [_field(column, form) for column in columns]


def _field(column: Column, form: str) -> Facts:
    of = TYPES[column.type] if isinstance(column.type, str) else "array"
    if form == "csv" and of == "array":
        of = "string"
    rows = {} if isinstance(column.type, str) else {"policytrail": [_field(one, form) for one in column.type]}
    return {"name": column.name, "type": of, "description": column.meaning, **rows}


def _name(file: str) -> str:
    """Return the name of a resource: lower-case letters, digits, `.`, `_` and `-`."""
    return "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in file.lower()
    )
