"""The lines about findings in `log`."""

import json
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.cli.read.finding_lines import finding_lines
from db.database import open_archive, transaction
from db.query.findings import FindingFilter, Meaning, StoredFinding
from policytrail import Archive
from tests.support.commands import Run
from tests.support.warcs import HTML, record

PART = "<p>We collect personal information such as your name when you order lamps.</p>" * 10
PAGE = f"<h1>Privacy Policy</h1>{PART}<p>{{}}</p>{PART}"
SALE = "We do not sell your personal information."
LAW = "We comply with the GDPR."


def one(number: int, kind: str = "sale") -> StoredFinding:
    return StoredFinding(kind, "removed", "", f"Quote {number}.", "", "", "", 5, "stated", 1, number)


def test_five_findings_have_a_line_and_the_others_are_counted() -> None:
    lines = list(finding_lines(Meaning(tuple(map(one, range(12))), 3), None))
    assert lines[0] == "sale: the text no longer says “Quote 0.”"
    assert lines[4:] == [
        "sale: the text no longer says “Quote 4.”",
        "and 7 more",
        "3 changed words without a recognised statement",
    ]


def test_all_chosen_findings_have_a_line() -> None:
    meaning = Meaning((*map(one, range(7)), one(9, "law")), 3)
    assert len(list(finding_lines(meaning, None, FindingFilter("sale")))) == 7
    assert list(finding_lines(meaning, None, FindingFilter("law", "added"))) == []


def test_a_line_is_cut_and_escaped() -> None:
    strange = StoredFinding("sale", "added", "", "", "\x1b[31mred\n" + "x" * 90, "", "", 5, "stated", 1, 0)
    (line,) = finding_lines(Meaning((strange,), None), 40)
    assert len(line) == 40
    assert "\x1b" not in line and line.endswith("…")


@pytest.fixture
def archive(policytrail: Run, tmp_path: Path) -> str:
    warc, db = tmp_path / "shop.warc", str(tmp_path / "a.db")
    captures = [(2014, SALE), (2015, "Nothing else."), (2016, f"{LAW} Nothing else.")]
    warc.write_bytes(
        b"".join(
            record(
                HTML + PAGE.format(said).encode(),
                uri="http://shop.example/privacy",
                date=f"{year}-01-01T00:00:00Z",
            )
            for year, said in captures
        )
    )
    assert policytrail("import", db, str(warc), "--jobs", "1").status == 0
    return db


def test_log_shows_and_chooses_findings(policytrail: Run, archive: str) -> None:
    every = policytrail("log", archive).out
    assert f"      sale (possible): the text no longer says “{SALE}”\n" in every
    assert f"      law (possible): the text now says “{LAW}”\n" in every
    chosen = policytrail("log", archive, "--finding", "sale", "--move", "removed").out
    assert f"sale (possible): the text no longer says “{SALE}”" in chosen
    assert "law (possible):" not in chosen and "first seen" not in chosen
    assert policytrail("log", archive, "--quote", "SELL your").out == chosen
    for nothing in (("--move", "changed"), ("--quote", "green"), ("--finding", "law", "--quote", "sell")):
        assert policytrail("log", archive, *nothing, "shop.example").out == (
            "shop.example: no such version or change\n"
        )


def test_news_are_chosen_by_findings(policytrail: Run, archive: str) -> None:
    def news(*options: str) -> list[str]:
        said = json.loads(policytrail("news", archive, "--since", "2000", *options, "--json").out)
        return [change["first_new"] for change in said["changes"]]

    assert news() == ["2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"]
    assert news("--finding", "sale", "--move", "removed") == news("--quote", "sell") == news()[:1]
    assert news("--finding", "sale", "--move", "added") == []


def test_json_has_the_findings_of_each_change(policytrail: Run, archive: str) -> None:
    newest, middle, first = json.loads(policytrail("log", archive, "--json").out)
    assert [(found["kind"], found["lasting"]) for found in newest["findings"]] == [("law", None)]
    assert newest["findings"][0]["after"] == LAW and newest["unquoted"] == 0
    assert [(found["kind"], found["weight"]) for found in middle["findings"]] == [("sale", 5)]
    assert (first["findings"], first["unquoted"]) == ([], None)


def test_json_has_only_the_chosen_findings(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):  # the change that added a law also removed a contact
        db.execute(
            """insert into findings (id, change_id, kind, move, what, before, after, section, rule, weight,
                certainty, lasting, place)
            select id + 1, change_id, 'contact', 'removed', what, after, '', section, rule, weight, certainty,
                lasting, place from findings where kind = 'law'"""
        )
    db.close()
    (both, _, _) = json.loads(policytrail("log", archive, "--json").out)
    assert [found["kind"] for found in both["findings"]] == ["law", "contact"]
    for options in (("--finding", "contact"), ("--move", "removed", "-n", "1")):
        newest, *_ = json.loads(policytrail("log", archive, *options, "--json").out)
        assert [found["kind"] for found in newest["findings"]] == ["contact"]
    with Archive(archive) as opened:
        (change,) = opened.changes(finding="contact")
        assert [found.kind for found in change.findings] == ["contact"]
        assert [len(change.findings) for change in opened.changes()] == [1, 2]


@pytest.mark.parametrize("options", [("--quote", "zzz"), ("--finding", "sale", "--quote", "zzz")])
def test_nothing_chosen_is_one_line(policytrail: Run, archive: str, options: tuple[str, ...]) -> None:
    said = policytrail("log", archive, *options)
    assert (said.status, said.out, said.err) == (0, "", "no such version or change\n")
    assert policytrail("log", archive, *options, "--json").out == "[]\n"


@pytest.mark.parametrize(
    "wrong",
    [("--finding", "gossip"), ("--move", "lost"), ("--finding", "sale", "--why"), ("--quote", "a", "--why")],
)
def test_wrong_use_is_one_line(policytrail: Run, archive: str, wrong: tuple[str, ...]) -> None:
    assert policytrail("log", archive, *wrong).status == 2


def test_exports_have_a_row_for_each_finding(policytrail: Run, archive: str, tmp_path: Path) -> None:
    out = tmp_path / "findings.jsonl"
    assert policytrail("export", archive, str(out), "--format", "findings-jsonl").status == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["kind"], row["move"], row["before"], row["after"], row["old_version"]) for row in rows] == [
        ("sale", "removed", SALE, "", 1),
        ("law", "added", "", LAW, 2),
    ]
    assert rows[0]["first_new"] == "2015-01-01T00:00:00Z"
    for form in ("findings-csv", "findings-parquet", "changes-parquet"):
        assert policytrail("export", archive, str(tmp_path), "--format", form).status == 0
    assert Database(archive)["findings"].count == 2


def test_show_has_what_a_text_says_otherwise(policytrail: Run, archive: str) -> None:
    between, *lines = policytrail(
        "show", archive, "shop.example", "2015-01-01", "--findings"
    ).out.splitlines()
    assert between == "between 2014-01-01 and 2015-01-01"
    assert lines[0] == f"  sale (possible): the text no longer says “{SALE}”"
    first = policytrail("show", archive, "shop.example", "2014-01-01", "--findings")
    assert first.out == "no change before this text is known\n"


def test_show_has_findings_as_json(policytrail: Run, archive: str) -> None:
    found = json.loads(policytrail("show", archive, "shop.example", "--findings", "--json").out)
    assert (found["last_old"], found["first_new"]) == ("2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z")
    assert [one["after"] for one in found["findings"]] == [LAW]
    first = json.loads(policytrail("show", archive, "shop.example", "v1", "--findings", "--json").out)
    assert first == {"last_old": None, "first_new": None, "findings": [], "unquoted": None}
