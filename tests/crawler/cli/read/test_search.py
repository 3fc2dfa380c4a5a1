"""`policytrail search`: which policies have some words, since when, and who took them out."""

import json
from pathlib import Path

import pytest

from db.database import open_archive
from tests.support.commands import Run, error
from tests.support.shop import Shop

SELL = "# Privacy\n\nWe sell your data.\n"
KEEP = "# Privacy\n\nWe keep your data.\n"


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """One shop wrote that it sells data, took it out, and wrote it again; another one took it out."""
    path = tmp_path / "shops.db"
    db = open_archive(path, create=True)
    for domain, texts in (
        ("again.example", {"2014": KEEP, "2015": SELL, "2016": KEEP, "2017": SELL}),
        ("out.example", {"2014": SELL, "2018": KEEP}),
    ):
        shop = Shop(db, domain)
        for year, text in texts.items():
            shop.observe(f"{year}0101000000", text)
        shop.derive()
    db.close()
    return path


AGAIN = """\
again.example
  came between 2014-01-01 and 2015-01-01; went between 2015-01-01 and 2016-01-01 (version 2)
  came between 2016-01-01 and 2017-01-01; there in the latest text, 2017-01-01 (version 2)
    version 2: Privacy We «sell» your data.
"""
OUT = """\
out.example
  there in the first text, 2014-01-01; went between 2014-01-01 and 2018-01-01 (version 1)
    version 1: Privacy We «sell» your data.
"""


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["again.example"], AGAIN),
        (["out.example"], OUT),
        (["--removed"], OUT),
        (["--removed", "--to", "2013"], ""),
        (["--removed", "--to", "2017"], OUT),  # it may have gone between 2014 and 2018
        (["--removed", "--from", "2016", "--to", "2016"], OUT),
        (["--removed", "--from", "2018"], OUT),
        (["--from", "2016-06", "--to", "2018"], AGAIN),
        (["--from", "2017"], AGAIN),
    ],
)
def test_retailers_are_shown_with_the_times(
    policytrail: Run, shops: Path, options: list[str], shown: str
) -> None:
    note = "" if shown else "no policy has lost these words\n"
    assert policytrail("search", shops, "sell", *options) == (0, shown, note)


def test_there_can_be_more_and_there_can_be_none(policytrail: Run, shops: Path) -> None:
    said = policytrail("search", shops, "sell", "--limit", "1")
    assert (said.out.count(".example"), said.err) == (1, "1 more: see --limit\n")
    assert policytrail("search", shops, "telegram") == (0, "", "no policy has these words\n")
    assert policytrail("search", shops, "") == (0, "", "no policy has these words\n")
    assert json.loads(policytrail("search", shops, "", "--json").out) == []


def test_json_has_the_times(policytrail: Run, shops: Path) -> None:
    (found,) = json.loads(policytrail("search", shops, "sell", "out.example", "--json").out)
    assert found == {
        "retailer": "out.example",
        "name": None,
        "version": 1,
        "title": found["title"],
        "snippet": found["snippet"],
        "mentions": [
            {
                "last_without": None,
                "first_with": "2014-01-01T00:00:00Z",
                "last_with": "2014-01-01T00:00:00Z",
                "first_without": "2018-01-01T00:00:00Z",
                "versions": [1],
            }
        ],
        "certain": True,
    }


def test_wrong_use(policytrail: Run, shops: Path) -> None:
    assert error(policytrail("search", shops, "sell", "none.example")).startswith(
        "the archive has no retailer none.example"
    )
    assert error(policytrail("search", shops, "sell", "--from", "2018", "--to", "2014")) == (
        "2018 is after 2014: nothing lies between them"
    )
