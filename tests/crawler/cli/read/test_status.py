"""`policytrail status`: what is held, and in plain words what is not."""

import json
from pathlib import Path

import pytest

from crawler.cli.read import status
from db.database import open_archive, transaction
from db.store import captures, clues, retailers
from tests.support.commands import Run, error, policy
from tests.support.warcs import HTML, record, zipped

OTHER = "http://shop.example/legal/privacy"


def test_status(policytrail: Run, archive: str) -> None:
    said = policytrail("status", archive, "shop.example", "--json")
    (shop,) = json.loads(said.out)
    assert (said.status, said.err) == (0, "")
    assert (shop["captures"], shop["verdicts"], shop["versions"]) == (
        {"fetched": 4},
        {"policy": 3, "empty": 1},
        2,
    )
    assert [(gap["days"], gap["months"], gap["captures"], gap["reason"]) for gap in shop["gaps"]] == [
        (365, 12, 0, None),
        (1240, 40, 1, "1 empty"),
    ]
    assert policytrail("status", archive, "shop.example").out.splitlines() == [
        "shop.example",
        "  2 versions, 1 change, seen from 2014-01-01 to 2018-05-25",
        "  captures: 4 fetched; verdicts: 3 policy, 1 empty",
        "  http://shop.example/privacy  2014-01-01 to 2018-05-25 (given)",
        "  gap: no good capture from 2014-01-01 to 2015-01-01 (365 days; captures not listed yet: crawl)",
        "  gap: no good capture from 2015-01-01 to 2018-05-25 (1240 days; other captures: 1 empty; captures"
        " not listed yet:"
        " crawl)",
        "",
    ]
    table = policytrail("status", archive).out.splitlines()
    assert table[3].startswith("last run: 20")
    assert table[:3] + table[4:] == [
        "1 retailer, 1 page, 4 captures (4 fetched)",
        "verdicts: 3 policy, 1 empty",
        "2 versions, 1 change of wording",
        "",
        "retailer      versions  changes  last seen   captures  missing",
        "shop.example         2        1  2018-05-25         4  2 gaps, up to 40 months",
        "",
        "See: policytrail status a.db DOMAIN",
    ]


def test_gaps_are_told_from_as_many_months_on_as_wanted(policytrail: Run, archive: str) -> None:
    def days(*options: str) -> list[int]:
        return [
            gap["days"]
            for gap in json.loads(policytrail("status", archive, *options, "--json").out)[0]["gaps"]
        ]

    assert (days(), days("--gaps", "13"), days("--gaps", "41")) == ([365, 1240], [1240], [])
    assert (
        error(policytrail("status", archive, "--gaps", "5"))
        == "Invalid value for '--gaps': 5 is not in the range x>=6."
    )


def lines(policytrail: Run, archive: str, domain: str) -> list[str]:
    """What status says of a retailer below its name, without pages."""
    said = policytrail("status", archive, domain).out.splitlines()[1:-1]
    return [line.strip() for line in said if not line.startswith("  http")]


def test_what_is_missing_is_told_with_its_reason(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        empty, bad, open_end = (
            retailers.add_policy(db, f"{name}.example") for name in ("empty", "bad", "shop")
        )
        retailers.add_page(db, empty, "http://empty.example/privacy", "given")
        page = retailers.add_page(db, bad, "http://bad.example/privacy", "given")
        rows = [captures.IndexRow(page.urlkey, f"201{year}0101000000", page.url) for year in range(3)]
        captures.record_rows(db, page.id, "web.archive.org", rows)
        failed, unread = (found.id for found in captures.of_page(db, page.id)[:2])
        captures.set_failed(db, failed, "the archive answered 503")
        db.execute("update captures set state = 'fetched' where id = ?", [unread])
        retailers.set_listing(db, page.id, "complete", "2013-01-01T00:00:00Z")
        retailers.set_listing(db, retailers.pages(db, open_end)[0].id, "complete", "2020-01-01T00:00:00Z")
    db.close()
    assert lines(policytrail, archive, "empty.example") == [
        "captures: none; verdicts: none",
        "no capture: nobody has looked for any yet",
    ]
    assert lines(policytrail, archive, "bad.example") == [
        "captures: 1 failed, 1 fetched, 1 listed; verdicts: none",
        "missing: 1 fetched: not judged yet",
        "missing: 1 listed: not asked for yet",
        "missing: 1 failed: the archive answered 503",
        "no good capture at all: captures from 2010-01-01 on, looked for until 2013-01-01: 1 failed, 1"
        " listed, 1 not judged",
    ]
    assert lines(policytrail, archive, "shop.example")[-1] == (
        "gap: no good capture after 2018-05-25, looked for until 2020-01-01 (586 days; no other capture"
        " either)"
    )


def test_a_gap_before_the_first_good_capture(policytrail: Run) -> None:
    Path("shop.warc").write_bytes(
        record(HTML, OTHER, "2010-01-01T00:00:00Z") + record(policy("name"), OTHER, "2012-01-01T00:00:00Z")
    )
    policytrail("import", "a.db", "shop.warc", "--jobs", "1")
    assert lines(policytrail, "a.db", "shop.example")[-1] == (
        "gap: no good capture before 2012-01-01, captures from 2010-01-01 on (730 days; other captures: 1"
        " empty; captures not"
        " listed yet: crawl)"
    )


def test_what_nobody_has_listed_is_not_said_to_be_missing(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        (page,) = retailers.pages(db, shop := retailers.add_policy(db, "shop.example"))
        retailers.set_listing(db, page.id, "complete", "2020-01-01T00:00:00Z")
        retailers.add_page(db, shop, "http://shop.example/led", "link", waypoint=True)
    first = "gap: no good capture from 2014-01-01 to 2015-01-01 (365 days; {})".format
    assert first("no other capture either") in lines(policytrail, archive, "shop.example")
    with transaction(db):
        retailers.add_page(db, shop, OTHER, "link")
        empty = retailers.add_policy(db, "empty.example")
        for path, listing in ("a", "complete"), ("b", None):
            page = retailers.add_page(db, empty, f"http://empty.example/{path}", "given")
            if listing:
                retailers.set_listing(db, page.id, listing, "2020-01-01T00:00:00Z")
    db.close()
    assert first("captures not listed yet: crawl") in lines(policytrail, archive, "shop.example")
    assert lines(policytrail, archive, "empty.example")[-1] == (
        "no capture: the archive lists none; captures not listed yet: crawl"
    )


def test_addresses_that_disagree_are_told(policytrail: Run) -> None:
    first, second = "http://shop.example/privacy", OTHER
    seen = [
        (first, "name", "2014-01-01"), (second, "name", "2014-01-02"), (second, "address", "2014-02-01"),
        (first, "name", "2014-02-02"), (second, "address", "2014-02-03"), (first, "name", "2014-02-04"),
        (second, "address", "2014-02-05"),
    ]  # fmt: skip
    Path("shop.warc.gz").write_bytes(
        zipped(*(record(policy(word), url, f"{day}T00:00:00Z") for url, word, day in seen))
    )
    policytrail("import", "a.db", "shop.warc.gz", "--jobs", "1")
    assert lines(policytrail, "a.db", "shop.example")[-1] == (
        "addresses disagree: version 2 is current, but http://shop.example/privacy shows another wording,"
        " that of version 1"
        " (last seen 2014-02-04)"
    )
    assert policytrail("log", "a.db").out.splitlines()[3] == (
        "      also at http://shop.example/privacy: the wording of version 1, 2 captures from 2014-02-02 to"
        " 2014-02-04"
    )


def test_texts_of_an_older_extractor_are_told(
    policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "older extractor" not in policytrail("status", archive).out
    monkeypatch.setattr(status, "EXTRACTOR", "some later one")
    told = "2 texts are from an older extractor: run 'policytrail rebuild a.db' to derive them again"
    assert policytrail("status", archive).out.splitlines()[-1] == told
    assert policytrail("status", archive, "shop.example").out.splitlines()[-1] == told
    assert json.loads(policytrail("status", archive, "--json").out)[0]["old_texts"] == 2


def test_addresses_are_told_over_time_with_how_they_are_known(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        privacy, candidate = (
            retailers.add_policy(db, "shop.example"),
            retailers.add_policy(db, "shop.example", kind="candidate"),
        )
        regional = retailers.add_policy(db, "shop.example", kind="regional")
        home = retailers.add_page(
            db, retailers.add_policy(db, "shop.example", kind="home"), "http://shop.example/", "cdx"
        )
        captures.record_rows(
            db, home.id, "web.archive.org", [captures.IndexRow(home.urlkey, "20190301000000", home.url)]
        )
        (seen,) = captures.of_page(db, home.id)
        other = retailers.add_page(db, privacy, "http://parent.example/privacy", "link")
        clues.note(db, other.id, "home", seen.id, "Privacy")
        clues.note(db, other.id, "redirect", captures.of_page(db, retailers.pages(db, privacy)[0].id)[-1].id)
        retailers.settle(db, other.id, privacy, "other", "the parent's, to which the retailer points")
        retailers.settle(
            db, retailers.add_page(db, candidate, OTHER, "cdx").id, candidate, None, "terms of use"
        )
        retailers.add_page(db, regional, "http://shop.example/en-gb/privacy", "cdx")
        retailers.add_page(db, privacy, "http://shop.example/led", "link", waypoint=True)
    db.close()
    plain = policytrail("status", archive, "shop.example").out.splitlines()
    assert [line for line in plain if "http" in line] == [
        "  http://shop.example/privacy  2014-01-01 to 2018-05-25 (given)",
        "  http://parent.example/privacy  no good capture (home, redirect; linked 2018-05-25 to 2019-03-01;"
        " another party's document)",
        "  http://shop.example/en-gb/privacy  no good capture (cdx; of another region)",
    ]
    (shop,) = json.loads(policytrail("status", archive, "--json").out)
    assert [(row["url"], row["kind"], row["finding"]) for row in shop["lineage"]] == [
        ("http://shop.example/privacy", "privacy", None),
        ("http://parent.example/privacy", "privacy", "the parent's, to which the retailer points"),
        ("http://shop.example/en-gb/privacy", "regional", None),
        (OTHER, "candidate", "terms of use"),
    ]
    assert [(page["url"], page["waypoint"]) for page in shop["pages"]][1:] == [
        ("http://parent.example/privacy", 0),
        ("http://shop.example/led", 1),
    ]
