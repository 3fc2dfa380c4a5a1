"""Bulk runs in this process: the same rows as an import, and only what is missing is made."""

import errno
import json
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from filelock import FileLock
from pyarrow import parquet

from crawler.bulk import derive as derive_stage
from crawler.bulk import history, input_table
from crawler.bulk.counts import DerivedFile
from crawler.bulk.history import TABLES
from crawler.bulk.storage.store import Store
from crawler.errors import BulkTargetError, DamagedResultError, ResultError, SupersededError
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from crawler.jobs.run_import import ImportPlan, run_import
from db import new_files
from db.errors import ArchiveLockedError
from tests.support import archives, bulk, shops

LIST = """domain,policy_url,name,sector
kettle.example,http://kettle.example/privacy,Kettle & Co,tea
moss.example,http://moss.example/privacy,Moss,gardens
elsewhere.example,,Elsewhere,travel
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "list.csv").write_text(LIST)
    return shops.write(folder)


@pytest.fixture(scope="module")
def plan(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> BulkPlan:
    out = tmp_path_factory.mktemp("result") / "out"
    return BulkPlan(tuple(map(str, files)), str(out), files[0].with_name("list.csv"), buckets=4, jobs=1)


@pytest.fixture(scope="module")
def result(plan: BulkPlan) -> Path:
    """A calm run. Do not write to it."""
    run_bulk(plan, print)
    return Path(plan.out)


@pytest.fixture
def copy(plan: BulkPlan, result: Path, tmp_path: Path) -> BulkPlan:
    """A plan that goes on with a copy of the result."""
    shutil.copytree(result, tmp_path / "out")
    return replace(plan, out=str(tmp_path / "out"))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the tasks that were not found done."""
    counts: Counter[str] = Counter()

    def counted(name: str, function: Callable[[object], object]) -> Callable[[object], object]:
        def run(task: object) -> object:
            counts[name] += 1
            return function(task)

        return run

    for name in ("scan", "derive", "history"):
        target = f"crawler.jobs.run_bulk.{name}"
        function = getattr(__import__("crawler.jobs.run_bulk", fromlist=[name]), name)
        monkeypatch.setattr(target, counted(name, function))
    return counts


@pytest.fixture(scope="module")
def imported(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files, imported into an archive file. Do not write to it."""
    db = tmp_path_factory.mktemp("imported") / "a.db"
    run_import(ImportPlan.make(db, files, retailers_csv=files[0].with_name("list.csv")), jobs=1)
    return db


def test_the_rows_are_those_of_an_import(imported: Path, result: Path, tmp_path: Path):
    found = bulk.of_result(result)
    assert found == bulk.of_archive(imported, tmp_path)
    assert {table: len(rows) for table, rows in found.items()} == {
        "captures": 15,
        "texts": 10,
        "versions": 10,
        "changes": 6,
        "findings": 0,
    }


def test_a_result_can_be_imported(imported: Path, result: Path, tmp_path: Path):
    ended, _ = run_import(ImportPlan.make(tmp_path / "b.db", [result]), jobs=1)
    assert (ended.exit_status, ended.outcome) == (0, "done")
    assert archives.content(tmp_path / "b.db") == archives.content(imported)


def test_some_retailers_of_a_result_can_be_imported(imported: Path, result: Path, tmp_path: Path):
    chosen = ("moss.example", "quilts.example")
    run_import(replace(ImportPlan.make(tmp_path / "b.db", [result]), chosen=chosen), jobs=1)
    found, whole = bulk.of_archive(tmp_path / "b.db", tmp_path), bulk.of_archive(imported, tmp_path)
    for table in TABLES:
        assert found[table] == [row for row in whole[table] if row["retailer"] in chosen]
    assert len(found["versions"]) == 4


def test_a_retailer_that_a_result_has_not_is_named(result: Path, tmp_path: Path):
    plan = ImportPlan.make(tmp_path / "b.db", [result])
    ended, imported = run_import(replace(plan, chosen=("mos.example", "moss.example")), jobs=1)
    assert (ended.exit_status, imported.problems) == (3, [f"{result} has no retailer mos.example"])
    assert archives.rows(tmp_path / "b.db", "select domain from retailers") == [("moss.example",)]


def test_an_unfinished_result_is_not_imported(copy: BulkPlan, tmp_path: Path):
    manifest = Path(copy.out, "_manifest.json")
    manifest.write_text(manifest.read_text().replace('"is_finished": true', '"is_finished": false'))
    with pytest.raises(
        BulkTargetError, match=r"is no finished bulk result: run its 'policytrail bulk' again"
    ):
        run_import(ImportPlan.make(tmp_path / "b.db", [Path(copy.out)]), jobs=1)


def test_texts_of_another_extractor_are_made_again(
    copy: BulkPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    manifest = Path(copy.out, "_manifest.json")
    found = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**found, "extractor": "another"}))
    monkeypatch.setattr(history, "text_input", lambda derived: pytest.fail("a text is taken over"))
    run_import(ImportPlan.make(tmp_path / "b.db", [Path(copy.out)]), jobs=1)
    assert len(bulk.of_archive(tmp_path / "b.db", tmp_path)["versions"]) == 10


def test_an_archive_file_is_an_input(imported: Path, tmp_path: Path):
    outcome = run_bulk(BulkPlan((str(imported),), str(tmp_path / "out"), buckets=4, jobs=1), print)
    assert outcome.is_whole
    assert bulk.of_result(tmp_path / "out") == bulk.of_archive(imported, tmp_path)


def test_another_sqlite_file_is_damage(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "x.db")) as other:
        other.execute("create table a (b)")
    outcome = run_bulk(BulkPlan((str(tmp_path / "x.db"),), str(tmp_path / "out"), jobs=1), print)
    (found,) = outcome.files.values()
    assert found.damage.endswith("x.db is a database, but not a policytrail archive")


def test_every_record_is_counted_once(result: Path):
    manifest = json.loads((result / "_manifest.json").read_text())
    assert manifest["records"] == {
        "taken": 15,
        "passed_over": {"are no documents": 1, "are requests": 1},
        "failed": {
            "are cut off or damaged, with all that follows": 1,
            "contradict themselves, or cannot be decoded": 1,
            "has no host": 1,
        },
    }
    assert [row.counted.taken for row in input_table.read(Store(str(result)))] == [6, 4, 2, 3]
    assert (manifest["is_finished"], manifest["attempts"], manifest["inputs"]) == (True, 1, 4)
    assert manifest["problems"] == {"count": 0, "first": []}


def test_all_parts_of_a_table_have_the_same_columns(result: Path):
    for table in TABLES:
        assert len(bulk.schemas(result, table)) == 1
    assert "attribute_sector: string" in bulk.schemas(result, "versions").pop()


def test_the_descriptor_names_every_part(result: Path):
    package = json.loads((result / "datapackage.json").read_text())
    named = {path for resource in package["resources"] for path in resource["path"]}
    assert named == {path for path in bulk.parts(result) if path.startswith(tuple(TABLES))}
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)


def test_a_run_again_makes_nothing(copy: BulkPlan, result: Path, made: Counter[str]):
    run_bulk(copy, print)
    assert made == {}
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


@pytest.mark.parametrize("table", ["records", *TABLES])
def test_a_lost_part_is_made_again_with_the_same_bytes(
    copy: BulkPlan, result: Path, made: Counter[str], table: str
):
    lost = next(path for path in bulk.parts(result) if path.startswith(f"{table}/"))
    (Path(copy.out) / lost).unlink()
    run_bulk(copy, print)
    assert made == ({"derive": 1} if table == "records" else {"history": 1})
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


def test_a_changed_input_is_derived_again_with_its_buckets(
    copy: BulkPlan, tmp_path: Path, made: Counter[str]
):
    (tmp_path / "in").mkdir()
    files = [Path(shutil.copy(file, tmp_path / "in")) for file in copy.paths]
    plan = replace(copy, paths=tuple(map(str, files)), out=str(tmp_path / "changed"))
    run_bulk(plan, print)
    made.clear()
    os.utime(files[3], ns=(0, 0))
    run_bulk(plan, print)
    assert made == {"scan": 1, "derive": 1, "history": 1}
    run_bulk(replace(plan, paths=tuple(map(str, files[:3]))), print)
    assert len(list((Path(plan.out) / "records").iterdir())) == 3


def test_another_extractor_makes_everything_again(
    copy: BulkPlan, made: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("crawler.bulk.sources.inputs.EXTRACTOR", "another")
    run_bulk(copy, print)
    assert made == {"scan": 4, "derive": 4, "history": 3}


def test_another_version_makes_everything_again(
    copy: BulkPlan, made: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("crawler.bulk.sources.inputs.version", lambda name: "99")
    run_bulk(copy, print)
    assert made == {"scan": 4, "derive": 4, "history": 3}


def test_other_ranks_make_the_histories_again(
    copy: BulkPlan, made: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("crawler.jobs.run_bulk.rules_of_findings", lambda: "another")
    run_bulk(copy, print)
    assert made == {"history": 3}


def test_an_input_that_fails_is_named_and_the_others_are_done(
    plan: BulkPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(task: derive_stage.DeriveTask) -> DerivedFile:
        if task.source.endswith("4.warc.gz"):
            raise OSError("the disk\nis on fire")
        return derive_stage.derive(task)

    monkeypatch.setattr("crawler.jobs.run_bulk.derive", broken)
    new = replace(plan, out=str(tmp_path / "out"))
    outcome = run_bulk(new, print)
    assert outcome.failures == {plan.paths[3]: "the disk is on fire"}
    assert len(outcome.files) == 3
    monkeypatch.undo()
    assert run_bulk(new, print).is_whole
    assert bulk.of_result(Path(new.out)) == bulk.of_result(Path(plan.out))


def test_what_belongs_to_an_input_that_is_no_longer_named_is_removed(copy: BulkPlan):
    (scans, lists) = (Path(copy.out, name) for name in ("scans", "lists"))
    assert (len(list(scans.iterdir())), len(list(lists.iterdir()))) == (4, 1)
    run_bulk(replace(copy, paths=copy.paths[:1], retailers_csv=None), print)
    assert (len(list(scans.iterdir())), len(list(lists.iterdir()))) == (1, 0)


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_of_an_input_that_fails_now_the_rows_of_before_stay(
    copy: BulkPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
):
    (tmp_path / "in").mkdir()
    files = [Path(shutil.copy(file, tmp_path / "in")) for file in copy.paths]
    plan = replace(copy, paths=tuple(map(str, files)), out=str(tmp_path / "kept"))
    run_bulk(plan, print)
    before = bulk.parts(Path(plan.out))
    if how == "changed":
        os.utime(files[3], ns=(0, 0))
    else:
        files[3].unlink()
    monkeypatch.setattr("crawler.jobs.run_bulk.derive", lambda task: 1 / 0)
    outcome = run_bulk(plan, print)
    assert outcome.failures == ({str(files[3]): "division by zero"} if how == "changed" else {})
    assert outcome.problems == ([] if how == "changed" else [f"there is no file or folder {files[3]}"])
    assert (outcome.is_whole, outcome.taken) == (False, 15)
    after = bulk.parts(Path(plan.out))
    assert {path: after[path] for path in before if path != "inputs.parquet"} == {
        path: content for path, content in before.items() if path != "inputs.parquet"
    }


def test_a_damaged_file_of_records_is_made_again(copy: BulkPlan, result: Path):
    place = next(Path(copy.out, "records").iterdir())
    content = bytearray(place.read_bytes())
    content[4:300] = bytes(296)  # in the first pages; the end has the metadata
    place.write_bytes(content)
    shutil.rmtree(Path(copy.out, "versions"))
    (line,) = set(run_bulk(copy, print).failures.values())
    assert line == f"{place} is damaged: run the same command again"
    assert run_bulk(copy, print).is_whole
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


def _cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-20])


def _less(place: Path) -> None:
    table = parquet.read_table(place)
    parquet.write_table(table.drop_columns(["failed" if place.name == "inputs.parquet" else "digest"]), place)


def _text(place: Path) -> None:
    place.write_text("{")


def _types(place: Path) -> None:
    place.write_text(json.dumps(json.loads(place.read_text()) | {"options": [], "buckets": "4"}))


def _leaves(place: Path) -> None:
    table = parquet.read_table(place)
    names = [["../../etc/passwd"]] * len(table)
    parquet.write_table(table.set_column(1, "records", pa.array(names)), place)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("_manifest.json", _text),
        ("_manifest.json", _types),
        ("inputs.parquet", _cut),
        ("inputs.parquet", _less),
        ("inputs.parquet", _leaves),
    ],
)
def test_a_damaged_result_is_named_in_one_line(
    copy: BulkPlan, tmp_path: Path, name: str, damage: Callable[[Path], None]
):
    damage(Path(copy.out, name))
    with pytest.raises(DamagedResultError) as caught:
        run_import(ImportPlan.make(tmp_path / "b.db", [Path(copy.out)]), jobs=1)
    assert str(caught.value) == f"{copy.out}/{name} is damaged: run its 'policytrail bulk' again"


@pytest.mark.parametrize("damage", [_cut, _less, Path.unlink])
def test_a_damaged_file_of_records_costs_only_its_captures(
    copy: BulkPlan, tmp_path: Path, damage: Callable[[Path], None]
):
    place = Path(copy.out, input_table.read(Store(copy.out))[3].records[0])
    damage(place)
    ended, imported = run_import(ImportPlan.make(tmp_path / "b.db", [Path(copy.out)]), jobs=1)
    assert imported.problems[-1] == f"{place} is damaged: run its 'policytrail bulk' again"
    assert (ended.exit_status, imported.read) == (3, 13)


def test_bodies_are_kept_as_files_that_import_to_the_same_rows(
    copy: BulkPlan, result: Path, tmp_path: Path, made: Counter[str]
):
    with_bodies, out = replace(copy, bodies=True), Path(copy.out)
    run_bulk(with_bodies, print)
    assert made == {"history": 3}  # nothing is extracted again
    found = sorted(out.glob("bodies/*/part.warc.gz"))
    assert len(found) == 3
    run_import(ImportPlan.make(tmp_path / "b.db", found), jobs=1)
    rows, expected = bulk.of_archive(tmp_path / "b.db", tmp_path), bulk.of_result(result)
    assert [row["text_sha256"] for row in rows["versions"]] == [
        row["text_sha256"] for row in expected["versions"]
    ]
    found[0].unlink()
    run_bulk(with_bodies, print)
    assert (made["history"], found[0].is_file()) == (4, True)
    run_bulk(copy, print)
    assert not list(out.glob("bodies/*/*"))
    assert bulk.parts(out) == bulk.parts(result)


def test_a_folder_of_something_else_is_left_alone(plan: BulkPlan, tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("1")
    with pytest.raises(BulkTargetError, match=r"has files of others: name a new or an empty folder"):
        run_bulk(replace(plan, out=str(tmp_path)), print)
    (tmp_path / "_manifest.json").write_text("[]")
    with pytest.raises(BulkTargetError, match=r"has files of others"):
        run_bulk(replace(plan, out=str(tmp_path)), print)


@pytest.mark.parametrize(
    "content",
    [
        *("{", "[1]", '"a"', "[" * 100_000, '{"form": 2}', '{"form": 2, "buckets": "x", "attempts": 1}'),
        *('{"form": 2, "buckets": 4, "attempts": {}}', '{"form": 2, "buckets": -1, "attempts": 1}'),
    ],
)
def test_a_lost_manifest_is_written_again(copy: BulkPlan, result: Path, made: Counter[str], content: str):
    (Path(copy.out) / "_manifest.json").write_text(content)
    run_bulk(copy, print)
    assert made == {}
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


def test_a_lost_manifest_of_another_number_of_buckets(copy: BulkPlan, result: Path, made: Counter[str]):
    Path(copy.out, "_manifest.json").unlink()
    with pytest.raises(BulkTargetError, match="has 4 buckets: leave --buckets out"):
        run_bulk(replace(copy, buckets=5), print)
    damaged = sorted(Path(copy.out, "captures").rglob("*.parquet"))
    for place in damaged:
        _cut(place)
    run_bulk(replace(copy, buckets=0), print)
    assert (made, json.loads(Path(copy.out, "_manifest.json").read_text())["buckets"]) == ({"history": 3}, 4)
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the Parquet files that were opened to see what they were made from."""
    names: list[str] = []
    read = Store.key_and_summary

    def note(store: Store, name: str) -> object:
        names.append(name)
        return read(store, name)

    monkeypatch.setattr(Store, "key_and_summary", note)
    return names


def test_a_run_again_opens_no_file_that_is_as_it_was(
    copy: BulkPlan, result: Path, made: Counter[str], opened: list[str]
):
    run_bulk(copy, print)
    assert (made, opened) == ({}, [])
    versions = sorted(Path(copy.out, "versions").rglob("*.parquet"))
    os.utime(versions[0], ns=(0, 0))  # it is another file, with what it should have
    run_bulk(copy, print)
    assert (made, opened) == ({}, ["versions/" + versions[0].relative_to(versions[0].parents[1]).as_posix()])
    shutil.copy(versions[2], versions[1])  # of another bucket
    run_bulk(copy, print)
    assert made == {"history": 1}
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"a": 1}',
        '{"a": ["x", "y", "z", {}]}',
        '{"files": [], "sha256": ""}',
        '{"files": {"a": [Infinity, "1", "k", {}]}, "sha256": ""}',
    ],
)
def test_without_what_the_last_run_knew_each_file_is_opened(
    copy: BulkPlan, made: Counter[str], opened: list[str], content: str
):
    Path(copy.out, "files.json").write_text(content)
    run_bulk(copy, print)
    assert made == {}
    assert len(set(opened)) == 4 + 3 * len(TABLES)
    opened.clear()
    run_bulk(copy, print)
    assert opened == []


def test_what_a_run_knew_counts_only_as_it_was_written(copy: BulkPlan, made: Counter[str], opened: list[str]):
    place = Path(copy.out, "files.json")
    found = json.loads(place.read_text())
    for known in found["files"].values():
        known[3] = {}
    place.write_text(json.dumps(found))
    run_bulk(copy, print)
    assert (made, len(set(opened))) == ({}, 4 + 3 * len(TABLES))


def test_a_file_that_an_older_run_writes_late_is_not_known_as_that_of_this_run(
    copy: BulkPlan, result: Path, made: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    lost, other = sorted(Path(copy.out, "versions").rglob("*.parquet"))[:2]
    late = other.read_bytes()
    lost.unlink()
    files, inner = Store.files, Counter[str]()

    def late_files(store: Store, folder: str) -> object:
        inner[folder] += folder == "versions" and made["history"]
        if inner["versions"] == 2:  # this run has made the file, cleaned up, and now lists what is there
            lost.write_bytes(late)
        return files(store, folder)

    monkeypatch.setattr(Store, "files", late_files)
    run_bulk(copy, print)
    monkeypatch.setattr(Store, "files", files)
    assert lost.read_bytes() == late
    run_bulk(copy, print)
    assert made["history"] == 2
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


@pytest.mark.parametrize("what", ["within", "empty"])
def test_without_an_input_the_result_stays_as_it_is(copy: BulkPlan, tmp_path: Path, what: str):
    plan = replace(copy, bodies=True)
    run_bulk(plan, print)
    before = {place: place.read_bytes() for place in Path(copy.out).rglob("*.*") if place.name != "run.json"}
    (tmp_path / "none.txt").write_text(" \n\n")
    given = {"within": Path(copy.out, "bodies"), "empty": tmp_path / "none.txt"}[what]
    outcome = run_bulk(replace(plan, paths=(str(given),)), print)
    assert outcome.problems == [
        {"within": "there is no input: nothing was changed", "empty": f"the list {given} names no file"}[what]
    ]
    assert (outcome.is_whole, outcome.inputs) == (False, [])
    assert {place: place.read_bytes() for place in before} == before


def test_a_command_without_an_input_ends_no_other_run(copy: BulkPlan):
    running = Store(copy.out).begin()
    outcome = run_bulk(replace(copy, paths=("typo",)), print)
    assert outcome.problems == ["there is no file or folder typo"]
    running.check()
    run_bulk(copy, print)
    with pytest.raises(SupersededError):
        running.check()


def test_what_a_run_knew_is_of_its_inputs_and_options(copy: BulkPlan, made: Counter[str]):
    run_bulk(replace(copy, domain="kettle.example"), print)
    assert (made["derive"], made["history"]) == (4, 1)
    run_bulk(copy, print)
    assert (made["derive"], made["history"]) == (8, 4)


def test_bad_places_and_another_number_of_buckets(copy: BulkPlan, tmp_path: Path):
    with pytest.raises(BulkTargetError, match=r"has 4 buckets: leave --buckets out, or name another folder"):
        run_bulk(replace(copy, buckets=5), print)
    with pytest.raises(BulkTargetError, match="is no folder: the last argument is the folder of the result"):
        run_bulk(replace(copy, out=copy.paths[0]), print)
    for name in ("no.warc.gz", "no.warc.paths.gz", "no.parquet"):
        with pytest.raises(BulkTargetError, match=f"{name} is no folder: the last argument is the folder"):
            run_bulk(replace(copy, out=str(tmp_path / name)), print)
    with pytest.raises(
        BulkTargetError, match=r"^s3://x/a.warc.gz is no folder: the last argument is the folder"
    ):
        run_bulk(replace(copy, out="s3://u:secret@x/a.warc.gz?s=1"), print)
    with pytest.raises(BulkTargetError, match="ftp://x/out cannot be used: only addresses with gs, http, "):
        run_bulk(replace(copy, out="ftp://u:secret@x/out"), print)
    with pytest.raises(BulkTargetError) as caught:
        run_bulk(replace(copy, out="https://u:secret@x/out"), print)
    assert str(caught.value) == (
        "https://x/out is no place to write to: OUT is a folder, also of an object store (s3://..., gs://...)"
    )
    with pytest.raises(BulkTargetError, match="there is no folder"):
        run_bulk(replace(copy, out=str(tmp_path / "no" / "out")), print)


def test_a_result_within_its_input_is_no_input(plan: BulkPlan, result: Path, tmp_path: Path):
    (tmp_path / "in").mkdir()
    for file in plan.paths:
        shutil.copy(file, tmp_path / "in")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    out = tmp_path / "in" / "out"
    within = replace(plan, paths=(str(tmp_path / "link"),), out=str(out), bodies=True)
    assert run_bulk(within, print).notes == []
    outcome = run_bulk(within, print)
    assert (len(outcome.inputs), outcome.notes) == (4, [f"files in {out} are no inputs: it is the result"])
    assert bulk.of_result(out) == bulk.of_result(result)


def test_a_full_disk_ends_a_run_with_a_line_and_the_next_one_goes_on(
    copy: BulkPlan, result: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(store: Store, name: str, content: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Store, "put_json", full)
    with pytest.raises(ResultError) as caught:
        run_bulk(copy, print)
    assert str(caught.value) == (
        f"{copy.out} cannot be used: [Errno 28] No space left on device: run the same command again to go on"
    )
    assert caught.value.exit_status == 3
    monkeypatch.undo()
    assert run_bulk(copy, print).is_whole
    assert bulk.parts(Path(copy.out)) == bulk.parts(result)


def test_a_full_disk_ends_a_run_at_its_first_task(
    plan: BulkPlan, tmp_path: Path, made: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    create = new_files.create

    def full(part: Path) -> object:
        if part.parent.name == "records":
            raise OSError(errno.ENOSPC, "No space left on device")
        return create(part)

    monkeypatch.setattr("crawler.bulk.storage.store.new_files.create", full)
    with pytest.raises(
        ResultError, match=r"out cannot be used: \[Errno 28\] No space left on device: run the"
    ):
        run_bulk(replace(plan, out=str(tmp_path / "out")), print)
    assert made == {"scan": 4, "derive": 1}


def test_a_run_that_another_one_follows_ends_at_its_next_task(
    plan: BulkPlan, tmp_path: Path, made: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    out = str(tmp_path / "out")

    def followed(task: derive_stage.DeriveTask) -> DerivedFile:
        Store(out).begin()
        monkeypatch.setattr("crawler.bulk.derive.Reading", lambda options: pytest.fail("it is computed"))
        return derive_stage.derive(task)

    monkeypatch.setattr("crawler.jobs.run_bulk.derive", followed)
    with pytest.raises(SupersededError):
        run_bulk(replace(plan, out=out), print)


def test_two_runs_at_once_are_refused(copy: BulkPlan):
    with (
        FileLock(Path(copy.out) / ".bulk.lock"),
        pytest.raises(ArchiveLockedError, match="another run is writing to"),
    ):
        run_bulk(copy, print)
