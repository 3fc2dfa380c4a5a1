"""The commands that read an archive in the terminal."""

import json

from db.database import open_archive, transaction
from db.store import retailers
from tests.support.commands import Run


def test_log(policytrail: Run, archive: str) -> None:
    lines = policytrail("log", archive).out.splitlines()
    assert lines[0] == "shop.example"
    assert [line.split("  ")[1].strip() for line in lines[1:]] == ["version 2", "version 1"]
    assert "between 2015-01-01 and 2018-05-25" in lines[1]
    assert "first seen 2014-01-01" in lines[2]
    assert len(policytrail("log", archive, "-n", "1").out.splitlines()) == 2
    assert [event["event"] for event in json.loads(policytrail("log", archive, "--json").out)] == [
        "wording",
        "first",
    ]


def test_log_says_that_there_is_nothing(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        retailers.add_policy(db, "none.example")
    db.close()
    assert policytrail("log", archive, "none.example") == (0, "none.example: no version yet\n", "")
    assert policytrail("log", archive, "none.example", "--why") == (0, "no difference between captures\n", "")
    assert json.loads(policytrail("log", archive, "none.example", "--json").out) == []
    assert json.loads(policytrail("log", archive, "none.example", "--why", "--json").out) == []


def test_log_shows_variants_below_their_version(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    kinds = [("flip", 1), ("flip", 4), ("address", 1), ("address", 2), ("flip", 2)]
    with transaction(db):
        for number, (kind, captures) in enumerate(kinds, 1):
            db.execute(
                "insert into texts values (?, ?, '', '', null, 1, 1.0, '1', ?, null)",
                [number, str(number), str(number)],
            )
            db.execute(
                """insert into variants select ?, v.policy_id, v.id, ?, g.id, ?, ?, '2014-12-01T00:00:00Z', ?
                from versions v join pages g using (policy_id) where v.number = 1""",
                [number, number, kind, f"2014-0{number}-02T00:00:00Z", captures],
            )
        db.execute("update texts set wording = (select wording from texts join versions on text_id ="
                   " texts.id where number = 2)"
                   " where id = 2")  # fmt: skip
    db.close()
    above, below, *variants = policytrail("log", archive).out.splitlines()[1:]
    assert (above[:11], below[:11]) == ("  version 2", "  version 1")
    shown = [
        "      also in passing: another wording, seen 2014-01-02",
        "      also in turns: the wording of version 2, 4 captures from 2014-02-02 to 2014-12-01",
        "      also at http://shop.example/privacy: another wording, seen 2014-03-02",
    ]
    assert variants == [*shown, "      … and 2 more; --variants shows all"]
    assert policytrail("log", archive, "--variants").out.splitlines()[3:] == [
        *shown,
        "      also at http://shop.example/privacy: another wording, 2 captures from 2014-04-02 to"
        " 2014-12-01",
        "      also in turns: another wording, 2 captures from 2014-05-02 to 2014-12-01",
    ]
    assert [len(event["variants"]) for event in json.loads(policytrail("log", archive, "--json").out)] == [
        0,
        5,
    ]


def test_words_that_differ_are_never_called_all_the_same(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        db.execute("update changes set similarity = 0.9999")
    db.close()
    assert "words, over 99% the same " in policytrail("log", archive).out


def test_log_says_why(policytrail: Run, archive: str) -> None:
    found = json.loads(policytrail("log", archive, "--why", "--json").out)
    assert {(d["domain"], d["reason"], d["removed"], d["added"]) for d in found} == {
        ("shop.example", "wording", "name", "address")
    }
    lines = policytrail("log", archive, "shop.example", "--why").out.splitlines()
    assert lines[0] == "shop.example between 2015-01-01 and 2018-05-25: wording (other words of the policy)"
    assert lines[1].endswith("[-name-] {+address+}")


def test_search(policytrail: Run, archive: str) -> None:
    said = policytrail("search", archive, '"your address"')
    assert (said.status, said.out.count("\n"), said.out.splitlines()[0]) == (
        0,
        2,
        "shop.example version 2, seen 2018-05-25 to 2018-05-25",
    )
    assert policytrail("search", archive, "telegram") == (0, "", "no version contains these words\n")
    assert json.loads(policytrail("search", archive, "", "--json").out) == []


def test_rebuild_gives_the_same(policytrail: Run, archive: str) -> None:
    before = policytrail("log", archive, "--json").out
    assert policytrail("rebuild", archive, "--jobs", "1") == (
        0,
        "4 captures extracted again, 2 versions\n",
        "",
    )
    assert policytrail("log", archive, "--json").out == before
