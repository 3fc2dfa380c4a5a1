"""`policytrail trends`: who added or removed a statement, by period."""

import csv
import io
import json
from pathlib import Path

import pytest

from db.database import open_archive, transaction
from tests.support.commands import Run, error
from tests.support.meaning import derive_claims, derive_findings
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
PLAIN = "The shop has a new door which is green."
TEXTS = {"20130801": SALE, "20140201": PLAIN, "20140601": PLAIN, "20150301": f"{PLAIN} You may object."}


@pytest.fixture
def archive(tmp_path: Path) -> str:
    db = open_archive(tmp_path / "said.db", create=True)
    shop = Shop(db)
    for day, text in TEXTS.items():
        shop.observe(f"{day}000000", BEGIN + text)
    shop.derive()
    derive_findings(db, shop.policy_id)
    derive_claims(db, shop.policy_id)
    db.close()
    return str(tmp_path / "said.db")


def test_a_table_of_periods(policytrail: Run, archive: str) -> None:
    assert policytrail("trends", archive, "--finding", "sale").out.splitlines() == [
        "sale     known  seen  added  removed  changed  states  denies",
        "2013-H2      1     1  0      0-1      0        0       1",
        "2014-H1      1     1  0      0-1      0        0       0-1",
        "2014-H2      1     0  0      0        0        0       0",
        "2015-H1      1     1  0      0        0        0       0",
    ]
    chosen = ("--finding", "sale", "--move", "removed", "--every", "year", "shop.example")
    assert policytrail("trends", archive, *chosen).out.splitlines()[:2] == [
        "sale  known  seen  removed",
        "2013      1     1  0-1",
    ]


def test_all_kinds(policytrail: Run, archive: str) -> None:
    lines = policytrail("trends", archive).out.splitlines()
    assert lines[0] == "retailers  added  removed  changed"
    assert "sale           0        1        0" in lines
    kinds = json.loads(policytrail("trends", archive, "--json").out)
    assert {"kind": "sale", "added": 0, "removed": 1, "changed": 0} in kinds


def test_the_same_rows_as_csv_and_as_json(policytrail: Run, archive: str) -> None:
    asked = ("trends", archive, "--finding", "sale", "--quote", "SELL your")
    rows = json.loads(policytrail(*asked, "--json").out)
    assert len(rows) == 5 * 4
    assert rows[4] == {
        **{"kind": "sale", "move": "removed", "period": "2013-H2", "start": "2013-07-01"},
        **{"end": "2013-12-31", "certain": 0, "most": 1, "base": 1, "seen": 1},
        **{"share": 0.0, "most_share": 1.0},
    }
    text = policytrail(*asked, "--csv").out
    assert [{name: str(value) for name, value in row.items()} for row in rows] == list(
        csv.DictReader(io.StringIO(text))
    )
    assert not any(
        row["most"] for row in json.loads(policytrail(*asked[:4], "--quote", "zinc", "--json").out)
    )


@pytest.mark.parametrize(
    ("loss", "note"),
    [
        (
            "update readings set unquoted = null",
            "2 changes not read: the texts are too long; 'policytrail log {}' lists them\n",
        ),
        (
            "delete from readings",
            "2 changes not read by an older policytrail: run 'policytrail rebuild {}' to read them\n",
        ),
        (
            "update readings set rules = 'older', unquoted = 1"
            " where change_id = (select max(change_id) from readings)",
            "1 change read by other rules than most, and not comparable: run 'policytrail rebuild {}'\n",
        ),
    ],
)
def test_changes_that_were_not_read_are_counted(policytrail: Run, archive: str, loss: str, note: str) -> None:
    db = open_archive(Path(archive))
    with transaction(db):
        db.execute(loss)
    db.close()
    found = policytrail("trends", archive, "--finding", "law")
    assert found.err == note.format(archive)
    if "other rules" in note:
        return
    assert found.out.splitlines()[1].split() == ["2013-H2", "1", "1", *["0-1"] * 5]


def test_an_archive_without_a_capture(policytrail: Run, tmp_path: Path) -> None:
    db = open_archive(tmp_path / "empty.db", create=True)
    Shop(db)
    db.close()
    empty = str(tmp_path / "empty.db")
    assert policytrail("trends", empty).err == "no statement was recognised in a change\n"
    assert (
        policytrail("trends", empty, "--finding", "sale").err
        == "no policy has a good capture in a language with rules\n"
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--move", "added"], "name a kind of statement: --finding sale"),
        (["--every", "half-year"], "name a kind of statement: --finding sale"),
        (["--csv"], "name a kind of statement: --finding sale"),
        (["--finding", "sale", "--csv", "--json"], "--csv and --json exclude each other"),
        (["--finding", "gossip"], "Invalid value for '--finding'"),
        (["--finding", "sale", "--every", "week"], "Invalid value for '--every'"),
    ],
)
def test_wrong_use(policytrail: Run, archive: str, wrong: list[str], message: str) -> None:
    assert error(policytrail("trends", archive, *wrong)).startswith(message)


def test_an_unknown_retailer(policytrail: Run, archive: str) -> None:
    assert "no retailer nobody.example" in policytrail("trends", archive, "nobody.example").err
