import json
from datetime import UTC, datetime, timedelta

import pytest

from db import times
from db.database import transaction
from db.store import capture_states, captures
from db.store.captures import EMPTY_DIGEST, MAX_ATTEMPTS, Capture, IndexRow, Replayed
from db.store.runs import waiting
from db.store.sharing import same_digest
from tests.support.shop import Shop

ROW = IndexRow(
    "example,shop)/privacy", "20140530130240", "http://shop.example/privacy", "text/html", 200, "D1", 77
)


def record(shelf: Shop, *rows: IndexRow, archive: str = "web.archive.org") -> int:
    with transaction(shelf.db):
        return captures.record_rows(shelf.db, shelf.page.id, archive, rows)


def test_a_row_becomes_a_listed_capture(shelf: Shop) -> None:
    assert record(shelf, ROW) == 1
    (row,) = shelf.db["captures"].rows
    assert row == {
        "id": 1,
        "page_id": shelf.page.id,
        "archive": "web.archive.org",
        "timestamp": "20140530130240",
        "captured_at": "2014-05-30T13:02:40Z",
        "original": "http://shop.example/privacy",
        "mimetype": "text/html",
        "status": 200,
        "digest": "D1",
        "length": 77,
        "state": "listed",
        "verdict": None,
        "reason": None,
        "attempts": 0,
        "fetched_at": None,
        "headers": None,
        "body_id": None,
        "text_id": None,
        "replay_key": None,
    }


def test_a_row_counts_as_new_once(shelf: Shop) -> None:
    revisit = IndexRow(ROW.urlkey, "20150530130240", ROW.original, "warc/revisit", None, None)
    assert record(shelf, ROW, revisit, ROW) == 2
    assert record(shelf, ROW, revisit) == 0
    assert record(shelf, ROW, revisit, archive="arquivo.pt") == 0


def test_what_one_archive_lists_is_asked_of_it_unless_it_is_held(shelf: Shop) -> None:
    held, open_ = shelf.list("20140530130240", digest="D1"), shelf.list("20150530130240", digest="D2")
    shelf.fetch(held)
    record(
        shelf, ROW, IndexRow(ROW.urlkey, open_.timestamp, open_.original, digest="D2"), archive="arquivo.pt"
    )
    assert [shelf.row(c, "archive, state") for c in (held, open_)] == [
        ("web.archive.org", "fetched"),
        ("arquivo.pt", "listed"),
    ]


def test_captures_of_one_second_differ_by_address_or_digest(shelf: Shop) -> None:
    rows = [
        ROW,
        IndexRow(ROW.urlkey, ROW.timestamp, ROW.original, digest="D2"),
        IndexRow(ROW.urlkey, ROW.timestamp, "https://shop.example/privacy"),
    ]
    assert record(shelf, *rows) == 3
    found = [captures.find(shelf.db, shelf.page.id, row) for row in rows]
    assert [(c.original, c.digest) for c in found if c] == [(row.original, row.digest) for row in rows]


def test_a_broken_timestamp_is_repaired_or_recorded(shelf: Shop) -> None:
    repaired = shelf.list("20000800241623")
    broken = shelf.list("20001350241623")
    assert shelf.row(repaired, "captured_at, state, attempts") == ("2000-08-24T16:23:00Z", "listed", 0)
    assert shelf.row(broken, "captured_at, state, reason") == (
        None,
        "failed",
        "its timestamp names no moment",
    )
    assert not broken.wanted


def test_a_timestamp_in_the_future_is_recorded_and_not_requested(shelf: Shop) -> None:
    soon, later = (times.key(datetime.now(UTC) + timedelta(days=days)) for days in (0.9, 1.1))
    assert shelf.list(soon).wanted
    capture = shelf.list(later)
    assert not capture.wanted
    assert shelf.row(capture, "captured_at, state, reason, fetched_at") == (
        *(None, "failed", "its timestamp lies in the future", None),
    )


def test_a_timestamp_that_a_slow_clock_took_for_the_future_is_believed_later(
    shelf: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "CLOCK_ERROR", timedelta(days=-100))
    now = times.key(datetime.now(UTC))
    capture = shelf.list(now, digest="D1")
    assert shelf.row(capture, "captured_at, state, attempts") == (None, "failed", MAX_ATTEMPTS)
    shelf.list(now, digest="D1")
    assert not captures.get(shelf.db, capture.id).wanted
    monkeypatch.undo()
    shelf.list(now, digest="D1")
    moment = times.moment(now)
    assert moment
    assert shelf.row(capture, "captured_at, state, reason, attempts") == (
        *(times.iso(moment), "listed", None, 0),
    )


def test_captures_of_a_page_come_by_time(shelf: Shop, neighbour: Shop) -> None:
    for timestamp in ("20150101000000", "20130101000000", "20140101000000"):
        shelf.list(timestamp)
    neighbour.list("20120101000000")
    assert [c.timestamp[:4] for c in captures.of_page(shelf.db, shelf.page.id)] == ["2013", "2014", "2015"]


@pytest.mark.parametrize(
    ("digest", "status", "comparable"),
    [
        ("D1", 200, True),
        ("D1", None, True),
        ("D1", 404, True),
        ("D1", 302, False),
        (None, 200, False),
        (EMPTY_DIGEST, 200, False),
    ],
)
def test_when_equal_digests_mean_equal_pages(
    digest: str | None, status: int | None, comparable: bool
) -> None:
    capture = Capture(1, 1, "a", "20140530130240", "http://shop.example/", None, status, digest, "listed", 0)
    assert capture.comparable_digest is comparable


@pytest.mark.parametrize(
    ("state", "attempts", "wanted"),
    [
        ("listed", 0, True),
        ("skipped", 0, True),
        ("failed", MAX_ATTEMPTS - 1, True),
        ("failed", MAX_ATTEMPTS, False),
        ("fetched", 1, False),
        ("excluded", 1, False),
    ],
)
def test_what_can_still_be_asked_for(state: str, attempts: int, wanted: bool) -> None:
    assert (
        Capture(1, 1, "a", "20140530130240", "http://shop.example/", None, None, None, state, attempts).wanted
        is wanted
    )


def test_a_selection_skips_and_takes_back_what_is_not_held(shelf: Shop) -> None:
    held, one, other = (
        shelf.list("20130101000000"),
        shelf.list("20140101000000"),
        shelf.list("20150101000000"),
    )
    shelf.fetch(held)
    for skipped in ({held.id: "no", one.id: "no"}, {other.id: "never"}):
        captures.select(shelf.db, captures.of_page(shelf.db, shelf.page.id), skipped)
    assert [shelf.row(c) for c in (held, one, other)] == [
        ("fetched", None),
        ("listed", None),
        ("skipped", "never"),
    ]


def test_a_fetched_capture_has_all_that_is_needed_to_serve_it_again(shelf: Shop) -> None:
    capture = shelf.list("20140530130240", status=None)
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "ä=1"), ("Set-Cookie", "b=2"))
    with transaction(shelf.db):
        replayed = Replayed("web.archive.org", b"<p>", headers, 404, "2026-01-02T03:04:05Z")
        captures.set_fetched(shelf.db, shelf.bodies, capture, replayed)
    stored, *rest = shelf.row(capture, "headers, state, status, attempts, fetched_at, reason, body_id")
    assert json.loads(str(stored)) == [list(header) for header in headers]
    assert rest == ["fetched", 404, 1, "2026-01-02T03:04:05Z", None, 1]


def test_the_status_of_the_index_stays(shelf: Shop) -> None:
    capture = shelf.list("20140530130240", status=301)
    shelf.fetch(capture, status=302)
    assert shelf.row(capture, "status, attempts") == (301, 0)


def test_failures_count_their_attempts(shelf: Shop) -> None:
    capture = shelf.list("20140101000000")
    for _ in range(2):
        captures.set_failed(shelf.db, capture.id, "503")
    assert shelf.row(capture, "state, reason, attempts") == ("failed", "503", 2)
    captures.set_failed(shelf.db, capture.id, "gone", final=True)
    assert shelf.row(capture, "state, reason, attempts") == ("failed", "gone", MAX_ATTEMPTS)
    captures.set_failed(shelf.db, capture.id, "excluded", state="excluded")
    assert shelf.row(capture) == ("excluded", "excluded")


def test_an_exclusion_takes_nothing_that_is_held(shelf: Shop) -> None:
    held, listed, failed = (shelf.list(f"201{n}0101000000") for n in range(3))
    elsewhere = shelf.list("20150101000000", archive="arquivo.pt")
    shelf.fetch(held)
    captures.set_failed(shelf.db, failed.id, "503")
    captures.exclude(shelf.db, shelf.page.id, "web.archive.org", "blocked")
    assert [shelf.row(c) for c in (held, listed, failed, elsewhere)] == [
        ("fetched", None),
        ("excluded", "blocked"),
        ("excluded", "blocked"),
        ("listed", None),
    ]


def test_a_failure_takes_no_body(shelf: Shop) -> None:
    held = shelf.list("20140101000000")
    shelf.fetch(held)
    captures.set_failed(shelf.db, held.id, "503")
    assert shelf.row(held, "state, reason, attempts, body_id") == ("fetched", None, 0, 1)


@pytest.mark.parametrize("state", ["failed", "excluded"])
def test_the_no_of_one_archive_is_not_held_against_another(shelf: Shop, state: str) -> None:
    capture = shelf.list("20140530130240", digest="D1")
    captures.set_failed(shelf.db, capture.id, "not there", state=state)
    shelf.db.execute("update captures set attempts = ?", [MAX_ATTEMPTS])
    columns = "archive, state, reason, attempts, fetched_at is null"
    shelf.list("20140530130240", digest="D1")
    assert shelf.row(capture, columns) == ("web.archive.org", state, "not there", MAX_ATTEMPTS, 0)
    shelf.list("20140530130240", digest="D1", archive="arquivo.pt")
    assert shelf.row(capture, columns) == ("arquivo.pt", "listed", None, 0, 1)


def test_another_archive_does_not_make_a_broken_timestamp_a_moment(shelf: Shop) -> None:
    broken = shelf.list("20001350241623")
    shelf.list("20001350241623", archive="arquivo.pt")
    assert shelf.row(broken, "archive, captured_at, state, attempts") == (
        *("arquivo.pt", None, "failed", MAX_ATTEMPTS),
    )


def test_what_the_next_run_will_try(shelf: Shop, neighbour: Shop) -> None:
    listed, failed, given_up, held, skipped = (shelf.list(f"201{n}0101000000") for n in range(5))
    shelf.list("20180101000000", archive="arquivo.pt")
    neighbour.list("20140101000000")
    captures.set_failed(shelf.db, failed.id, "503")
    captures.set_failed(shelf.db, given_up.id, "404", final=True)
    captures.select(shelf.db, [skipped], {skipped.id: "not wanted"})
    shelf.fetch(held)
    assert shelf.row(listed)[0] == "listed"
    assert waiting.to_try(shelf.db, "web.archive.org", [shelf.policy_id]) == 2
    shelf.db.execute("update pages set listing = 'failed' where id = ?", [shelf.page.id])
    assert waiting.to_try(shelf.db, "web.archive.org", [shelf.policy_id]) == 3
    assert waiting.to_try(shelf.db, "web.archive.org", []) == 0
    spans = [
        ("2011", None),
        (None, "2010"),
        ("2010", "201001"),
        ("2012", None),
    ]  # captures to try: 2010, 2011; a listing always
    assert [waiting.to_try(shelf.db, "web.archive.org", [shelf.policy_id], *span) for span in spans] == [
        2,
        2,
        2,
        1,
    ]


def test_a_revisit_keeps_its_own_headers_when_it_gets_a_fetched_body(shelf: Shop) -> None:
    first, own, none = (shelf.list(f"201{year}0101000000", digest="D1") for year in (4, 5, 6))
    with transaction(shelf.db):
        capture_states.keep_headers(shelf.db, own.id, (("Date", "now"),))
    shelf.fetch(first, headers=(("Date", "then"),))
    with transaction(shelf.db):
        assert same_digest.share(shelf.db, shelf.bodies, first.id, proven=True).shared == (own.id, none.id)
    assert [shelf.row(one, "headers") for one in (own, none)] == [
        ('[["Date","now"]]',),
        ('[["Date","then"]]',),
    ]


def test_what_says_whether_an_archive_serves_is_a_capture_that_it_has_shown(shelf: Shop) -> None:
    page = shelf.add_page("http://shop.example/legal")

    def to_probe(*troubled: int) -> int | None:
        capture = captures.to_probe(shelf.db, "web.archive.org", troubled)
        return capture.id if capture else None

    assert to_probe() is None
    troubled, other = shelf.list("20140530130240"), shelf.list("20150530130240", page=page)
    shelf.list("20160530130240", archive="arquivo.pt")
    assert to_probe(shelf.page.id) == other.id  # nothing was shown: any other page
    assert to_probe(shelf.page.id, page.id) is None
    assert to_probe(page.id) == troubled.id
    shelf.fetch(troubled, at="2026-01-01T00:00:00Z")
    assert to_probe(shelf.page.id) == troubled.id  # proven, and so better than a guess
    shelf.fetch(other, at="2026-01-01T00:00:00Z")
    assert to_probe(shelf.page.id) == other.id
