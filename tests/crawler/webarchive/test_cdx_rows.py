"""Damaged rows: each costs itself, is counted, and never the answer."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.errors import CdxError
from crawler.webarchive.cdx import DamagedAnswerError, Enumeration, RowCount, parse
from crawler.webarchive.cdx_rows import FIELDS, DamagedRowError, wayback_row
from crawler.webarchive.cdx_survey import Survey
from crawler.webarchive.sources import Source
from db.store.captures import IndexRow

WAYBACK = Source("demo", "a test", "http://127.0.0.1/cdx/search/cdx", "http://127.0.0.1/web")
PYWB = Source("demo", "a test", "http://127.0.0.1/shop/cdx", "http://127.0.0.1/shop", "pywb")
U = "http://www.shop-c.example/privacy"
KEY = "example,shop-c)/privacy"
SHA1 = "A" * 32
GOOD = [KEY, "20040601120000", U, "text/html", "200", "B" * 32, "700"]
GOOD_ROW = IndexRow(KEY, "20040601120000", U, "text/html", 200, "B" * 32, 700)

LOST: list[Any] = [
    [KEY, "20040102030405", U, "text/html;", "charset=utf-8", "200", SHA1],
    [KEY, "20040102030405", U, "text/html;", "charset=utf-8;", "x", "200"],
    [KEY, "20040102030405", "http://www.shop-c.example/a", "b", "text/html", "200", SHA1],
    [KEY, "2004-01-02", U, "text/html", "200", SHA1, "700"],
    [KEY, "", U, "text/html", "200", SHA1, "700"],
    [KEY, None, U, "text/html", "200", SHA1, "700"],
    [KEY, "-", U, "text/html", "200", SHA1, "700"],
    [KEY, "200", U, "text/html", "200", SHA1, "700"],
    [KEY, "2" * 30, U, "text/html", "200", SHA1, "700"],
    [KEY, 20040102030405.5, U, "text/html", "200", SHA1, "700"],
    [KEY, "20040102030405", None, "text/html", "200", SHA1, "700"],
    [KEY, "20040102030405", ["x"], "text/html", "200", SHA1, "700"],
    [KEY, "20040102030405", True, "text/html", "200", SHA1, "700"],
    [KEY, "20040102030405", U + "\0", "text/html", "200", SHA1, "700"],
    [KEY + "\n", "20040102030405", U, "text/html", "200", SHA1, "700"],
    [KEY, "20040102030405", U + "x" * 30_000, "text/html", "200", SHA1, "700"],
    [KEY, "20040102030405", U, "t" * 5_000, "200", SHA1, "700"],
    [KEY, "20040102030405", U, "text/html", "200", "A" * 5_000, "700"],
    [KEY, "20040102030405", U, "text/html", "200"],
    ["x", *GOOD],
    [],
    None,
    5,
    "a row",
    {"timestamp": "20040102030405"},
]
# The value of the status and of the length, and what is read of them.
KEPT: list[tuple[Any, Any, int | None, int | None]] = [
    ("html&gt;", "700", None, 700),
    ("200", "-1", 200, None),
    ("20x", "-", None, None),
    ("0", "9" * 30, None, None),
    (["200"], "700", None, 700),
    (True, "700", None, 700),
    (200, 700, 200, 700),
    (None, None, None, None),
    ("200", "7 00", 200, None),
    ("2\0", "700", None, 700),
    ("200", {"a": 1}, 200, None),
    ("200", 1.5, 200, None),
    ("20000", "700", None, 700),
]


def table(*rows: Any) -> bytes:
    return json.dumps([list(FIELDS), *rows]).encode()


def objects(*rows: Any) -> bytes:
    """The rows in the form of pywb."""
    names = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
    lines = [dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in rows]
    return "\n".join(map(json.dumps, lines)).encode()


@pytest.mark.parametrize("bad", LOST, ids=lambda bad: repr(bad)[:60])
def test_a_damaged_row_costs_itself_and_is_counted(bad: Any) -> None:
    page = parse(200, table(GOOD, bad, GOOD, [], ["key"]))
    assert page.rows == [GOOD_ROW, GOOD_ROW]
    assert (page.damaged, page.size, page.resume_key) == (1, 3, "key")
    with pytest.raises(DamagedAnswerError):
        parse(200, table(bad))


@pytest.mark.parametrize("bad", [bad for bad in LOST if not isinstance(bad, list) or len(bad) == 7], ids=repr)
def test_a_damaged_line_of_pywb_costs_itself(bad: Any) -> None:
    page = parse(200, objects(GOOD, bad, GOOD))
    assert (page.rows, page.damaged) == ([GOOD_ROW, GOOD_ROW], 1)


@pytest.mark.parametrize("bad", [b'{"timestamp": "2004', b"not JSON", b"[" * 100_000, b'{"a": 1}'])
def test_a_line_of_pywb_that_is_no_object_costs_itself_but_at_the_end_the_answer_is_cut_off(
    bad: bytes,
) -> None:
    page = parse(200, objects(GOOD) + b"\n" + bad + b"\n" + objects(GOOD))
    assert (page.rows, page.damaged) == ([GOOD_ROW, GOOD_ROW], 1)
    if not bad.endswith(b"}"):
        with pytest.raises(CdxError, match="breaks off"):
            parse(200, objects(GOOD) + b"\n" + bad)


@pytest.mark.parametrize(
    "bad",
    [bad for bad in LOST if bad and isinstance(bad, list) and len(bad) <= 7 and bad[2] not in (["x"], True)],
)
def test_a_damaged_line_of_text_costs_itself(bad: list[Any]) -> None:
    line = " ".join("-" if value is None else str(value) for value in bad)
    good = " ".join(GOOD)
    page = parse(200, f"{good}\n{line}\n{good}\n\nkey\n".encode())
    assert page.rows[0] == page.rows[-1] == GOOD_ROW
    assert page.resume_key == "key"
    assert page.damaged >= 1


def test_a_blank_in_a_value_shifts_the_columns_of_a_line_of_text() -> None:
    lines = [
        f"{KEY} 20040102030405 {U} text/html; charset=utf-8 200 {SHA1} 700",
        f"{KEY} 20040102030405 {U}/a b text/html 200 {SHA1} 700",
        f"{KEY} x 20040102030405 {U} text/html 200 {SHA1} 700",
        " ".join(GOOD),
    ]
    page = parse(200, ("\n".join(lines) + "\n").encode())
    assert (page.rows, page.damaged) == ([GOOD_ROW], 3)


def test_a_text_that_ends_within_a_row_is_cut_off() -> None:
    good = " ".join(GOOD)
    with pytest.raises(CdxError, match="breaks off"):
        parse(200, f"{good}\n{good[:40]}".encode())
    assert parse(200, f"{good}\n{good[:40]}\n".encode()).damaged == 1


@pytest.mark.parametrize(("status", "length", "read_status", "read_length"), KEPT)
def test_a_row_of_which_only_status_or_length_is_odd_is_kept(
    status: Any, length: Any, read_status: int | None, read_length: int | None
) -> None:
    row = [KEY, "20040102030405", U, "text/html", status, SHA1, length]
    expected = IndexRow(KEY, "20040102030405", U, "text/html", read_status, SHA1, read_length)
    for page in (parse(200, table(row)), parse(200, objects(row))):
        assert (page.rows, page.damaged) == ([expected], 0)


def test_raw_control_characters_and_huge_numbers_cost_their_row_only() -> None:
    body = table(GOOD, [KEY, "20040102030405", U + "@", "text/html", "200", SHA1, 7], GOOD)
    assert parse(200, body.replace(b"@", b"\x00")).damaged == 1
    assert parse(200, body.replace(b", 7]", b", " + b"7" * 9_000 + b"]")).rows[1].length is None
    assert parse(200, b"\xef\xbb\xbf" + table(GOOD)).rows == [GOOD_ROW]


@pytest.mark.parametrize(
    ("written", "timestamp"),
    [
        ("20140601", "20140601000000"),
        ("201406011230", "20140601123000"),
        ("2014060112", "20140601120000"),
        ("201406", "20140601000000"),
        ("2014", "20140101000000"),
        ("20140601123005999", "20140601123005"),
    ],
)
def test_a_timestamp_of_another_length_is_stored_with_14_digits_and_as_the_archive_writes_it(
    written: str, timestamp: str
) -> None:
    row = wayback_row(dict(zip(FIELDS, [KEY, written, *GOOD[2:]], strict=True)), None)
    assert (row.timestamp, row.replay_key, row.archive_timestamp) == (timestamp, written, written)
    assert GOOD_ROW.archive_timestamp == GOOD_ROW.timestamp


def test_the_message_of_a_damaged_row_is_one_short_line() -> None:
    with pytest.raises(DamagedRowError) as caught:
        wayback_row({}, "a\nb\0\ud800" + "x" * 9_000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def query(address: str | None) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(str(address)).query).items()}


def test_pages_with_damaged_rows_go_on_with_their_key() -> None:
    listing, survey = Enumeration(WAYBACK, U), Survey.of(WAYBACK, "shop-c.example", "domain", "urlkey")
    for one in (listing, survey):
        assert one.take(200, table(GOOD, LOST[0], [], ["one"])) == [GOOD_ROW]
        assert query(one.address)["resumeKey"] == "one"
        assert one.take(200, table(LOST[0], [], ["two"])) == []
        assert query(one.address)["resumeKey"] == "two"
        assert one.take(200, table(LOST[3])) == []
        assert one.address is None
        assert one.count == RowCount(4, 3)
        assert one.count.note == "3 of 4 rows could not be read"


@pytest.mark.parametrize("body", [b"Temporarily offline", b'{"error": "too many requests"}'])
def test_a_message_after_good_pages_is_an_error(body: bytes) -> None:
    listing = Enumeration(WAYBACK, U)
    listing.take(200, table(GOOD, [], ["one"]))
    with pytest.raises(CdxError):
        listing.take(200, body)


def test_damaged_rows_of_pywb_count_for_a_full_page() -> None:
    listing = Enumeration(PYWB, U, limit=2)
    assert listing.take(200, objects(GOOD, LOST[3])) == [GOOD_ROW]
    assert query(listing.address)["from"] == GOOD[1]


def test_a_listing_of_other_addresses_alone_is_read_in_one_pass():
    # With a set of them made anew for each row, 100,000 rows took minutes.
    line = '{{"urlkey": "example,shop)/{0}", "timestamp": "20140101000000", "is_fuzzy": true}}'
    page = parse(200, "\n".join(line.format(number) for number in range(100_000)).encode())
    assert (page.rows, page.other_addresses, page.damaged) == ([], 100_000, 0)
