"""datapackage.json and croissant.json: read by the libraries of their formats, and true."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from db.database import transaction
from db.errors import ExportTargetError
from db.export import formats
from db.export.descriptors import write
from db.export.descriptors.datapackage import LICENCE
from db.export.tables import changes
from db.export.tables.columns import Column
from db.store import attributes
from tests.support import loaders
from tests.support.citations import ALL, CITING, fill
from tests.support.shop import Shop

FORMATS = ("csv", "jsonl", "parquet", "changes-jsonl", "panel-csv")


def described(db: Database, out: Path, name: str, **wanted: Any) -> None:
    chosen = replace(ALL, **wanted)
    form = formats.named(name, on_a_day="on" in wanted)
    assert isinstance(form, formats.TableFormat)
    exported = form.export(db, out, chosen, CITING, lambda _: None)
    origin = write.origin(db, "a.db", program="1.2", extractor="3", options=f"--format {name}")
    write.describe(db, out, form, chosen, exported.written + exported.kept, origin)


def package(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text())
    return found


@pytest.fixture
def filled(db: Database, shelf: Shop, neighbour: Shop) -> Database:
    fill(shelf, neighbour)
    with transaction(db):
        attributes.store(db, "shop.example", {"sector": "toys"})
    return db


def test_a_table_is_described(filled: Database, tmp_path: Path):
    described(filled, tmp_path / "x.csv", "csv", with_text=True)
    (only,) = package(tmp_path)["resources"]
    data = (tmp_path / "x.csv").read_bytes()
    assert (only["path"], only["bytes"]) == ("x.csv", len(data))
    assert only["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert only["sources"] == [{"title": "web.archive.org"}]
    assert only["policytrail"] == {
        "rows": 2,
        "archive": "a.db",
        "last_capture": "2015-01-01T00:00:00Z",
        "version": "1.2",
        "extractor": "3",
        "options": "--format csv",
    }
    fields = {field["name"]: field for field in only["schema"]["fields"]}
    assert list(fields) == data.decode().splitlines()[0].split(",")
    assert fields["removed"]["type"] == "string"
    assert fields["last_old"]["type"] == "datetime"
    assert fields["attribute_sector"]["description"] == "sector, as the user's list of retailers has it"
    assert LICENCE in package(tmp_path)["description"]


def test_tables_of_a_folder_are_described_together(filled: Database, tmp_path: Path):
    for name in FORMATS:
        described(filled, tmp_path, name)
    before = (tmp_path / "datapackage.json").read_bytes(), (tmp_path / "croissant.json").read_bytes()
    described(filled, tmp_path, "csv")
    assert before == (
        (tmp_path / "datapackage.json").read_bytes(),
        (tmp_path / "croissant.json").read_bytes(),
    )
    paths = [one["path"] for one in package(tmp_path)["resources"]]
    assert paths == ["changes.csv", "changes.jsonl", "panel.csv", "versions.jsonl", "versions.parquet"]
    (tmp_path / "panel.csv").unlink()
    (tmp_path / "versions.jsonl").write_text("{}\n")
    described(filled, tmp_path, "csv")
    assert [one["path"] for one in package(tmp_path)["resources"]] == [
        "changes.csv",
        "changes.jsonl",
        "versions.parquet",
    ]


@pytest.mark.parametrize("name", [write.DATAPACKAGE, write.CROISSANT])
@pytest.mark.parametrize("content", ["", "no JSON", "[]", '{"name": "theirs", "resources": [{}]}'])
def test_a_descriptor_of_others_is_left(db: Database, tmp_path: Path, name: str, content: str):
    (tmp_path / name).write_text(content)
    with pytest.raises(ExportTargetError, match="was not written by this export"):
        write.check(tmp_path / "x.csv", formats.TableFormat(changes.TABLE, "csv"))
    assert (tmp_path / name).read_text() == content


def test_descriptors_are_where_a_link_leads(filled: Database, tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "link.csv").symlink_to("data/x.csv")
    described(filled, tmp_path / "link.csv", "csv")
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "croissant.json",
        "datapackage.json",
        "x.csv",
    ]
    assert [one["path"] for one in package(tmp_path / "data")["resources"]] == ["x.csv"]


def test_every_column_has_a_meaning():
    def meanings(columns: tuple[Column, ...]) -> list[str]:
        inner = [column.type for column in columns if not isinstance(column.type, str)]
        return [column.meaning for column in columns] + [one for of in inner for one in meanings(of)]

    for name in FORMATS:
        form = formats.named(name)
        assert isinstance(form, formats.TableFormat)
        assert all(meanings(form.table.columns))


READ = """
import json, logging
logging.disable()
from frictionless import Package
import mlcroissant
package = Package(f"{folder}/datapackage.json")
report([error.note for error in Package.metadata_validate(json.load(open(f"{folder}/datapackage.json")))])
for name in ("changes.csv", "panel.csv"):
    resource = package.get_resource(name)
    found = resource.validate()
    report([name, found.valid, found.tasks[0].stats["rows"]])
    rows = resource.read_rows()
    time = rows[0]["last_old" if name == "changes.csv" else "start"]
    report([rows[0]["retailer"], type(time).__name__])
data = mlcroissant.Dataset(jsonld=f"{folder}/croissant.json")
report(sorted(data.metadata.issues.errors))
for records in data.metadata.record_sets:
    rows = list(data.records(records.id))
    shops = sorted({row[f"{records.id}/retailer"].decode() for row in rows})
    report([records.id, len(rows), shops, len(records.fields)])
"""


@loaders.needed
def test_the_libraries_of_the_formats_read_them(filled: Database, tmp_path: Path):
    for name in FORMATS:
        described(filled, tmp_path, name, **({"every": "year"} if name == "panel-csv" else {}))
    both, one = ["neighbour.example", "shop.example"], ["shop.example"]
    assert loaders.run_code(READ, tmp_path) == [
        [],
        ["changes.csv", True, 2],
        ["shop.example", "datetime"],
        ["panel.csv", True, 7],
        ["neighbour.example", "date"],
        [],
        ["rows-of-changes.csv", 2, one, 40],
        ["rows-of-changes.jsonl", 2, one, 42],
        ["rows-of-panel.csv", 7, both, 15],
        ["rows-of-versions.jsonl", 3, both, 48],
        ["rows-of-versions.parquet", 3, both, 48],
    ]


@loaders.needed
def test_texts_with_every_sign_are_read(db: Database, shelf: Shop, tmp_path: Path):
    shelf.observe("20100101000000", '# P\n\nCRLF \r\n tab \t quote " comma , =1+1 é 💶.\n')
    shelf.derive()
    described(db, tmp_path, "csv", on="2010-01-01")
    read = """
from frictionless import Package
(resource,) = Package(f"{folder}/datapackage.json").resources
report([resource.validate().valid, resource.read_rows()[0]["known"]])
"""
    assert loaders.run_code(read, tmp_path) == [[True, True]]
