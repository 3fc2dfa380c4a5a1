"""Write `datapackage.json` and `croissant.json` beside an exported table.

Several tables in one folder are described together. The entry of a table stays as long as its file has the
size of the entry.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.errors import ExportTargetError
from db.export import files, target
from db.export.descriptors.croissant import croissant
from db.export.descriptors.datapackage import Facts, Origin, is_package, package, resource
from db.export.evidence import ExportFilter
from db.export.formats import TableFormat

DATAPACKAGE, CROISSANT = "datapackage.json", "croissant.json"
_LONGEST = 1 << 26  # a longer file is not ours


def check(out: Path, form: TableFormat) -> None:
    """Raise ExportTargetError if a descriptor of another program is where the table will be."""
    for name, is_ours in ((DATAPACKAGE, _is_package), (CROISSANT, _is_croissant)):
        place = _place(out, form).parent / name
        if place.exists() and not is_ours(place):
            raise ExportTargetError(
                f"{place} was not written by this export: move it away, or export into another folder"
            )


def origin(db: Database, archive: str, *, program: str, extractor: str, options: str) -> Origin:
    """Return what an export is made from, and by what. `archive` is the name of the archive file."""
    good = "select {} from captures where verdict = 'policy'"
    (last,) = db.execute(good.format("max(captured_at)")).fetchone()
    names = db.execute(good.format("distinct archive") + " order by archive").fetchall()
    return Origin(archive, last, tuple(name for (name,) in names), program, extractor, options)


def describe(
    db: Database, out: Path, form: TableFormat, wanted: ExportFilter, rows: int, origin: Origin
) -> None:
    """Describe the table that was exported to `out`, with the tables described before.

    `rows` is its number of rows. Raises ExportTargetError, ArchiveLockedError, ExportWriteError.
    """
    place = _place(out, form)
    columns = form.columns(db, wanted)
    found = resource(
        place, form.writer, rows_are=form.table.rows_are, rows=rows, columns=columns, origin=origin
    )
    folder = place.parent
    others = [one for one in _described(folder) if one["path"] != found["path"] and _is_there(folder, one)]
    described = package(sorted([*others, found], key=lambda one: str(one["path"])))
    _write(folder / DATAPACKAGE, described, _is_package)
    _write(folder / CROISSANT, croissant(described), _is_croissant)


def _place(out: Path, form: TableFormat) -> Path:
    """Return the file of the table. Links are followed, as the export does."""
    return target.resolve(out / form.file_name if out.is_dir() else out)


def _described(folder: Path) -> list[Facts]:
    place = folder / DATAPACKAGE
    return list(_json(place)["resources"]) if place.exists() and _is_package(place) else []


def _is_there(folder: Path, described: Facts) -> bool:
    place = folder / Path(described["path"]).name
    return place.is_file() and place.stat().st_size == described["bytes"]


def _write(place: Path, content: Mapping[str, Any], is_ours: Any) -> None:
    with files.file(place, place.name, is_ours) as whole:
        whole.stream.write((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())


def _json(place: Path) -> Any:
    if place.stat().st_size > _LONGEST:
        return None
    try:
        return json.loads(place.read_bytes())
    except ValueError:
        return None


def _is_package(place: Path) -> bool:
    return is_package(_json(place))


def _is_croissant(place: Path) -> bool:
    found = _json(place)
    return isinstance(found, dict) and found.get("name") == "policytrail" and "recordSet" in found
