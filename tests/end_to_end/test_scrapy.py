"""The spider without the command line: `scrapy crawl history -a …`, as Scrapyd runs it too."""

from pathlib import Path

from crawler.retailer_lists import built_in
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import SCRAPY, run
from tests.support.wayback.standin import StandIn


def scrapy(**arguments: object) -> tuple[object, ...]:
    options = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
    return (*SCRAPY, "crawl", "history", *options)


def test_a_crawl_by_scrapy_of_shops_that_policytrail_knows(tmp_path: Path):
    db, domains = tmp_path / "archive.db", ("rei.com", "walmart.com")
    addresses = {address: domain for domain in domains for address in built_in()[domain].addresses}
    with StandIn() as wayback:
        for number, (address, domain) in enumerate(addresses.items()):
            wayback.add_captures(address, (f"20{number:02}0101000000", policy(f"Address {number}.", domain)))
        rates = {"cdx_per_minute": 0, "replay_per_minute": 600}
        ended = run(
            *scrapy(db=db, domains=",".join(domains), source=wayback.address, select="changed", **rates)
        )
        assert ended.status == 0
        assert "Traceback" not in ended.err
        assert len(wayback.asked("replay")) == len(addresses)
    stored = archives.rows(
        db,
        """select p.retailer, g.url, g.found_by, c.state, c.verdict from captures c
        join pages g on g.id = c.page_id join policies p on p.id = g.policy_id""",
    )
    assert sorted(stored) == sorted(
        (domain, address, "list", "fetched", "policy") for address, domain in addresses.items()
    )
    assert archives.rows(db, "select command, outcome from crawls") == [("crawl", "done")]


def test_a_wrong_argument_is_named(tmp_path: Path):
    ended = run(*scrapy(db=tmp_path / "archive.db", domains="rei.com", source="nowhere"))
    assert ended.status != 0
    assert "'nowhere' is no known archive" in ended.err
