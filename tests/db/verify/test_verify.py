"""Verification without the extractor: file, facts, bodies, texts, search index. Nothing is ever written."""

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, seed, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from db.database import file_of, open_archive, transaction
from db.errors import ArchiveError, NewerSchemaError, NotAnArchiveError
from db.store import captures
from db.store.bodies import Bodies
from db.verify import damaged_reader, file, repair
from db.verify import run_checks as rows
from db.verify.faults import Faults
from db.verify.run_checks import check_archive
from db.verify.salvage import salvage
from tests.support.shop import Shop

PAGE = 4096
# The seed is fixed, and few rows are probed. A long run with all probes takes some minutes:
#   POLICYTRAIL_FUZZ_EXAMPLES=300 python -m pytest -m fuzz tests/db/verify
FUZZ_EXAMPLES = int(os.environ.get("POLICYTRAIL_FUZZ_EXAMPLES", "20"))
FUZZ_PROBES = 20_000 if "POLICYTRAIL_FUZZ_EXAMPLES" in os.environ else 200
NOISE = random.Random(1).randbytes(
    1_000
)  # does not compress, so that the bytes of each body are nowhere else in the file
WORDS = [
    f"We keep the {word} that you give us for as long as the law asks for it."
    for word in ("name", "address", "number")
]


@pytest.fixture
def path(db: Database, shelf: Shop, neighbour: Shop) -> Path:
    """A closed archive: a chain of bodies, a fork of it, a policy of two versions."""
    for shop in (shelf, neighbour):
        for number in range(6):
            text = "\n\n".join([f"# Privacy of {shop.domain}", *WORDS[: 2 + number // 3]])
            shop.observe(
                f"20{10 + number}0101000000", text, body=f"{shop.domain}{number}{NOISE[number * 100 :].hex()}"
            )
        shop.derive()
    path = Path(file_of(db))
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return path


def told(faults: Faults) -> list[tuple[str, str, object]]:
    return [(p.check, p.table, p.row) for found in faults.problems.values() for p in found]


def change(path: Path, statement: str, *values: object) -> None:
    db = open_archive(path)
    db.execute("pragma foreign_keys = off")
    with db.atomic():
        db.execute(statement, list(values))
    db.close()


def dependents_of(path: Path, body_id: int) -> set[int]:
    db = file.open_damaged(path)
    found = {body_id}
    for number, base in db.execute("select id, base_id from bodies order by id"):
        found |= {number} if base in found else set()
    db.close()
    return found


def blobs(path: Path) -> dict[int, tuple[int, int]]:
    """Where in the file each body's bytes lie: the first of them, and how many in a row."""
    db, content = file.open_damaged(path), path.read_bytes()
    found = {}
    for number, data in db.execute("select id, data from bodies"):
        places = [match.start() for match in re.finditer(re.escape(data), content, re.S)]
        if len(places) == 1:
            found[number] = (places[0], len(data))
    db.close()
    return found


def test_a_sound_archive_has_no_problem_and_keeps_its_bytes(path: Path) -> None:
    before = path.read_bytes()
    faults = check_archive(path)
    assert (faults.sound, told(faults), faults.tree, faults.index) == (True, [], False, False)
    assert dict(faults.checked) == {"bodies": 12, "pages": 2, "captures": 12, "texts": 4, "versions_fts": 1}
    assert path.read_bytes() == before
    assert [name.name for name in path.parent.iterdir()] == [path.name]


def test_an_empty_archive_is_sound(tmp_path: Path) -> None:
    open_archive(tmp_path / "a.db", create=True).close()
    assert check_archive(tmp_path / "a.db").sound


@pytest.mark.parametrize("seed", range(40))
def test_a_bit_flipped_in_a_body_names_that_body_and_what_rests_on_it(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    body_id, (start, length) = chance.choice(sorted(blobs(path).items()))
    expected = dependents_of(path, body_id)
    content = bytearray(path.read_bytes())
    content[start + chance.randrange(length)] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    faults = check_archive(path)
    db = file.open_damaged(path)
    assert faults.lost == {
        number for (number,) in db.execute("select id from bodies") if Bodies(db).get_if_sound(number) is None
    }
    assert {place for _, _, place in told(faults)} == faults.lost | faults.orphans
    assert {check for check, _, _ in told(faults)} <= {"bodies"}
    assert faults.lost <= expected
    # A bit of the frame's header may say nothing, and a byte may serve none of those that rest on the body.
    assert body_id in faults.lost or Bodies(db).get_if_sound(body_id)
    db.close()


def test_what_rests_on_a_damaged_body_but_can_be_read_is_told_apart(path: Path) -> None:
    """The hash of the base is damaged, not its bytes."""
    change(path, "update bodies set sha256 = 'f' || substr(sha256, 2) where id = 1")
    faults = check_archive(path)
    assert faults.lost == {1}
    assert faults.orphans == {2}
    assert str(faults.problems["bodies"][1]) == (
        "bodies 2: can still be read, but its base, body 1, is damaged"
        " (shop.example 20110101000000 http://shop.example/privacy)"
    )


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("update bodies set base_id = 4 where id = 1", {1, 2, 3, 4, 5, 6}),
        ("update bodies set base_id = 99 where id = 3", {3, 4, 5, 6}),
        ("update bodies set base_id = 3 where id = 3", {3, 4, 5, 6}),
        ("update bodies set size = size + 1 where id = 6", {6}),
        ("update bodies set size = 1 << 50 where id = 6", {6}),
        ("update bodies set base_id = 7 where id = 6", {6}),
        ("update bodies set data = x'' where id = 12", {12}),
    ],
)
def test_bases_and_sizes_that_cannot_be(path: Path, statement: str, lost: set[int]) -> None:
    change(path, statement)
    assert check_archive(path).lost == lost


def test_a_depth_that_is_wrong(path: Path) -> None:
    change(path, "update bodies set depth = 7 where id = 2")
    faults = check_archive(path)
    assert faults.lost == set()
    assert told(faults)[0] == ("bodies", "bodies", 2)


def test_only_some_bodies_and_what_they_rest_on(path: Path) -> None:
    change(path, "update bodies set data = x'00' where id = 12")
    faults, db = Faults(), file.open_damaged(path)
    rows.check_rows(db, faults, {3}, set())
    db.close()
    assert (faults.checked["bodies"], faults.left_out["bodies"], faults.lost) == (3, 9, set())
    assert (faults.checked["texts"], faults.left_out["texts"]) == (0, 4)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("update captures set captured_at = '2010-01-02T00:00:00Z' where id = 1", ("facts", "captures", 1)),
        ("update captures set body_id = null, text_id = null where id = 2", ("facts", "captures", 2)),
        ("update captures set state = 'listed' where id = 3", ("facts", "captures", 3)),
        ("update captures set headers = '[[1, 2]]' where id = 4", ("facts", "captures", 4)),
        ("update pages set urlkey = 'x' where id = 1", ("facts", "pages", 1)),
        ("update captures set fetched_at = 'then' where id = 5", ("facts", "captures", 5)),
        ("update captures set page_id = 99 where id = 6", ("facts", "captures", 6)),
        ("update texts set wording = 'x' where id = (select max(id) from texts)", ("texts", "texts", "max")),
        ("drop index captures_state", ("schema", "index captures_state", None)),
        (
            "create trigger t after insert on texts begin delete from bodies; end",
            ("schema", "trigger t", None),
        ),
        ("insert into versions_fts(versions_fts) values ('delete-all')", ("search", "versions_fts", None)),
        ("update known_changes set known_at = 'soon' where id = 1", ("facts", "known_changes", 1)),
    ],
)
def test_a_row_that_contradicts_itself_is_named_and_mended(
    path: Path, statement: str, problem: tuple[str, str, object]
) -> None:
    change(path, statement)
    faults = check_archive(path)
    found = told(faults)
    assert [place[:2] for place in found] == [problem[:2]]
    if problem[2] != "max":
        assert found == [problem]
    if problem[2] != 6:  # whose page that was, nobody knows
        mend(path, faults)
        assert [place for place in told(check_archive(path)) if place[1] != "captures"] == []


def mend(path: Path, faults: Faults) -> None:
    db = open_archive(path)
    repair.schema(db)
    repair.facts(db)
    repair.remove_damaged(db, faults, {"web.archive.org"}.__contains__)
    repair.search(db)
    db.close()


def test_damaged_bodies_are_let_go_and_those_that_can_be_read_are_kept(path: Path) -> None:
    change(path, "update bodies set sha256 = 'f' || substr(sha256, 2) where id = 1")
    change(path, "update bodies set data = x'00' where id = 11")
    change(path, "update captures set archive = 'shop.warc' where body_id = 12")
    mend(path, check_archive(path))
    db = open_archive(path)
    assert [row[0] for row in db.execute("select id from bodies order by id")] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert db.execute("select base_id, depth from bodies where id in (2, 3) order by id").fetchall() == [
        (None, 0),
        (2, 1),
    ]
    assert repair.to_refetch(db) == [(1, "web.archive.org"), (11, "web.archive.org")]
    assert repair.lost_imports(db) == ["shop.warc"]
    assert db.execute(
        "select state, reason, attempts, headers from captures where archive = 'shop.warc'"
    ).fetchall() == [("failed", "what was held of it was damaged; import shop.warc again", 6, None)]
    db.close()
    faults = check_archive(path)
    assert told(faults) == [
        ("facts", "captures", 1),
        ("facts", "captures", 11),
    ]  # until they are fetched again
    before = path.read_bytes()
    mend(path, faults)
    assert told(check_archive(path)) == told(faults)
    assert len(before) == path.stat().st_size


def test_imported_texts_are_sound_and_no_repair_takes_them_away(path: Path) -> None:
    db = open_archive(path)
    shop = Shop(db)
    shop.import_text("20170101000000", WORDS[0])
    captures.set_failed(db, shop.import_text("20180101000000", WORDS[1]), "not found")
    shop.derive()
    db.close()
    faults = check_archive(path)
    assert told(faults) == []
    mend(path, faults)
    db = open_archive(path)
    rows = db.execute(
        "select state, verdict, text_id is null from captures where body_id is null order by timestamp"
    )
    assert list(rows) == [("listed", "policy", 0), ("failed", "policy", 0)]
    db.close()


def conflict(path: Path, body: bytes) -> int:
    """Have the first capture be one of which another archive holds this body; its id."""
    db = open_archive(path)
    with transaction(db):
        body_id = Bodies(db).put(body, page_id=1, timestamp="20090101000000")
        db.table("conflicts").insert(
            {"capture_id": 1, "body_id": body_id, "archive": "other", "headers": "[]"}
        )
    db.close()
    return body_id


def test_a_damaged_body_of_a_conflict_is_let_go_with_it(path: Path) -> None:
    body_id = conflict(path, b"another wording")
    assert check_archive(path).sound
    change(path, "update bodies set data = x'' where id = ?", body_id)
    faults = check_archive(path)
    assert [str(problem) for problem in faults.problems["bodies"]] == [
        f"bodies {body_id}: does not decompress (shop.example 20100101000000 http://shop.example/privacy)"
    ]
    mend(path, faults)
    assert check_archive(path).sound
    db = open_archive(path)
    assert (db["conflicts"].count, captures.get(db, 1).state) == (0, "fetched")
    db.close()


def test_conflicts_and_searches_are_saved(path: Path) -> None:
    conflict(path, b"another wording")
    change(
        path,
        "insert into searches (retailer, archive, way, state, asked_at) values"
        " ('shop.example', 'web.archive.org', 'home', 'complete', '2020-01-01T00:00:00Z')",
    )
    saved = salvage(path)
    assert (saved.rows["conflicts"], saved.rows["searches"], saved.lost) == (1, 1, [])


def zero(path: Path, table: str) -> int:
    """Overwrite a leaf of a table with zeros."""
    db = file.open_damaged(path)
    (page,) = db.execute(
        "select max(pageno) from dbstat where name = ? and pagetype = 'leaf'", [table]
    ).fetchone()
    db.close()
    content = bytearray(path.read_bytes())
    content[PAGE * (page - 1) : PAGE * page] = bytes(PAGE)
    path.write_bytes(content)
    return int(page)


def test_rows_that_cannot_be_read_are_named_and_the_others_are_saved(path: Path) -> None:
    zero(path, "bodies")
    damaged = path.read_bytes()
    faults = check_archive(path)
    assert faults.tree
    (lost,) = [p.what for p in faults.problems["file"] if p.table == "bodies"]
    match = re.fullmatch(r"bodies (\d+)(?: to (\d+))? cannot be read", lost)
    assert match
    saved = salvage(path)
    assert saved.kept.read_bytes() == damaged
    assert saved.rows["bodies"] == int(match[1]) - 1
    assert (saved.rows["captures"], saved.rows["texts"], saved.rows["retailers"]) == (12, 4, 2)
    assert sorted(name.name for name in path.parent.iterdir()) == [path.name, f"{path.name}.damaged-1"]
    mend(path, check_archive(path))
    faults = check_archive(path)
    assert {table for _, table, _ in told(faults)} == {"captures"}
    assert len(faults.problems["facts"]) == 12 - saved.rows["bodies"]


def test_an_index_that_does_not_agree_is_told_apart(path: Path) -> None:
    db = file.open_damaged(path)
    (page,) = db.execute(
        "select pageno from dbstat where name = 'sqlite_autoindex_captures_1' and pagetype = 'leaf'"
    ).fetchone()
    db.close()
    content = bytearray(path.read_bytes())
    at = content.index(b"20120101000000", PAGE * (page - 1))
    content[at + 3] ^= 1
    path.write_bytes(content)
    faults = check_archive(path)
    assert (faults.tree, faults.index) == (False, True)
    change(path, "reindex")
    assert check_archive(path).sound


def test_a_header_is_mended_by_a_salvage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 4
    content[23] ^= 1
    path.write_bytes(content)
    salvage(path)
    mend(path, check_archive(path))
    assert told(check_archive(path)) == []


def test_a_file_of_which_nothing_is_left_is_refused_in_a_line(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:PAGE] = bytes(PAGE - 100)
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"^nothing can be read of .*[^\n]$"):
        salvage(path)
    assert path.read_bytes() == content
    assert [name.name for name in path.parent.iterdir()] == [path.name]


def test_other_files_are_left_alone(path: Path, tmp_path: Path) -> None:
    other = Database(tmp_path / "other.db")
    other.table("t").insert({"a": 1})
    other.close()
    with pytest.raises(NotAnArchiveError):
        check_archive(tmp_path / "other.db")
    change(
        path,
        "insert into _sqlite_migrations (migration_set, name, applied_at)"
        " values ('policytrail', 'm999_later', '')",
    )
    with pytest.raises(NewerSchemaError):
        check_archive(path)


@pytest.mark.fuzz
@given(
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), min_size=1, max_size=30)
)
@seed(1)
@settings(
    max_examples=FUZZ_EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # to shrink an example takes many minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(flips=[(0.7364202107456781, 7)])  # SQLite's message quotes bytes that are no UTF-8
@example(flips=[(0.5875556599626497, 1), (0.33210684792317813, 7)])  # its message has several lines
def test_whatever_bits_are_flipped_verification_and_repair_end_in_findings_or_an_error_of_ours(
    path: Path, monkeypatch: pytest.MonkeyPatch, flips: list[tuple[float, int]]
) -> None:
    monkeypatch.setattr(damaged_reader, "PROBES", FUZZ_PROBES)
    damaged = path.with_name("damaged.db")
    content = bytearray(path.read_bytes())
    for place, bit in flips:
        content[int(place * len(content))] ^= 1 << bit
    for left in path.parent.glob("*damaged.db*"):
        left.unlink()
    damaged.write_bytes(content)
    try:
        faults = check_archive(damaged)
        assert damaged.read_bytes() == content
        if faults.tree:
            salvage(damaged)
            faults = check_archive(damaged)
        mend(damaged, faults)
    except ArchiveError as error:
        assert "\n" not in str(error)
