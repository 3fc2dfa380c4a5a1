import asyncio
import os
import sys
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.importing.warc_import import import_warcs
from crawler.workers.derive import derive, rebuild
from crawler.workers.pool import Read, WorkerPool
from db.database import transaction
from db.store.extraction_queue import ExtractionInput
from db.store.texts import Text
from extract import EXTRACTOR
from tests.support.processes import run
from tests.support.warcs import HTML, record

SUBJECTS = (
    "orders",
    "cookies",
    "newsletters",
    "payments",
    "returns",
    "gift cards",
    "wish lists",
    "reviews",
    "accounts",
    "visits",
)
POLICY = "<title>Privacy Policy</title><h1>Privacy Policy</h1>" + "".join(
    f"<p>For {subject} we collect personal information such as your name, "
    "and we never share it with third parties.</p>"
    for subject in SUBJECTS
)


def misbehave(_: ExtractionInput, body: bytes) -> Text:
    """Run in a worker instead of the extractor: what the body says."""
    if body == b"hang":
        while True:
            pass
    if body == b"crash":
        os._exit(1)
    if body == b"fill":
        bytearray(1 << 45)
    if body == b"nest":
        raise RecursionError
    return Text.unreadable(str(uuid.uuid4()))


@pytest.fixture
def hold(db: Database, tmp_path: Path) -> Callable[..., list[int]]:
    """Puts captures with these bodies into the archive; gives their ids."""

    def hold(*bodies: bytes) -> list[int]:
        path = tmp_path / "a.warc"
        path.write_bytes(
            b"".join(record(HTML + body, date=f"20{n:02d}-01-01T00:00:00Z") for n, body in enumerate(bodies))
        )
        import_warcs(db, [path], lambda _: "shop.example")
        return [row[0] for row in db.execute("select id from captures order by timestamp")]

    return hold


def judge(db: Database, ids: list[int], **limits: Any) -> list[tuple[str, str]]:
    """Verdicts and reasons of these captures, by worker processes."""

    async def run() -> list[int]:
        heard: list[int] = []
        await pool.extract_captures(ids, heard.append)
        return heard

    with WorkerPool(db, jobs=2, **limits) as pool:
        assert sorted(asyncio.run(run())) == sorted(ids)
    found = {row[0]: row[1:] for row in db.execute("select id, verdict, reason from captures")}
    return [found[number] for number in ids]


def test_captures_get_their_texts_and_verdicts(db: Database, hold: Callable[..., list[int]]) -> None:
    ids = hold(POLICY.encode(), b"", POLICY.replace("name", "address").encode(), POLICY.encode())
    verdicts = [verdict for verdict, _ in judge(db, ids)]
    assert verdicts == ["policy", "empty", "policy", "policy"]
    texts = [row[0] for row in db.execute("select text_id from captures order by timestamp")]
    assert (texts[0], texts[1]) == (texts[3], None)
    assert len(set(texts)) == 3
    assert db.execute("select distinct title, extractor from texts").fetchall() == [
        ("Privacy Policy", EXTRACTOR)
    ]


def test_a_page_that_hangs_or_crashes_costs_only_itself(db: Database, hold: Callable[..., list[int]]) -> None:
    ids = hold(b"good", b"hang", b"also good", b"crash", b"fill", b"nest", b"good at last")
    good, hang, also, crash, fill, nest, last = judge(db, ids, seconds=1, extract=misbehave)
    assert hang == ("unreadable", "extraction took over 1 s of processor time")
    assert crash == fill == nest == ("unreadable", "extraction took over 2048 MB of memory, or crashed")
    assert all(len(reason) == 36 for _, reason in (good, also, last))


def test_a_broken_pool_is_replaced(db: Database, hold: Callable[..., list[int]]) -> None:
    ids = hold(b"good", b"also good")
    with WorkerPool(db, jobs=2, extract=misbehave) as pool:
        pool._processes._started().stop()  # as pebble leaves it when all workers expire
        asyncio.run(pool.extract_captures(ids))
    assert db.execute("select verdict, length(reason) from captures").fetchall() == [("unreadable", 36)] * 2


def test_equal_evidence_is_extracted_once(db: Database, hold: Callable[..., list[int]]) -> None:
    one, twin, other = judge(db, hold(b"same", b"same", b"other"), extract=misbehave)
    assert one == twin != other


def test_nothing_to_do_is_no_error(db: Database) -> None:
    assert judge(db, []) == []


def tables(db: Database) -> list[Any]:
    return [
        db.execute(f"select * from {name} order by id").fetchall()
        for name in ("captures", "texts", "versions", "changes")
    ]


def test_a_rebuild_gives_the_same_bytes(db: Database, hold: Callable[..., list[int]]) -> None:
    hold(POLICY.encode(), b"", POLICY.replace("name", "address").encode(), POLICY.encode())
    heard: list[int] = []
    asyncio.run(derive(db, [1], 2, heard.append))
    assert len(heard) == 4
    before = tables(db)
    assert [len(table) for table in before] == [4, 2, 2, 2]
    asyncio.run(derive(db, [1], 2, heard.append))
    assert len(heard) == 4  # nothing is judged twice
    asyncio.run(rebuild(db, [1], 2, heard.append))
    assert len(heard) == 8
    assert tables(db) == before


def test_claims_that_go_meanwhile_are_read_again(
    db: Database, hold: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another policy that has the same text can drop its claims while this policy is read."""
    hold(POLICY.encode())
    asyncio.run(derive(db, [1], 1, lambda _: None))
    before = db.execute("select * from claim_readings").fetchall()
    meanings, calls = WorkerPool.meanings, list[list[int]]()

    async def drop_first(
        pool: WorkerPool, policy_id: int, rows: Any, wanted: list[int], *, anew: bool, read: Read
    ) -> Any:
        if not calls:
            db.execute("delete from claim_readings")
        calls.append(wanted)
        return await meanings(pool, policy_id, rows, wanted, anew=anew, read=read)

    monkeypatch.setattr(WorkerPool, "meanings", drop_first)
    asyncio.run(derive(db, [1], 1, lambda _: None))
    assert db.execute("select * from claim_readings").fetchall() == before
    assert calls == [[], [before[0][0]]]


def test_a_rebuild_drops_what_nothing_has_any_more(db: Database, hold: Callable[..., list[int]]) -> None:
    hold(POLICY.encode())
    asyncio.run(derive(db, [1], 1, lambda _: None))
    before = tables(db)
    db.execute("insert into texts values (7, '', 'old', 'old', null, 1, 1.0, '0', '', null)")
    db.execute("update captures set verdict = 'thin'")
    asyncio.run(rebuild(db, [1], 1, lambda _: None))
    assert tables(db) == before


@pytest.mark.parametrize(
    "change", ["body_id = 2", "body_id = null, state = 'failed'", "headers = '[]', status = 404"]
)
def test_a_capture_that_changes_meanwhile_gets_no_verdict_of_its_old_body(
    db: Database, hold: Callable[..., list[int]], change: str
) -> None:
    one, other = hold(POLICY.encode(), b"<p>Another page.</p>")

    async def run() -> None:
        extraction = asyncio.create_task(pool.extract_captures([one, other]))
        for _ in range(10):  # until the chunk is on its way to a worker
            await asyncio.sleep(0)
        with transaction(db):
            db.execute(f"update captures set {change} where id = ?", [one])
        await extraction

    with WorkerPool(db, jobs=1) as pool:
        asyncio.run(run())
        assert db.execute("select verdict, text_id from captures where id = ?", [one]).fetchone() == (
            None,
            None,
        )
        assert db.execute("select count(*) from texts").fetchone() <= (1,)
        asyncio.run(pool.extract_captures([one]))  # a capture without a body is left out
    (verdict,) = db.execute("select verdict from captures where id = ?", [one]).fetchone()
    assert (verdict is None) is ("null" in change)


@pytest.mark.e2e
def test_folders_of_the_user_with_our_packages_names_hide_nothing(tmp_path: Path) -> None:
    for name in ("extract", "db", "crawler", "multiprocessing"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "a.warc").write_bytes(record(HTML + POLICY.encode(), date="2020-01-01T00:00:00Z"))
    command = (
        sys.executable,
        "-P",
        "-m",
        "crawler.cli",
    )  # -P: like the installed command, without the folder
    assert run(*command, "import", "a.db", "a.warc", cwd=tmp_path).status == 0
    assert Database(tmp_path / "a.db").execute("select verdict from captures").fetchall() == [("policy",)]


def never() -> None:
    """Judge a text in a worker, without an end."""
    while True:
        pass


def test_a_judgement_over_a_limit_is_none(db: Database) -> None:
    async def judged() -> list[object]:
        with WorkerPool(db, jobs=1, seconds=0.5) as pool:
            return [await pool.judge(never), await pool.judge(partial(len, "abc"))]

    assert asyncio.run(judged()) == [None, 3]
