"""The border to waybackpy: queries that it checks, rows that it reads."""

import json
from collections.abc import Mapping
from datetime import datetime

import pytest
from waybackpy.cdx_snapshot import CDXSnapshot
from waybackpy.exceptions import WaybackError

from crawler.webarchive import cdx_rows
from crawler.webarchive.cdx import CdxPage, Enumeration, parse
from crawler.webarchive.cdx_rows import FIELDS
from crawler.webarchive.cdx_snapshots import check_query, snapshot_of
from crawler.webarchive.cdx_survey import Survey, SurveyWindow
from crawler.webarchive.sources import Source
from db.store.captures import IndexRow

WAYBACK = Source("demo", "a test", "http://127.0.0.1/cdx/search/cdx", "http://127.0.0.1/web")
PYWB = Source("demo", "a test", "http://127.0.0.1/shop/cdx", "http://127.0.0.1/shop", "pywb")
URL = "http://shop.example/p"
LINE = ["example,shop)/p", "20140530130240", URL, "text/html", "200", "D1", "77"]


def values(timestamp: str) -> dict[str, str]:
    return dict(zip(FIELDS, [LINE[0], timestamp, *LINE[2:]], strict=True))


def test_a_row_is_read_as_a_snapshot_of_waybackpy():
    snapshot = snapshot_of(values(LINE[1]))
    assert isinstance(snapshot, CDXSnapshot)
    assert str(snapshot) == " ".join(LINE)
    assert snapshot.datetime_timestamp == datetime(2014, 5, 30, 13, 2, 40)
    assert snapshot.archive_url == f"https://web.archive.org/web/20140530130240/{URL}"


def test_a_broken_time_is_repaired_for_the_snapshot_and_kept_in_our_row():
    snapshot = snapshot_of(values("20000800241623"))
    assert snapshot is not None
    assert (snapshot.timestamp, snapshot.datetime_timestamp) == (
        "20000824162300",
        datetime(2000, 8, 24, 16, 23),
    )
    row = [LINE[0], "20000800241623", *LINE[2:]]
    assert parse(200, json.dumps([list(FIELDS), row]).encode()) == CdxPage(
        [IndexRow("example,shop)/p", "20000800241623", URL, "text/html", 200, "D1", 77)]
    )


@pytest.mark.parametrize("timestamp", ["20141399000000", "99999999999999", "00000000000000"])
def test_a_row_whose_time_is_none_is_no_snapshot_and_never_lost(timestamp: str):
    assert snapshot_of(values(timestamp)) is None
    row = [LINE[0], timestamp, *LINE[2:]]
    for body in (json.dumps([list(FIELDS), row]), " ".join(row)):
        assert parse(200, body.encode()).rows == [
            IndexRow("example,shop)/p", timestamp, URL, "text/html", 200, "D1", 77)
        ]


def test_rows_of_the_wayback_dialect_come_by_way_of_snapshots_and_those_of_pywb_do_not(
    monkeypatch: pytest.MonkeyPatch,
):
    made: list[str] = []

    def recorded(named: Mapping[str, str]) -> CDXSnapshot | None:
        made.append(named["timestamp"])
        return snapshot_of(named)

    monkeypatch.setattr(cdx_rows, "snapshot_of", recorded)
    parse(200, json.dumps([list(FIELDS), LINE]).encode())
    parse(200, " ".join(LINE).encode())
    assert made == [LINE[1]] * 2
    assert parse(200, json.dumps({"timestamp": LINE[1], "url": URL}).encode()).rows == [
        IndexRow("", LINE[1], URL)
    ]
    assert made == [LINE[1]] * 2


GOOD: list[tuple[str, object]] = [
    ("url", URL), ("matchType", "domain"), ("filter", "!statuscode:[45]..?"), ("filter",
                                                                               "urlkey:.*privacy.*"),
    ("collapse", "timestamp:6"), ("sort", "reverse"),
]  # fmt: skip


def test_a_query_that_the_index_knows_passes():
    check_query(GOOD)
    check_query([("url", URL)])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("matchType", "similar", "similar is not an allowed match type"),
        ("filter", "language:en", "Filter 'language:en' is not following the cdx filter syntax"),
        ("collapse", "month", "collapse argument 'month' is not following the cdx collapse syntax"),
        ("sort", "random", "random is not an allowed argument for sort"),
    ],
)
def test_a_query_that_the_index_does_not_know_is_refused(name: str, value: str, message: str):
    with pytest.raises(WaybackError, match=message):
        check_query([*GOOD, (name, value)])


def test_an_address_with_a_star_is_no_wildcard():
    assert "url=http%3A%2F%2Fshop.example%2F%2A" in str(Enumeration(WAYBACK, "http://shop.example/*").address)


@pytest.mark.parametrize(
    "survey",
    [
        Survey.of(WAYBACK, URL, "exact", "month"),
        Survey.of(WAYBACK, URL, "exact", "urlkey", ("language:en",)),
        Survey(WAYBACK, URL, "urlkey", windows=[SurveyWindow(None, None, "similar")]),  # type: ignore[arg-type]
    ],
    ids=["collapse", "filter", "match type"],
)
def test_a_survey_asks_nothing_that_the_index_does_not_know(survey: Survey):
    with pytest.raises(WaybackError):
        _ = survey.address


def test_a_query_of_pywb_is_not_checked_by_the_rules_of_the_wayback_machine():
    assert Survey.of(PYWB, URL, "exact", "month").address
