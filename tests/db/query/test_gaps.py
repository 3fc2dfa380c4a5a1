"""What an archive does not have is a row with its reason; and both views stay quick in a large archive."""

import time
from typing import Any

import pytest

from db.database import transaction
from db.query import gaps as absence
from db.schema.views import SPAN
from db.store import captures, retailers
from db.store.retailers import Page
from tests.support.shop import Shop

POLICY = "# Privacy\n\nWe sell data.\n"
SPANS = "last_good, next_good, days, months, kind, captures, reason, since, until"


def rows(shop: Shop, columns: str, view: str = "gaps") -> list[tuple[Any, ...]]:
    """The rows of a view that are the shop's."""
    return shop.db.execute(f"select {columns} from {view} where retailer = ?", [shop.domain]).fetchall()


def looked_for(
    shop: Shop, listing: str, at: str, reason: str | None = None, page: Page | None = None
) -> None:
    with transaction(shop.db):
        retailers.set_listing(shop.db, (page or shop.page).id, listing, at, reason)


def day(timestamp: str) -> str:
    return f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}T00:00:00Z"


def test_a_gap_says_what_the_captures_within_are(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20140201000000", "Access denied", verdict="block-page")
    shelf.observe("20140301000000", "Access denied", verdict="block-page")
    shelf.observe(
        "20140401000000", "Gone", verdict="soft-404", page=shelf.add_page("http://shop.example/legal")
    )
    with transaction(shelf.db):
        captures.set_failed(shelf.db, shelf.list("20140501000000").id, "503")
        captures.select(shelf.db, [late := shelf.list("20140601000000")], {late.id: "not wanted"})
    shelf.fetch(shelf.list("20140701000000"))
    shelf.list("20140801000000")
    shelf.observe("20150102000000", POLICY)
    assert rows(shelf, SPANS)[0] == (
        "2014-01-01T00:00:00Z",
        "2015-01-02T00:00:00Z",
        366,
        12,
        "no good capture",
        7,
        "2 block-page, 1 failed, 1 listed, 1 not judged, 1 skipped, 1 soft-404",
        "2014-01-01T00:00:00Z",
        "2015-01-02T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ("20140101", "20140630", None),
        ("20140101", "20140701", 6),
        ("20140831", "20150228", None),
        ("20140831", "20150331", 7),
        ("20140115", "20150114", 11),
        ("20140115", "20150115", 12),
        ("20121231", "20140101", 12),
    ],
)
def test_gaps_are_counted_in_whole_months_from_six_on(
    shelf: Shop, since: str, until: str, months: int | None
) -> None:
    shelf.observe(since + "000000", POLICY)
    shelf.observe(until + "000000", POLICY)
    assert rows(shelf, "last_good, next_good, months, captures, reason") == (
        [] if months is None else [(day(since), day(until), months, 0, None)]
    )


@pytest.mark.parametrize(
    ("listing", "until"),
    [
        ("complete", "2016-02-03T04:05:06Z"),
        ("excluded", "2016-02-03T04:05:06Z"),
        ("failed", "2015-03-01T00:00:00Z"),
    ],
)
def test_after_the_last_good_capture_a_gap_is_open_until_the_archive_was_last_looked_at(
    shelf: Shop, listing: str, until: str
) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20150301000000", "Gone", verdict="soft-404")
    looked_for(shelf, listing, "2016-02-03T04:05:06Z", "because")
    assert rows(shelf, "last_good, next_good, captures, reason, since, until")[0] == (
        "2014-01-01T00:00:00Z",
        None,
        1,
        "1 soft-404",
        "2014-01-01T00:00:00Z",
        until,
    )


def test_no_gap_is_open_where_nobody_has_looked_since(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    assert rows(shelf, SPANS) == []


def test_a_good_capture_at_another_address_ends_a_gap(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20140501000000", POLICY, page=shelf.add_page("http://shop.example/legal"))
    shelf.observe("20140901000000", POLICY)
    assert rows(shelf, SPANS) == []


def test_captures_before_the_first_good_one_are_a_gap_without_a_last_good(shelf: Shop) -> None:
    shelf.observe("20120101000000", "Access denied", verdict="block-page")
    shelf.observe("20140101000000", POLICY)
    assert rows(shelf, SPANS) == [
        (
            None,
            "2014-01-01T00:00:00Z",
            731,
            24,
            "no good capture",
            1,
            "1 block-page",
            "2012-01-01T00:00:00Z",
            "2014-01-01T00:00:00Z",
        )
    ]


def test_a_retailer_without_a_good_capture_is_told_however_short_the_time(shelf: Shop) -> None:
    shelf.observe("20140101000000", "Access denied", verdict="block-page")
    assert rows(shelf, SPANS) == [
        (
            None,
            None,
            0,
            0,
            "never a good capture",
            1,
            "1 block-page",
            "2014-01-01T00:00:00Z",
            "2014-01-01T00:00:00Z",
        )
    ]


@pytest.mark.parametrize(
    ("listing", "reason", "until"),
    [
        (None, "nobody has looked for any yet", None),
        ("complete", "the archive lists none", "2016-01-01T00:00:00Z"),
        ("failed", "it could not be listed", "2016-01-01T00:00:00Z"),
    ],
)
def test_a_retailer_without_captures_is_told(
    shelf: Shop, listing: str | None, reason: str, until: str | None
) -> None:
    if listing:
        looked_for(shelf, listing, "2016-01-01T00:00:00Z")
    assert rows(shelf, SPANS)[0] == (None, None, None, None, "no capture", 0, reason, None, until)


def test_what_cannot_be_had_is_a_row_for_each_reason(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    with transaction(shelf.db):
        for month, reason in ("02", "503"), ("03", "503"), ("04", "no answer"):
            captures.set_failed(shelf.db, shelf.list(f"2014{month}01000000").id, reason)
    shelf.fetch(shelf.list("20140501000000"))
    barred, silent = (shelf.add_page(f"http://shop.example/{name}") for name in ("barred", "silent"))
    shelf.list("20130101000000", page=barred)
    looked_for(shelf, "excluded", "2014-06-01T00:00:00Z", "robots.txt", barred)
    with transaction(shelf.db):
        captures.exclude(shelf.db, barred.id, "web.archive.org", "robots.txt")
    looked_for(shelf, "failed", "2014-06-01T00:00:00Z", "the index answered 500", silent)
    assert sorted(
        rows(shelf, "kind, captures, reason, url, since, until, days, months, last_good, next_good")
    ) == [
        ("excluded", 1, "robots.txt", barred.url, *["2013-01-01T00:00:00Z"] * 2, *[None] * 4),
        ("failed", 1, "no answer", shelf.page.url, *["2014-04-01T00:00:00Z"] * 2, *[None] * 4),
        ("failed", 2, "503", shelf.page.url, "2014-02-01T00:00:00Z", "2014-03-01T00:00:00Z", *[None] * 4),
        ("listing failed", 0, "the index answered 500", silent.url, *[None] * 6),
        (
            "no good capture",
            1,
            "1 excluded",
            None,
            "2013-01-01T00:00:00Z",
            "2014-01-01T00:00:00Z",
            365,
            12,
            None,
            "2014-01-01T00:00:00Z",
        ),
        (
            "not judged",
            1,
            "fetched, but not judged yet",
            shelf.page.url,
            *["2014-05-01T00:00:00Z"] * 2,
            *[None] * 4,
        ),
    ]


def test_a_bad_capture_between_two_good_ones_is_in_capture_health(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20140201000000", "Access denied", verdict="block-page")
    shelf.observe("20140301000000", POLICY)
    assert rows(
        shelf, "listing, state, verdict, captures, first, last, reasons, example_reason", "capture_health"
    ) == [
        (
            "not listed",
            "fetched",
            "block-page",
            1,
            "2014-02-01T00:00:00Z",
            "2014-02-01T00:00:00Z",
            1,
            "a test says so",
        ),
        (
            "not listed",
            "fetched",
            "policy",
            2,
            "2014-01-01T00:00:00Z",
            "2014-03-01T00:00:00Z",
            1,
            "a test says so",
        ),
    ]


@pytest.mark.parametrize(
    ("reasons", "example"),
    [
        (["z", "a", "a", "z", "a"], "a"),
        (["a", "a", "z", "z", "z"], "z"),
        (["b", "a"], "a"),
        (["a", "b"], "b"),
    ],
)
def test_the_example_is_the_reason_of_most_captures_and_of_the_latest_among_equals(
    shelf: Shop, reasons: list[str], example: str
) -> None:
    with transaction(shelf.db):
        for month, reason in enumerate(reasons, 1):
            captures.set_failed(shelf.db, shelf.list(f"20140{month}01000000").id, reason)
    looked_for(shelf, "failed", "2016-01-01T00:00:00Z", "the listing's reason")
    assert rows(shelf, "captures, reasons, example_reason", "capture_health") == [(len(reasons), 2, example)]


def test_an_address_without_captures_has_the_reason_of_its_listing_and_a_capture_without_a_reason_has_none(
    shelf: Shop,
) -> None:
    looked_for(shelf, "excluded", "2016-01-01T00:00:00Z", "robots.txt")
    columns = "listing, state, captures, first, reasons, example_reason"
    assert rows(shelf, columns, "capture_health") == [("excluded", None, 0, None, 0, "robots.txt")]
    shelf.list("20140101000000")
    assert rows(shelf, columns, "capture_health") == [
        ("excluded", "listed", 1, "2014-01-01T00:00:00Z", 0, None)
    ]


def test_reports_have_the_gaps_of_so_many_months_and_every_retailer_without_a_good_capture(
    shelf: Shop, neighbour: Shop
) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20141001000000", POLICY)
    shelf.observe("20160101000000", POLICY)

    def told(months: int) -> dict[str, list[tuple[str, int | None]]]:
        found = absence.gaps(shelf.db, months)
        return {domain: [(gap["kind"], gap["months"]) for gap in gaps] for domain, gaps in found.items()}

    nothing = {"neighbour.example": [("no capture", None)]}
    assert told(6) == {"shop.example": [("no good capture", 9), ("no good capture", 15)], **nothing}
    assert told(12) == {"shop.example": [("no good capture", 15)], **nothing}
    assert told(16) == nothing


def test_texts_of_another_extractor_are_counted_once_for_each_policy(shelf: Shop, neighbour: Shop) -> None:
    for timestamp in ("20140101000000", "20140201000000"):
        shelf.observe(timestamp, POLICY)
    neighbour.observe("20140101000000", POLICY)
    neighbour.observe("20140201000000", POLICY + "More.", extractor="1 (before a rebuild)")
    assert absence.old_texts(shelf.db, "1") == {neighbour.policy_id: 1}
    assert absence.old_texts(shelf.db, "2") == {shelf.policy_id: 1, neighbour.policy_id: 2}


def test_the_views_read_captures_by_their_indexes_in_a_large_archive(shelf: Shop) -> None:
    with transaction(shelf.db):
        shelf.db.execute(
            """with recursive number(n) as (select 0 union all select n + 1 from number where n < 99999)
            insert into captures (page_id, archive, timestamp, captured_at, original, state, verdict, reason,
                headers)
            select ?, 'a', n, strftime('%Y-%m-%dT%H:%M:%SZ', '2001-01-01', n || ' hours'),
                'http://shop.example/', 'fetched',
                   iif(n / 8000 % 2, 'block-page', 'policy'), n % 9, printf('%.900c', 'x') from number""",
            [shelf.page.id],
        )
    start = time.perf_counter()
    assert [(row[0], row[1]) for row in rows(shelf, "months, captures")] == [(10, 8000)] * 5 + [(10, 8000)]
    assert len(rows(shelf, "*", "capture_health")) == 2
    assert time.perf_counter() - start < 20  # takes one second
    for _, _, _, step in shelf.db.execute("explain query plan select * from gaps"):
        # An index on the few other captures of long spans is made for the query, and on nothing else.
        assert "AUTOMATIC" not in step or step.startswith("SEARCH w ")
        assert not step.startswith("SCAN c") or "captures_" in step


def test_gaps_of_some_policies_are_the_rows_of_the_view(shelf: Shop, neighbour: Shop):
    for shop in (shelf, neighbour):
        shop.observe("20100101000000", "one")
        shop.observe("20120301000000", "one")
        shop.list("20130101000000", digest="F")
    with transaction(shelf.db):
        shelf.db.execute("update captures set state = 'failed', reason = 'timeout' where digest = 'F'")
    of_view = list(shelf.db.query("select * from gaps where retailer = 'shop.example' order by since"))
    assert [row.pop("retailer") for row in of_view] == ["shop.example"] * 3
    told = {"shop.example": [{**row, "unlisted": 1} for row in of_view]}
    assert absence.gaps_of(shelf.db, [shelf.policy_id]) == told
    assert absence.gaps_of(shelf.db, [shelf.policy_id, neighbour.policy_id]).keys() == {
        "shop.example",
        "neighbour.example",
    }
    assert absence.gaps_of(shelf.db, []) == {}


def test_long_gaps_leave_out_the_short_spans_alone():
    short, long = {"kind": SPAN, "months": 11}, {"kind": SPAN, "months": 12}
    other = {"kind": "failed", "months": None}
    assert absence.long([short, long, other]) == [long, other]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("20140131000000", "20140731000000"),
        ("20140131000001", "20140731000000"),
        ("20131231235959", "20140630235959"),
        ("20131215120000", "20140615120000"),
        ("20131215120000", "20140615115959"),
        ("20100101000000", "20200101000000"),
        ("20200101000000", "20200102000000"),
    ],
)
def test_a_gap_is_what_the_view_says(shelf: Shop, since: str, until: str) -> None:
    for timestamp in (since, until):
        shelf.observe(timestamp, "# Privacy")
    moments = [row[0] for row in shelf.db.execute("select captured_at from captures order by captured_at")]
    found = shelf.db.execute(
        "select count(*) from gaps where last_good is not null and next_good is not null"
    )
    assert absence.is_gap(*moments) == bool(found.fetchone()[0])
