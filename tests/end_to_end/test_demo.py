"""`policytrail demo` in its own process: what it prints, and which changes it finds.

It must find all changes that the shops made, and no others.
"""

import csv
import re
import shutil
from pathlib import Path

import pytest

from db.urlkey import urlkey
from tests.support import one_difference
from tests.support.archives import content, one, rows
from tests.support.demo import Demo
from tests.support.paths import ROOT
from tests.support.processes import Ended, policytrail

DEMO = ROOT / "crawler" / "demo"


@pytest.fixture
def folder(demo_run: Demo) -> Path:
    return demo_run.folder


@pytest.fixture
def ended(demo_run: Demo) -> Ended:
    return demo_run.ended


def table(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(newline="") as file:
        return list(csv.DictReader(file))


def digits(moment: str) -> str:
    return re.sub(r"\D", "", moment)


def test_it_says_what_it_does_and_what_to_try_next(ended: Ended, folder: Path):
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[:6] == [
        f"Writing the bundled archive of fictional shops: 323 records in {folder}/shops.warc.gz",
        f"Importing it as the archive that will be crawled: 323 captures in {folder}/origin.db",
        "Serving that archive as a Wayback Machine on loopback, "
        f"and crawling it over HTTP into {folder}/archive.db",
        "Done: 234 requests, 246 captures new in the index, 204 fetched",
        "",
        "8 shops came without an address; with 77 requests these were found:",
    ]
    assert "    the index had nothing of the domain" in lines
    assert "18 retailers at 30 addresses" in lines
    commands = [line.split() for line in lines[-3:]]
    assert [command[:2] for command in commands] == [
        ["policytrail", "log"],
        ["policytrail", "show"],
        ["policytrail", "serve"],
    ]
    for command in commands[:2]:
        assert policytrail(*command[1:]).status == 0


def test_every_capture_has_the_verdict_that_its_page_was_written_for(ended: Ended, folder: Path):
    found = rows(
        folder / "archive.db", "select timestamp, original, verdict from captures where state = 'fetched'"
    )
    assert set(found) <= {
        (row["timestamp"], row["url"], row["verdict"] or None) for row in table("verdicts.csv")
    }


def test_every_capture_of_every_policy_is_fetched(ended: Ended, folder: Path):
    found = rows(
        folder / "archive.db",
        """select c.timestamp, c.original from captures c
        join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
        where p.kind = 'privacy' and c.state = 'fetched'""",
    )
    policies = {urlkey(row["url"]) for row in table("addresses.csv") if row["kind"] == "privacy"}
    written = [
        (row["timestamp"], row["url"]) for row in table("verdicts.csv") if urlkey(row["url"]) in policies
    ]
    assert sorted(found) == sorted(written)


def test_every_address_of_every_policy_is_known_with_its_period(ended: Ended, folder: Path):
    found = rows(
        folder / "archive.db",
        "select retailer, url, relation, first_good, last_good from lineage where kind = 'privacy'",
    )
    known = {
        (retailer, urlkey(url)): (relation or "own", digits(first), digits(last))
        for retailer, url, relation, first, last in found
    }
    assert known == {
        (row["domain"], urlkey(row["url"])): (row["relation"], row["first_good"], row["last_good"])
        for row in table("addresses.csv")
        if row["kind"] == "privacy"
    }


def test_every_change_of_the_shops_is_found_and_no_other(ended: Ended, folder: Path):
    found = rows(
        folder / "archive.db", "select retailer, last_old, first_new from change_log where kind = 'wording'"
    )
    assert sorted((retailer, digits(old), digits(new)) for retailer, old, new in found) == sorted(
        (row["domain"], row["last_old"], row["first_new"]) for row in table("truth.csv")
    )


def test_a_second_demonstration_finds_everything_there(demo_run: Demo, tmp_path: Path):
    folder = Path(shutil.copytree(demo_run.folder, tmp_path / "demo"))
    before = content(folder / "archive.db")
    again = policytrail("demo", folder)
    assert "Done: nothing new: 30 requests\n" in again.out
    assert content(folder / "archive.db") == before
    assert (
        one(folder / "archive.db", "select count(*) from crawls where outcome = 'done'") == 4
    )  # each searches, then crawls


def test_everything_counts_the_same_words_of_every_change(ended: Ended, folder: Path, tmp_path: Path):
    assert one_difference.check(folder / "archive.db", tmp_path) == 57


def test_log_and_diff_of_the_readme_say_the_same_counts(ended: Ended, folder: Path):
    archive, domain = folder / "archive.db", "velvetbyte.example"
    log = policytrail("log", archive, domain).out
    diff = policytrail("diff", archive, domain).out
    page = policytrail("diff", archive, domain, "--html").out
    assert "  version 5   between 2024-01-09 and 2024-03-11  +3 -6 words," in log
    assert diff.splitlines()[0].endswith(": +3 -6 words")
    assert ": +3 -6 words</p>" in page
    assert "Letterbird <ins>Europe GmbH,</ins> e-mail, <ins>Germany</ins></p>" in page
