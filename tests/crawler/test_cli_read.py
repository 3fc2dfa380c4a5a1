"""The commands that read an archive in the terminal."""

import json

import pytest
from commands import Run, error


def test_status(policytrail: Run, archive: str) -> None:
    said = policytrail("status", archive, "shop.example", "--json")
    (shop,) = json.loads(said.out)
    assert (said.status, said.err) == (0, "")
    assert (shop["captures"], shop["verdicts"], shop["versions"]) == ({"fetched": 4}, {"policy": 3, "empty": 1}, 2)
    plain = policytrail("status", archive).out
    assert "shop.example\n  2 versions, 1 change, seen from 2014-01-01 to 2018-05-25\n" in plain
    assert "  gap: no good capture from 2015-01-01 to 2018-05-25 (1240 days)\n" in plain
    assert (
        "1 retailers, 1 pages, 4 captures (4 fetched)\nverdicts: 3 policy, 1 empty\n2 versions, 1 changes of wording\n" in plain
    )


def test_log(policytrail: Run, archive: str) -> None:
    lines = policytrail("log", archive).out.splitlines()
    assert lines[0] == "shop.example"
    assert [line.split("  ")[1].strip() for line in lines[1:]] == ["version 2", "version 1"]
    assert "between 2015-01-01 and 2018-05-25" in lines[1]
    assert "first seen 2014-01-01" in lines[2]
    assert len(policytrail("log", archive, "-n", "1").out.splitlines()) == 2
    assert [event["event"] for event in json.loads(policytrail("log", archive, "--json").out)] == ["wording", "first"]


def test_log_says_why(policytrail: Run, archive: str) -> None:
    found = json.loads(policytrail("log", archive, "--why", "--json").out)
    assert {(d["domain"], d["reason"], d["removed"], d["added"]) for d in found} == {
        ("shop.example", "wording", "name", "address")
    }
    lines = policytrail("log", archive, "shop.example", "--why").out.splitlines()
    assert lines[0] == "shop.example between 2015-01-01 and 2018-05-25: wording (other words of the policy)"
    assert lines[1].endswith("[-name-] {+address+}")


@pytest.mark.parametrize(
    ("date", "word", "note"),
    [
        ([], "address", ""),
        (["2018-05-25"], "address", ""),
        (["2018-05"], "address", ""),
        (["2016"], "name", "This text was last seen on 2015-01-01; the next capture, of 2018-05-25, has another.\n"),
        (["2014-01-01"], "name", ""),
    ],
)
def test_show(policytrail: Run, archive: str, date: list[str], word: str, note: str) -> None:
    said = policytrail("show", archive, "shop.example", *date)
    assert (said.status, said.err) == (0, note)
    assert said.out.startswith("> *The following text is extracted and transformed from the shop.example privacy policy")
    assert f"such as your {word}, and" in said.out
    assert word in json.loads(policytrail("show", archive, "shop.example", *date, "--json").out)["markdown"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["shop.example", "2013"],
            "no good capture of shop.example is as old as that: see 'policytrail log a.db shop.example'",
        ),
        (["other.example"], "the archive holds no retailer other.example; it holds 1 retailers: see 'policytrail status'"),
        (["shop.example", "May"], "'May' is no date such as 2018, 2018-05 or 2018-05-25"),
        (["["], "'[' is not a domain such as shop.example"),
    ],
)
def test_what_cannot_be_shown(policytrail: Run, archive: str, arguments: list[str], message: str) -> None:
    assert error(policytrail("show", archive, *arguments)) == message


def test_search(policytrail: Run, archive: str) -> None:
    said = policytrail("search", archive, '"your address"')
    assert (said.status, said.out.count("\n"), said.out.splitlines()[0]) == (
        0,
        2,
        "shop.example version 2, seen 2018-05-25 to 2018-05-25",
    )
    assert policytrail("search", archive, "telegram") == (0, "", "no version has these words\n")
    assert json.loads(policytrail("search", archive, "", "--json").out) == []


def test_rebuild_gives_the_same(policytrail: Run, archive: str) -> None:
    before = policytrail("log", archive, "--json").out
    assert policytrail("rebuild", archive, "--jobs", "1") == (0, "4 captures extracted again, 2 versions\n", "")
    assert policytrail("log", archive, "--json").out == before
