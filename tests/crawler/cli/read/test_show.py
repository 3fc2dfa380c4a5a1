"""`policytrail show`: the text of a day, and what it prints about days that no capture shows."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Run, error, policy
from tests.support.unseen import AFTER, BRACKET, GAP
from tests.support.warcs import HTML, record, zipped

URI = "http://shop.example/privacy"


@pytest.mark.parametrize(
    ("date", "word", "note"),
    [
        ([], "address", ""),
        (["2018-05-25"], "address", ""),
        (["2018-05"], "address", AFTER),
        (["2018-05-26"], "address", AFTER),
        (["2030"], "address", AFTER),
        (["2018-05-24"], "name", BRACKET),
        (["2016"], "name", BRACKET),
        (["2015-01-02"], "name", BRACKET),
        (["2015-01-01"], "name", ""),
        (["2014"], "name", GAP),
        (["2014-01-02"], "name", GAP),
        (["2014-01-01"], "name", ""),
        (["v1"], "name", ""),
        (["V2"], "address", ""),
    ],
)
def test_show(policytrail: Run, archive: str, date: list[str], word: str, note: str) -> None:
    said = policytrail("show", archive, "shop.example", *date)
    assert (said.status, said.err) == (0, note)
    assert said.out.startswith(
        "> *The following text is extracted and transformed from the shop.example privacy policy"
    )
    assert f"such as your {word}, and" in said.out
    as_json = policytrail("show", archive, "shop.example", *date, "--json")
    assert word in json.loads(as_json.out)["markdown"]
    assert as_json.err == said.err


@pytest.mark.parametrize(
    ("date", "unseen"),
    [
        ([], None),
        (["2015-01-01"], None),
        (["2014-07"], GAP),
        (["2017"], BRACKET),
        (["2019"], AFTER),
    ],
)
def test_json_has_the_unseen_time(
    policytrail: Run, archive: str, date: list[str], unseen: str | None
) -> None:
    found = json.loads(policytrail("show", archive, "shop.example", *date, "--json").out)["unseen"]
    assert found == (unseen and unseen.partition(";")[0])


@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.parametrize(
    ("date", "message"),
    [("2017", BRACKET), ("2014-06-01", GAP), ("2018-06", AFTER)],
)
def test_strict_fails_on_a_day_that_no_capture_shows(
    policytrail: Run, archive: str, date: str, message: str, form: list[str]
) -> None:
    known = message.partition("; ")[0]
    assert error(policytrail("show", archive, "shop.example", date, "--strict", *form)) == (
        f"{known}; without --strict, the version seen before is shown"
    )


@pytest.mark.parametrize("date", [[], ["2014-01-01"], ["2018-05-25"]])
def test_strict_shows_a_day_that_was_seen(policytrail: Run, archive: str, date: list[str]) -> None:
    assert policytrail("show", archive, "shop.example", *date, "--strict") == policytrail(
        "show", archive, "shop.example", *date
    )


def test_the_last_day_of_a_month_or_year_is_a_day(policytrail: Run) -> None:
    records = (
        record(policy("name"), URI, "2016-02-29T10:00:00Z"),
        record(policy("address"), URI, "2017-12-31T10:00:00Z"),
        record(HTML, URI, "2018-06-30T10:00:00Z"),
    )
    Path("ends.warc.gz").write_bytes(zipped(*records))
    assert policytrail("import", "e.db", "ends.warc.gz", "--jobs", "1").status == 0
    for date in ("2016-02", "2017", "2017-12"):
        assert policytrail("show", "e.db", "shop.example", date).err == ""
    assert policytrail("show", "e.db", "shop.example", "2018-06").err == (
        "no capture after 2017-12-31 is known to show the policy (1 empty): nothing is known of this time;"
        " shown is the version seen before\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["shop.example", "2013"],
            "shop.example has no good capture on or before 2013; run 'policytrail log a.db shop.example' to"
            " see its dates",
        ),
        (
            ["other.example"],
            "the archive has no retailer other.example; it has 1 retailers: see 'policytrail status'",
        ),
        (["shop.example", "May"], "'May' is no date such as 2018, 2018-05 or 2018-05-25"),
        (["["], "'[' is not a domain such as shop.example"),
    ],
)
def test_what_cannot_be_shown(policytrail: Run, archive: str, arguments: list[str], message: str) -> None:
    assert error(policytrail("show", archive, *arguments)) == message
