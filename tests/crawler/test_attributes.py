"""The other columns of a list of retailers: stored by imports and crawls, shown, and taken over by merges."""

import json
from pathlib import Path

import pytest

from crawler.crawl.pages import store_pages
from crawler.crawl.plan import CrawlPlan
from db.database import open_archive
from db.store import attributes
from tests.support.archives import rows
from tests.support.commands import Run, error


def listed(*lines: str) -> str:
    Path("shops.csv").write_text("\n".join(lines) + "\n")
    return "shops.csv"


def test_an_import_stores_the_attributes_of_the_retailers_it_has(policytrail: Run, archive: str):
    csv = listed(
        "domain,policy_url,Sector,country",
        "shop.example,http://shop.example/privacy,toys,US",
        "absent.example,http://absent.example/privacy,books,DE",
    )
    assert policytrail("import", archive, "shop.warc.gz", "--retailers", csv, "--jobs", "1").status == 0
    found = rows(Path(archive), "select retailer, name, value from retailer_attributes order by name")
    assert found == [("shop.example", "country", "US"), ("shop.example", "sector", "toys")]
    details = policytrail("status", archive, "shop.example")
    assert "  country: US; sector: toys\n" in details.out
    (shop,) = json.loads(policytrail("status", archive, "--json").out)
    assert shop["attributes"] == {"country": "US", "sector": "toys"}
    assert policytrail("export", archive, "x.csv", "--format", "csv").status == 0
    header, change = Path("x.csv").read_text().splitlines()
    assert header.endswith(",attribute_country,attribute_sector")
    assert change.endswith(",US,toys")


def test_a_bad_list_stops_an_import_before_it_begins(policytrail: Run, archive: str):
    csv = listed("domain,policy_url,sector,sector", "shop.example,http://shop.example/privacy,a,b")
    said = policytrail("import", archive, "shop.warc.gz", "--retailers", csv)
    assert error(said) == "shops.csv line 1: it has the column 'sector' twice"


def test_a_crawl_stores_them_and_a_later_list_replaces_a_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    db = open_archive(Path("a.db"), create=True)
    for sector in ("toys", "books", ""):
        csv = listed("domain,policy_url,sector", f"shop.example,http://shop.example/privacy,{sector}")
        plan = CrawlPlan.make(Path("a.db"), retailers_csv=csv, source="http://127.0.0.1:9", command="crawl")
        store_pages(db, plan)
    assert attributes.of_retailer(db, "shop.example") == {"sector": "books"}
    db.close()


def test_a_merge_takes_them_over(policytrail: Run, archive: str):
    csv = listed("domain,policy_url,sector", "shop.example,http://shop.example/privacy,toys")
    policytrail("import", archive, "shop.warc.gz", "--retailers", csv, "--jobs", "1")
    assert policytrail("merge", "b.db", archive, "--jobs", "1").status == 0
    query = "select retailer, name, value, noted_at from retailer_attributes"
    assert rows(Path("b.db"), query) == rows(Path(archive), query) != []
