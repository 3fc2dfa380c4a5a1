"""Finding policies over HTTP: many shops in one run, then the same run again.

The policy of each shop is found in another way.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from db import times
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.discovery_archive import YEARS, Archive, page
from tests.support.wayback.standin import Seen, StandIn

LATER = [f"{year}0601000000" for year in range(2014, 2022, 2)]
SHOPS = (
    *("index", "home", "moved", "paths", "excluded", "never"),
    *("busy", "hostile", "region", "german", "foreign", "listed"),
)


def www(shop: str, path: str = "") -> str:
    return f"http://www.{shop}.example/{path}"


def populate(archive: Archive, elsewhere: str) -> None:
    archive.shows_policy(www("index", "help/privacy-policy"), "Index", *YEARS)
    archive.has(www("index", "p/privacy-screen-oak"), (YEARS[0], page(words="A screen of oak.")))
    archive.has(www("index", "style/privacy.css"), (YEARS[0], b"body {}"))
    archive.has(
        "http://shop.index.example.other.example/privacy", (YEARS[0], policy("Another host's.", "Other"))
    )

    archive.shows_policy(www("home", "company/our-promise"), "Home", *YEARS)
    archive.has(
        www("home"), *((t, page((www("home", "company/our-promise"), "Privacy Policy"))) for t in YEARS)
    )

    archive.shows_policy(www("moved", "privacy.html"), "Moved", *YEARS)
    archive.leads(www("moved", "privacy.html"), LATER[0], "https://help.moved.example/doc?id=7")
    archive.shows_policy("https://help.moved.example/doc?id=7", "Moved", *LATER)

    archive.shows_policy(www("paths", "legal/privacy"), "Paths", *YEARS)
    archive.at_most_years["paths.example"] = -1
    archive.blocked.add("excluded.example")

    archive.shows_policy(www("busy", "privacy"), "Busy", *YEARS)
    archive.at_most_years["busy.example"] = 8

    links = [(f"{elsewhere}/privacy/{n}", "Privacy Policy") for n in range(50_000)]
    links += [(www("hostile", f"privacy/{n}"), f"Privacy Policy {n}") for n in range(50_000)]
    archive.has(www("hostile"), (YEARS[0], page(*links)))

    archive.shows_policy(www("region", "en-gb/privacy-policy"), "Region", *YEARS)
    archive.shows_policy(www("german", "service/datenschutzerklaerung"), "German", *YEARS)
    archive.has(www("foreign"), (YEARS[0], page(("https://www.paypal.com/privacy", "PayPal privacy"))))
    archive.shows_policy(www("listed", "old/privacy"), "Listed", *YEARS)
    archive.leads(www("listed", "old/privacy"), LATER[0], www("listed", "new"))
    archive.shows_policy(www("listed", "new"), "Listed", *LATER)


@dataclass
class Runs:
    """Two runs of one command: the archive file, the report and the requests of each."""

    archive: Archive
    elsewhere: StandIn
    ended: tuple[Ended, Ended]
    db: Path
    first: Path
    requests: tuple[int, int]
    report: dict[str, Any]

    def asked(self, shop: str, kind: str = "") -> list[Seen]:
        seen = self.archive.seen[: self.requests[0]]
        return [each for each in seen if f"{shop}.example" in each.path and kind in ("", each.kind)]

    def addresses(self, shop: str, kind: str = "privacy") -> list[tuple[str, str, str, str]]:
        return archives.rows(
            self.db,
            "select url, ways, substr(first_good, 1, 4), substr(last_good, 1, 4) from lineage"
            " where retailer = ? and kind = ? order by first_good",
            f"{shop}.example",
            kind,
        )

    def printed(self, shop: str) -> list[str]:
        lines = self.ended[0].out.splitlines()
        start = lines.index(f"{shop}.example ({shop.title()})")
        reported = []
        for line in lines[start + 1 :]:
            if not line.startswith("  "):
                break
            reported.append(line.strip())
        return reported


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("discover")
    csv, db, report = folder / "shops.csv", folder / "archive.db", folder / "report.json"
    given = {"listed": www("listed", "old/privacy")}
    csv.write_text(
        "domain,policy_url,name\n" + "".join(f"{s}.example,{given.get(s, '')},{s.title()}\n" for s in SHOPS)
    )
    with Archive() as archive, StandIn() as elsewhere:
        populate(archive, elsewhere.address)
        command = (
            "discover",
            db,
            "--retailers",
            csv,
            "--source",
            archive.address,
            "--report",
            report,
            *RATES_OFF,
        )
        first = policytrail(*command)
        reported = json.loads(report.read_text())
        copy, asked = archives.snapshot(db, folder / "first.db"), len(archive.seen)
        second = policytrail(*command)
        yield Runs(
            archive, elsewhere, (first, second), db, copy, (asked, len(archive.seen) - asked), reported
        )


def test_the_index_tells_addresses_that_name_a_policy_and_the_fewest_captures_decide(runs: Runs):
    assert runs.addresses("index") == [(www("index", "help/privacy-policy"), "index", "2004", "2010")]
    assert runs.addresses("index", "candidate") == []
    assert len(runs.asked("index", "replay")) == 2  # its first capture and its last
    assert len(runs.asked("index", "cdx")) == 3  # the domain, the page, the home page


def test_a_home_page_leads_to_an_address_that_says_nothing(runs: Runs):
    assert runs.addresses("home") == [(www("home", "company/our-promise"), "home", "2004", "2010")]
    stored = archives.rows(
        runs.db,
        "select state, verdict from captures c"
        " join pages g on g.id = c.page_id join policies p on p.id = g.policy_id"
        " where retailer = 'home.example' and kind = 'home'",
    )
    assert set(stored) == {("fetched", None)}  # looked through, not judged


def test_a_redirect_at_the_end_of_an_address_leads_to_the_next_one(runs: Runs):
    assert runs.addresses("moved") == [
        (www("moved", "privacy.html"), "index", "2004", "2010"),
        ("https://help.moved.example/doc?id=7", "redirect", "2014", "2020"),
    ]
    assert archives.rows(runs.db, "select found_by, waypoint from pages where url like '%help.moved%'") == [
        ("link", 0)
    ]


def test_what_a_list_names_is_looked_at_from_its_ends(runs: Runs):
    assert runs.addresses("listed") == [
        (www("listed", "old/privacy"), "given, index", "2004", "2010"),
        (www("listed", "new"), "redirect", "2014", "2020"),
    ]


def test_common_paths_are_asked_of_an_index_that_cannot_be_surveyed(runs: Runs):
    assert runs.addresses("paths") == [(www("paths", "legal/privacy"), "path", "2004", "2010")]
    (line,) = (line for line in runs.printed("paths") if line.startswith("index:"))
    assert line.startswith("index: not answered: ")


def test_a_domain_that_may_not_be_shown_is_said_with_the_date(runs: Runs):
    assert runs.addresses("excluded") == []
    assert len(runs.asked("excluded")) == 1
    assert [
        line
        for line in runs.printed("excluded")
        if line.startswith(f"excluded on {times.now()[:10]}: the archive may not show this page")
    ]


def test_a_domain_that_was_never_archived_is_said_plainly(runs: Runs):
    assert runs.printed("never")[0] == f"nothing on {times.now()[:10]}: the index had nothing of the domain"
    assert len(runs.asked("never")) == 3
    assert archives.rows(runs.db, "select kind, reason from gaps where retailer = 'never.example'") == [
        ("no capture", "no address of it was found")
    ]


def test_an_index_that_runs_out_of_time_is_asked_in_parts(runs: Runs):
    assert runs.addresses("busy") == [(www("busy", "privacy"), "index", "2004", "2010")]
    windows = [
        (seen.query.get("from"), seen.query.get("to"))
        for seen in runs.asked("busy", "cdx")
        if "domain" in seen.path
    ]
    assert windows[0] == (None, None)
    assert len(windows) == 1 + 4
    assert not [line for line in runs.printed("busy") if "not answered" in line]


def test_links_to_other_hosts_are_asked_of_the_archive_alone_and_few_of_many(runs: Runs):
    assert runs.elsewhere.seen == []
    assert runs.addresses("hostile") == []
    assert len(runs.asked("hostile")) < 40
    pages = archives.one(
        runs.db,
        "select count(*) from pages g join policies p on p.id = g.policy_id"
        " where retailer = 'hostile.example'",
    )
    assert pages < 20


def test_the_policy_of_a_region_is_the_main_one_where_it_is_alone(runs: Runs):
    assert runs.addresses("region") == [(www("region", "en-gb/privacy-policy"), "index", "2004", "2010")]


def test_words_of_other_languages_are_looked_for_too(runs: Runs):
    assert runs.addresses("german") == [
        (www("german", "service/datenschutzerklaerung"), "index", "2004", "2010")
    ]


def test_another_partys_address_is_not_the_shops(runs: Runs):
    assert runs.addresses("foreign") == []
    assert not [seen for seen in runs.archive.seen if "paypal" in seen.path]


def test_all_is_said_with_its_cost_and_written_down(runs: Runs):
    first = runs.ended[0]
    assert (first.status, first.err) == (0, "")
    spent = archives.one(runs.first, "select sum(requests) from searches")
    assert f"{spent} requests, 9 new addresses of {len(SHOPS)} retailers" in first.out.splitlines()
    assert first.out.splitlines()[-1] == f"See: policytrail news {runs.db}"
    assert spent == runs.requests[0]
    assert archives.rows(runs.first, "select outcome, requests from crawls") == [("done", spent)]
    assert runs.report["requests"] == spent
    by_way = dict(archives.rows(runs.first, "select way, sum(found) from searches group by way"))
    assert by_way == {"index": 5, "home": 1, "known": 0, "path": 1, "successor": 2}


def test_the_second_run_asks_again_where_nothing_was_found_and_changes_nothing(runs: Runs):
    second = runs.ended[1]
    assert (second.status, second.err) == (0, "")
    again = [seen for seen in runs.archive.seen[runs.requests[0] :] if seen.kind in ("cdx", "replay")]
    shops = Counter(shop for seen in again for shop in SHOPS if f"{shop}.example" in seen.path)
    assert shops == {"excluded": 1, "never": 3, "hostile": 6, "foreign": 6}
    assert runs.requests[1] == shops.total()
    assert archives.content(runs.db) == archives.content(runs.first)
    lineage = "select * from lineage order by retailer, url"
    assert archives.rows(runs.db, lineage) == archives.rows(runs.first, lineage)


def test_what_was_fetched_is_in_the_history(runs: Runs):
    versions = dict(archives.rows(runs.db, "select retailer, count(*) from timeline group by retailer"))
    assert versions["moved.example"] == 4  # first and last of both addresses
    assert versions["index.example"] == 2
