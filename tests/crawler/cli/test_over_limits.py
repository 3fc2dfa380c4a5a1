"""Histories and captures over a limit: what every command says about them, and when they are tried again."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.workers import tasks
from crawler.workers.processes import NoResultError, OverLimitError, Processes
from db.findings.reading import ChangeTexts
from tests.support.commands import Run
from tests.support.warcs import HTML, record

P = "<p>We collect personal information such as your name when you order, and never share it. {}</p>"
PAGE = "<h1>Privacy Policy</h1>" + "".join(map(P.format, range(20)))
SHOPS = ("one.example", "two.example")
TIME = "over 60 s of processor time"


@pytest.fixture
def warc(tmp_path: Path) -> str:
    """Two shops with two captures each, in which the policy changes."""
    path = tmp_path / "shops.warc"
    path.write_bytes(
        b"".join(
            record(
                HTML + f"{PAGE}<p>We keep orders for {kept} of that.</p>".encode(),
                uri=f"http://{shop}/privacy",
                date=f"{year}-01-01T00:00:00Z",
            )
            for shop in SHOPS
            for year, kept in ((2014, "months"), (2015, "years"))
        )
    )
    return str(path)


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> dict[Any, Exception]:
    """Errors by the function that a worker should call, and its last argument.

    Of those for `meanings_of`, the argument is the kind of what it should read.
    """
    errors: dict[Any, Exception] = {}
    call = Processes.call

    async def fail_or_call(self: Processes, seconds: float, function: Any, *arguments: Any) -> Any:
        keys: set[Any] = {(function, arguments[-1] if function is tasks.history_of else None)}
        if function is tasks.meanings_of:
            keys = {(function, type(one)) for one in arguments[1]}
        for key in keys & set(errors):
            raise errors[key]
        return await call(self, seconds, function, *arguments)

    monkeypatch.setattr(Processes, "call", fail_or_call)
    return errors


def versions(db: str) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(db)) as archive:
        return archive.execute(
            """select retailer, (select count(*) from versions v where v.policy_id = p.id)
            from policies p order by 1"""
        ).fetchall()


def test_a_history_over_a_limit_costs_only_itself(
    policytrail: Run, tmp_path: Path, warc: str, over: dict[Any, Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    db = str(tmp_path / "a.db")
    over[tasks.history_of, 1] = OverLimitError(TIME)
    line = "1 history went over a limit: see 'policytrail status'"
    said = policytrail("import", db, warc, "--jobs", "1")
    assert (said.status, said.err, line in said.out.splitlines()) == (3, "", True)
    assert versions(db) == [("one.example", 0), ("two.example", 2)]
    assert f"  history could not be derived: {TIME}\n" in policytrail("status", db, "one.example").out
    assert "could not be derived" not in policytrail("status", db, "two.example").out
    verified = policytrail("verify", db, "--jobs", "1")
    assert verified.status == 0
    assert f"note: the history of one.example could not be derived: {TIME}\n" in verified.out
    assert "not checked: 1 histories\n" in verified.out

    over.clear()  # the same extractor does not try it again ...
    assert policytrail("rebuild", db, "--jobs", "1").status == 0
    assert versions(db) == [("one.example", 0), ("two.example", 2)]
    assert policytrail("rebuild", db, "--again", "--jobs", "1").status == 0  # ... unless it is asked to
    assert versions(db) == [("one.example", 2), ("two.example", 2)]
    assert "note:" not in policytrail("verify", db, "--jobs", "1").out

    over[tasks.history_of, 1] = OverLimitError(TIME)
    assert policytrail("rebuild", db, "--jobs", "1") == (
        3,
        f"4 captures extracted again, 4 versions\n{line}\n",
        "",
    )
    assert versions(db) == [("one.example", 2), ("two.example", 2)]  # the old history stays
    over.clear()
    monkeypatch.setattr("crawler.workers.pool.EXTRACTOR", "newer")
    assert policytrail("rebuild", db, "--jobs", "1").status == 0
    with closing(sqlite3.connect(db)) as archive:
        assert archive.execute("select count(*) from underived").fetchone() == (0,)


def test_what_the_machine_prevents_is_not_judged(
    policytrail: Run, tmp_path: Path, warc: str, over: dict[Any, Exception]
) -> None:
    db = str(tmp_path / "a.db")
    over[tasks.texts_of, None] = NoResultError("a worker process was ended from outside")
    line = (
        "4 captures or histories are not judged, because a worker process was ended from outside: "
        "run the same command again"
    )
    said = policytrail("import", db, warc, "--jobs", "1")
    assert (said.status, said.err, line in said.out.splitlines()) == (3, "", True)
    with closing(sqlite3.connect(db)) as archive:
        assert archive.execute("select distinct state, verdict from captures").fetchall() == [
            ("fetched", None)
        ]
    over.clear()
    assert policytrail("import", db, warc, "--jobs", "1").status == 0
    assert versions(db) == [("one.example", 2), ("two.example", 2)]


def test_a_capture_over_a_limit_is_reported(
    policytrail: Run, tmp_path: Path, warc: str, over: dict[Any, Exception]
) -> None:
    db = str(tmp_path / "a.db")
    over[tasks.texts_of, None] = OverLimitError("over 30 s of processor time")
    said = policytrail("import", db, warc, "--jobs", "1")
    assert said.status == 3
    assert "4 captures went over a limit: see 'policytrail status'" in said.out.splitlines()
    line = "  2 captures not readable: extraction took over 30 s of processor time\n"
    assert line in policytrail("status", db, "one.example").out
    over.clear()
    assert policytrail("rebuild", db, "--jobs", "1").status == 0
    assert versions(db) == [("one.example", 2), ("two.example", 2)]


def test_a_change_over_a_limit_has_no_findings(
    policytrail: Run, tmp_path: Path, warc: str, over: dict[Any, Exception]
) -> None:
    db = str(tmp_path / "a.db")
    over[tasks.meanings_of, ChangeTexts] = OverLimitError("over 30 s of processor time")
    said = policytrail("import", db, warc, "--jobs", "1")
    line = "the findings of 2 changes are unknown, because reading the texts went over a limit"
    assert (said.status, said.err, line in said.out.splitlines()) == (3, "", True)
    assert readings(db) == [("one.example", None), ("two.example", None)]
    assert "not checked: 2 findings\n" in policytrail("verify", db, "--jobs", "1").out

    over.clear()
    assert policytrail("rebuild", db, "--jobs", "1").status == 0
    assert readings(db) == [("one.example", 2), ("two.example", 2)]


def test_a_change_that_the_machine_prevented_waits(
    policytrail: Run, tmp_path: Path, warc: str, over: dict[Any, Exception]
) -> None:
    db = str(tmp_path / "a.db")
    over[tasks.meanings_of, ChangeTexts] = NoResultError("a worker process was ended from outside")
    assert policytrail("import", db, warc, "--jobs", "1").status == 3
    assert readings(db) == []
    over.clear()
    assert policytrail("rebuild", db, "--jobs", "1").status == 0
    assert readings(db) == [("one.example", 2), ("two.example", 2)]


def test_a_text_over_a_limit_has_no_claims(
    policytrail: Run, tmp_path: Path, warc: str, over: dict[Any, Exception]
) -> None:
    db = str(tmp_path / "a.db")
    over[tasks.meanings_of, int] = OverLimitError("over 30 s of processor time")
    said = policytrail("import", db, warc, "--jobs", "1")
    line = "the claims of [24] versions are unknown, because reading the text went over a limit"
    assert (said.status, said.err) == (3, "")
    assert re.search(line, said.out)  # the two shops have the same two texts
    assert counts_of_claims(db) == [None] * 2
    assert "not checked: 2 claims\n" in policytrail("verify", db, "--jobs", "1").out

    over.clear()
    assert policytrail("rebuild", db, "--jobs", "1").status == 0
    assert None not in counts_of_claims(db)


def test_a_text_that_the_machine_prevented_is_read_by_the_next_run(
    policytrail: Run, tmp_path: Path, warc: str, over: dict[Any, Exception]
) -> None:
    db = str(tmp_path / "a.db")
    over[tasks.meanings_of, int] = NoResultError("a worker process was ended from outside")
    assert policytrail("import", db, warc, "--jobs", "1").status == 3
    assert counts_of_claims(db) == []
    over.clear()
    assert policytrail("import", db, warc, "--jobs", "1").status == 0
    assert len(counts_of_claims(db)) == 2


def counts_of_claims(db: str) -> list[int | None]:
    with closing(sqlite3.connect(db)) as archive:
        return [count for (count,) in archive.execute("select claims from claim_readings")]


def readings(db: str) -> list[tuple[str, int | None]]:
    with closing(sqlite3.connect(db)) as archive:
        return archive.execute(
            """select p.retailer, r.unquoted from readings r join changes c on c.id = r.change_id
            join policies p on p.id = c.policy_id order by 1"""
        ).fetchall()


def test_a_wrong_reading_is_a_fault_of_the_file(policytrail: Run, tmp_path: Path, warc: str) -> None:
    db = str(tmp_path / "a.db")
    assert policytrail("import", db, warc, "--jobs", "1").status == 0
    with closing(sqlite3.connect(db)) as archive, archive:
        archive.execute("update readings set unquoted = 9 where change_id < 2000000")
    said = policytrail("verify", db, "--jobs", "1")
    assert "does not follow from the texts: one.example" in said.out
    assert policytrail("verify", db, "--repair", "--jobs", "1").status == 0
    assert "does not follow" not in policytrail("verify", db, "--jobs", "1").out
    with closing(sqlite3.connect(db)) as archive, archive:
        archive.execute("delete from claim_readings where text_id = (select text_id from versions limit 1)")
    said = policytrail("verify", db, "--jobs", "1")
    assert "is missing: one.example" in said.out
    with closing(sqlite3.connect(db)) as archive, archive:
        archive.execute("delete from claim_readings")
        archive.execute("delete from clause_places")
    said = policytrail("verify", db, "--jobs", "1")
    assert said.status == 0
    assert "claims of one.example were never read: the next crawl, import or rebuild does that" in said.out
    assert policytrail("rebuild", db, "--jobs", "1").status == 0
    with closing(sqlite3.connect(db)) as archive, archive:
        archive.execute("update readings set rules = 'older'")
        archive.execute("update claim_readings set rules = 'older'")
    said = policytrail("verify", db, "--jobs", "1")
    assert "2 findings of other rules, 2 claims of other rules" in said.out
