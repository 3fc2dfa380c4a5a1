"""Bisecting two real histories over HTTP; `benchmarks/selecting.py` measures all of them.

The tests need the corpus beside the project (../shared/corpus/series) and are skipped without it.
"""

import json
from pathlib import Path

import pytest

from crawler.demo.run import serving
from tests.support.archives import one, rows
from tests.support.paths import SHARED
from tests.support.processes import RATES_OFF, policytrail

CORPUS = SHARED / "corpus" / "series"
PAGES = [CORPUS / "happn", CORPUS / "her"]

pytestmark = pytest.mark.corpus


def changes(db: Path) -> set[tuple[str, str]]:
    return {
        (row[0], row[1])
        for row in rows(db, "select retailer, first_new from change_log where kind = 'wording'")
    }


def test_nearly_all_changes_are_found_with_a_fifth_of_the_fetches(tmp_path: Path):
    csv, origin, crawled = (tmp_path / name for name in ("retailers.csv", "origin.db", "crawled.db"))
    urls = [(page.name, json.loads((page / "series.json").read_text())["url"]) for page in PAGES]
    csv.write_text("\n".join(["domain,policy_url", *(f"{name}.example,{url}" for name, url in urls), ""]))
    assert (
        policytrail(
            "import", origin, *(page / "captures.warc.gz" for page in PAGES), "--retailers", csv
        ).status
        == 0
    )
    with serving(origin) as address:
        ended = policytrail(
            "crawl", crawled, "--retailers", csv, "--source", address, *RATES_OFF, "--select", "bisect"
        )
    assert ended.status == 0
    whole = changes(origin)
    assert len(changes(crawled) & whole) >= 0.97 * len(whole)
    assert one(crawled, "select fetched from crawls") <= 0.2 * one(origin, "select count(*) from captures")
