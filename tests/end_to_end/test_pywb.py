"""A real pywb that has the bundled archive, and a crawl of it.

It has its own environment (`make .cache/pywb/done`).
"""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.build import build
from crawler.retailer_lists import read
from db.urlkey import urlkey
from tests.support import pywbs
from tests.support.archives import one, rows
from tests.support.paths import ROOT
from tests.support.processes import RATES_OFF, policytrail

SHOPS = read(ROOT / "crawler" / "demo" / "retailers.csv", "given")
LISTED = {urlkey(address): (retailer.domain, address) for retailer in SHOPS for address in retailer.addresses}

# A session id of 16 digits is none to pywb, which knows those of 32 (docs/decisions/0003-own-urlkey.md).
OF_ANOTHER_PAGE = ("20001019202524", "http://www.pixelpantry.example/privacy.jsp;jsessionid=7C1E9A40D2B35F68")

pytestmark = pywbs.needed


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pywb") / "shops.warc.gz"
    build(file)
    return file


@pytest.fixture(scope="module")
def collection(warc: Path) -> Iterator[str]:
    """The address of a pywb collection with the bundled archive."""
    with pywbs.collection(warc.parent, "shops", [warc]) as address:
        yield address


@pytest.fixture(scope="module")
def listed(warc: Path) -> Path:
    """The list of shops with known addresses."""
    csv_file = warc.with_name("listed.csv")
    csv_file.write_text("\n".join(["domain,policy_url", *map(",".join, LISTED.values()), ""]))
    return csv_file


@pytest.fixture(scope="module")
def imported(warc: Path, listed: Path) -> Path:
    db = warc.with_name("imported.db")
    assert policytrail("import", db, warc, "--retailers", listed).status == 0
    return db


@pytest.fixture(scope="module")
def crawled(warc: Path, listed: Path, collection: str) -> Path:
    db = warc.with_name("crawled.db")
    ended = policytrail("crawl", db, "--retailers", listed, "--source", f"pywb+{collection}", *RATES_OFF)
    assert (ended.status, ended.err) == (3, "")  # for the captures of pywbs.NOT_REPLAYED
    return db


def test_the_same_captures_with_the_same_bodies(imported: Path, crawled: Path):
    query = """select c.timestamp, c.original, c.verdict, b.sha256
        from captures c left join bodies b on b.id = c.body_id"""
    here, there = ({row for row in rows(db, query) if urlkey(row[1]) in LISTED} for db in (imported, crawled))
    assert {row[:2] for row in there - here} == set(pywbs.NOT_REPLAYED)
    assert {row[:2] for row in here - there} == {*pywbs.NOT_REPLAYED, OF_ANOTHER_PAGE}
    assert one(crawled, "select count(*) from captures where state = 'fetched'") == 223


def test_a_redirect_to_the_page_itself_is_recorded_as_another_capture(crawled: Path):
    failed = rows(crawled, "select timestamp, original, reason from captures where state = 'failed'")
    assert {(timestamp, original): reason for timestamp, original, reason in failed} == pywbs.NOT_REPLAYED


def test_a_page_without_captures_is_no_error(warc: Path, collection: str):
    db, csv_file = warc.with_name("none.db"), warc.with_name("none.csv")
    csv_file.write_text("domain,policy_url\nnobody.example,http://nobody.example/privacy\n")
    ended = policytrail("crawl", db, "--retailers", csv_file, "--source", f"pywb+{collection}", *RATES_OFF)
    assert (ended.status, ended.out) == (0, "nothing new: 1 request\n")
    assert rows(db, "select listing, listing_reason from pages") == [("complete", None)]


def test_our_urlkeys_are_those_of_pywb(collection: str):
    compared = 0
    for _, address in LISTED.values():
        query = urllib.request.urlopen(f"{collection}/cdx?output=json&url={address}", timeout=30)
        for line in query.read().decode().splitlines():
            row = json.loads(line)
            assert urlkey(row["url"]) == row["urlkey"]
            compared += 1
    assert compared == 227


def test_policies_are_found_in_it(warc: Path, collection: str):
    db, csv_file = warc.with_name("found.db"), warc.with_name("found.csv")
    csv_file.write_text(
        "domain,policy_url,name\n"
        "harbourlight-lamps.example,,Harbourlight Lamp Company\n"
        "vanished-vinyl.example,,\n"
    )
    ended = policytrail("discover", db, "--retailers", csv_file, "--source", f"pywb+{collection}", *RATES_OFF)
    assert (ended.status, ended.err) == (0, "")
    query = """select url, substr(first_good, 1, 8), substr(last_good, 1, 8)
        from lineage where kind = 'privacy' order by 2"""
    assert rows(db, query) == [
        ("http://www.harbourlight-lamps.example/privacy.html", "1998-12-", "2006-01-"),
        ("http://www.harbourlight-lamps.example/customer-service/privacy-policy", "2006-05-", "2014-02-"),
        ("http://www.harbourlight.example/legal/privacy", "2014-09-", "2024-09-"),
    ]
    assert ": the index had nothing of the domain" in ended.out
