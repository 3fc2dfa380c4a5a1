import json
import tracemalloc
from collections.abc import Iterator
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CdxError
from crawler.webarchive import cdx
from crawler.webarchive.cdx import (
    MOST_BARREN,
    MOST_BYTES,
    MOST_REQUESTS,
    CdxPage,
    Enumeration,
    ExcludedError,
    parse,
)
from crawler.webarchive.cdx_rows import FIELDS
from crawler.webarchive.sources import Source
from db.store.captures import IndexRow

WAYBACK = Source("demo", "a test", "http://127.0.0.1/cdx/search/cdx", "http://127.0.0.1/web")
PYWB = Source("demo", "a test", "http://127.0.0.1/shop/cdx", "http://127.0.0.1/shop", "pywb")
HEADER = list(FIELDS)
LINE = ["example,shop)/p", "20140530130240", "http://shop.example/p", "text/html", "200", "D1", "77"]
ROW = IndexRow("example,shop)/p", "20140530130240", "http://shop.example/p", "text/html", 200, "D1", 77)
REVISIT = ["example,shop)/p", "20150530130240", "http://shop.example/p", "warc/revisit", "-", "D1", "-"]
REVISIT_ROW = IndexRow(
    "example,shop)/p", "20150530130240", "http://shop.example/p", "warc/revisit", None, "D1", None
)
BLOCKED = "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"


def table(*rows: list[str]) -> bytes:
    return json.dumps([HEADER, *rows]).encode()


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (b"[]\n", CdxPage([])),
        (b"", CdxPage([])),
        (b"\n", CdxPage([])),
        (table(), CdxPage([])),
        (table(LINE, REVISIT), CdxPage([ROW, REVISIT_ROW])),
        (table(LINE, [], ["key+1"]), CdxPage([ROW], "key+1")),
        (b'[[],["key"]]', CdxPage([], "key")),
        (json.dumps([LINE]).encode(), CdxPage([ROW])),
        (json.dumps([[*HEADER, "dupecount"], [*LINE, "3"]]).encode(), CdxPage([ROW])),
        (json.dumps([HEADER[::-1], LINE[::-1]]).encode(), CdxPage([ROW])),
        (" ".join(LINE).encode() + b"\n", CdxPage([ROW])),
        (" ".join([*LINE, "more", "columns"]).encode() + b"\r\n", CdxPage([ROW])),
        (
            (" ".join(LINE) + "\n" + " ".join(REVISIT) + "\n\nkey\n").encode(),
            CdxPage([ROW, REVISIT_ROW], "key"),
        ),
        (b"\nkey\n", CdxPage([], "key")),
    ],
)
def test_the_wayback_dialect(body: bytes, page: CdxPage) -> None:
    assert parse(200, body) == page


def test_the_pywb_dialect() -> None:
    values = {
        "urlkey": LINE[0],
        "timestamp": LINE[1],
        "url": LINE[2],
        "mime": "text/html",
        "status": "200",
        "digest": "D1",
    }
    revisit = {
        "urlkey": LINE[0],
        "timestamp": "20150530130240",
        "url": LINE[2],
        "mime": "warc/revisit",
        "digest": "D1",
    }
    fuzzy = {**values, "is_fuzzy": "1"}
    body = "\n".join(
        json.dumps(line) for line in ({**values, "length": 77, "filename": "x.warc"}, revisit, fuzzy)
    ).encode()
    assert parse(200, body) == CdxPage([ROW, REVISIT_ROW], other_addresses=1)
    assert parse(404, b'{"message": "No Captures found for: http://shop.example/p"}') == CdxPage([])


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, b"<html><body>Temporarily offline</body></html>", "an HTML page instead of a list of captures"),
        (200, b"  \n<!DOCTYPE html>", "an HTML page"),
        (200, b"Temporarily offline", "a row that is too short: Temporarily offline"),
        (200, b"we are temporarily offline , please come back", "whose columns are shifted"),
        (200, table(LINE[:6]), "a row that is too short"),
        (200, table([LINE[0], "", *LINE[2:]]), "a row that is too short"),
        (200, table([*LINE[1:], LINE[0]]), "whose columns are shifted"),
        (200, table(LINE)[:-9], "breaks off or is no JSON"),
        (200, b"[" * 100_000, "breaks off or is no JSON"),
        (200, b'[{"timestamp": 1}]', "no list of rows"),
        (200, b"[[1, 2]]", "a row that is too short"),
        (200, b"[1, 2]", "no list of rows"),
        (200, b"[null]", "no list of rows"),
        (200, b"[[]]", "a row that is too short"),
        (200, b"[[],[{}]]", "a resume key that is no text"),
        (200, b'{"error": "too many requests"}', "a message instead of a list"),
        (200, b'{"timestamp": "20140530130240", "url": "http://shop.exa', "breaks off or is no JSON"),
        (400, b"", r"status 400 \(an empty answer\)"),
        (404, b"<h1>Not found</h1>", "status 404"),
        (429, table(LINE), "status 429"),
        (503, b"java.net.SocketTimeoutException", r"status 503 \(java.net.SocketTimeoutException\)"),
        (504, b"<html>", "status 504"),
    ],
)
def test_what_is_no_list_of_captures_is_an_error_and_never_no_captures(
    status: int, body: bytes, message: str
) -> None:
    with pytest.raises(CdxError, match=message) as caught:
        parse(status, body)
    assert not isinstance(caught.value, ExcludedError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize(
    "body", [BLOCKED, f"<html>{BLOCKED}</html>", "RobotAccessControlException: Blocked By Robots"]
)
def test_an_exclusion_is_told_from_an_error_and_from_no_captures(status: int, body: str) -> None:
    with pytest.raises(ExcludedError, match="the archive may not show this page"):
        parse(status, body.encode())


def test_half_characters_and_broken_ones_are_replaced() -> None:
    row = [*LINE[:2], "http://shop.example/\ud800", *LINE[3:]]
    assert parse(200, table(row)).rows[0].original == "http://shop.example/\ufffd"
    assert (
        parse(200, " ".join(LINE).replace("/html", "/\xff").encode("latin-1")).rows[0].mimetype
        == "text/\ufffd"
    )


@given(
    st.sampled_from([200, 403, 404, 503]),
    st.binary(max_size=200),
    st.sampled_from([b"", b"[", b"{", b"<", b'[["timestamp"],', b'{"timestamp":']),
)
def test_random_bytes_raise_nothing_else(status: int, body: bytes, start: bytes) -> None:
    try:
        page = parse(status, start + body)
    except CdxError:
        return
    assert all(row.timestamp and row.original for row in page.rows)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=14),
        lambda inner: st.lists(inner, max_size=8),
    )
)
def test_random_json_raises_nothing_else(value: object) -> None:
    for body in (
        value,
        [value],
        [HEADER, value],
        [HEADER, LINE, [], value],
        {"timestamp": value, "url": value},
    ):
        try:
            parse(200, json.dumps(body).encode())
        except CdxError:
            continue


def query(enumeration: Enumeration) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(str(enumeration.address)).query).items()}


def test_a_question_has_always_a_limit_and_asks_for_a_key() -> None:
    enumeration = Enumeration(WAYBACK, "http://shop.example/p?a=b&c=%20d", first="2014", last="20150101")
    assert str(enumeration.address).startswith("http://127.0.0.1/cdx/search/cdx?")
    assert query(enumeration) == {
        "url": "http://shop.example/p?a=b&c=%20d", "matchType": "exact", "output": "json", "limit": "5000",
        "from": "2014",
        "to": "20150101", "showResumeKey": "true",
        "fl": "urlkey,timestamp,original,mimetype,statuscode,digest,length",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["com%2Ccnn%29%2F+2001041400593%3A", "eJxLzy_TyUss=", "a b&c=d"])
def test_a_key_is_opaque_and_encoded_once(key: str) -> None:
    enumeration = Enumeration(WAYBACK, "http://shop.example/p")
    assert enumeration.take(200, table(LINE, LINE, [], [key])) == [ROW]
    assert query(enumeration)["resumeKey"] == key
    assert enumeration.take(200, b"[]") == []
    assert enumeration.address is None


def test_an_empty_page_with_a_key_goes_on() -> None:
    enumeration = Enumeration(WAYBACK, "http://shop.example/p")
    assert enumeration.take(200, b'[[],["one"]]') == []
    assert query(enumeration)["resumeKey"] == "one"
    assert enumeration.take(200, table(LINE)) == [ROW]
    assert enumeration.address is None


@pytest.mark.parametrize("keys", [["one", "one"], ["one", "two", "one"]])
def test_a_key_that_comes_again_stops_with_an_error(keys: list[str]) -> None:
    enumeration = Enumeration(WAYBACK, "http://shop.example/p")
    for key in keys[:-1]:
        enumeration.take(200, table(LINE, [], [key]))
    with pytest.raises(CdxError, match=r"the same resume key twice \(one\)"):
        enumeration.take(200, table(LINE, [], [keys[-1]]))


def keys_without_end(*answers: list[list[str]]) -> Iterator[bytes]:
    """Yield the given rows, the last ones for ever, each answer with another resume key."""
    for number in count():
        yield table(*answers[min(number, len(answers) - 1)], [], [f"key{number}"])


@pytest.mark.parametrize(
    ("answers", "useful"),
    [
        ([[LINE]], 1),  # the same row for ever
        ([[LINE, REVISIT], [REVISIT], [LINE]], 1),
        ([[]], 0),  # no row at all
        ([[LINE], [], [], [REVISIT], []], 4),
    ],
)
def test_a_list_that_goes_on_without_a_new_row_fails(answers: list[list[list[str]]], useful: int) -> None:
    enumeration, bodies = Enumeration(WAYBACK, "http://shop.example/p"), keys_without_end(*answers)
    for _ in range(useful + MOST_BARREN - 1):
        enumeration.take(200, next(bodies))
    with pytest.raises(CdxError, match=r"sends no new rows of http://shop\.example/p, and does not end"):
        enumeration.take(200, next(bodies))


@pytest.mark.parametrize("damaged", [False, True])
def test_a_list_with_always_another_row_ends_at_the_greatest_number_of_answers(damaged: bool) -> None:
    enumeration = Enumeration(WAYBACK, "http://shop.example/p")
    enumeration.take(200, table(LINE, [], ["first"]))
    for number in range(2, MOST_REQUESTS):
        row = ["x"] if damaged else [*LINE[:5], f"D{number}", LINE[6]]
        enumeration.take(200, table(row, [], [f"key{number}"]))
    with pytest.raises(CdxError, match=f"does not end its list of .* within {MOST_REQUESTS} answers"):
        enumeration.take(200, table([*LINE[:5], "LAST", LINE[6]], [], ["last"]))


def test_a_list_of_more_rows_than_any_page_has_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdx, "MOST_ROWS", 2)
    enumeration = Enumeration(WAYBACK, "http://shop.example/p")
    three = [[*LINE[:5], f"D{number}", LINE[6]] for number in range(3)]
    enumeration.take(200, table(*three[:2], [], ["key"]))
    with pytest.raises(CdxError, match=r"lists more than 2 captures of http://shop\.example/p"):
        enumeration.take(200, table(three[2], [], ["key2"]))


def test_a_list_may_end_with_rows_that_came_before() -> None:
    enumeration = Enumeration(WAYBACK, "http://shop.example/p")
    for number in range(3):
        enumeration.take(200, table(LINE, [], [f"key{number}"]))
    assert enumeration.take(200, table(LINE)) == [ROW]
    assert enumeration.address is None


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"[]," * 400_000 + b"[]]",
        b"[" + b"{}," * 200_000 + b"{}]",
        b"[[" + b"1," * 2_000_001 + b"1]]",
        b"[" * 5_000_000,
        b'{"a":1}\n' * 400_002,
        b"x\n" * 400_002,
    ],
)
def test_an_answer_of_too_many_parts_is_refused_before_it_is_parsed(body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(CdxError, match="larger than any list of captures"):
            parse(200, body)
        assert tracemalloc.get_traced_memory()[1] < 5 * len(body)
    finally:
        tracemalloc.stop()


def test_an_answer_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(CdxError, match="more than 32 MB"):
        parse(200, b" " * (MOST_BYTES + 1))
    with pytest.raises(CdxError, match="a row"):
        parse(200, b"a " * (MOST_BYTES // 2 - 1))


def test_a_server_may_send_many_rows_at_once() -> None:
    rows = [[*LINE[:5], f"D{number}", LINE[6]] for number in range(50_000)]
    assert parse(200, table(*rows)).size == 50_000


def test_an_index_that_runs_out_of_time_is_asked_for_less_and_then_no_more() -> None:
    enumeration = Enumeration(WAYBACK, "http://shop.example/p")
    limits = [query(enumeration)["limit"]]
    while enumeration.narrow():
        limits.append(query(enumeration)["limit"])
    assert limits == ["5000", "500", "50"]


SECONDS = st.lists(st.integers(0, 12), max_size=40).map(sorted)


def listed(seconds: list[int]) -> list[list[str]]:
    return [
        [LINE[0], f"{20140101000000 + second}", f"http://shop.example/{n}", "-", "-", "-", "-"]
        for n, second in enumerate(seconds)
    ]


@given(SECONDS, st.data())
def test_every_row_is_given_however_the_index_pages(seconds: list[int], data: st.DataObject) -> None:
    """Return pages of any size, also empty. A page may repeat the last second of the page before."""
    rows, enumeration = listed(seconds), Enumeration(WAYBACK, "http://shop.example/p")
    seen: list[IndexRow] = []
    asked = begin = 0
    while enumeration.address:
        assert query(enumeration).get("resumeKey", "0 0") == f"{begin} {asked}"
        end = data.draw(st.integers(begin, len(rows)))
        end = len(rows) if asked > 20 else end
        again = data.draw(st.integers(0, begin))
        asked += 1
        tail: list[list[str]] = [[], [f"{end} {asked}"]] if end < len(rows) else []
        page = enumeration.take(200, table(*rows[again:end], *tail))
        assert len(page) == len(set(page))
        seen += page
        begin = end
    assert [row.original for row in dict.fromkeys(seen)] == [row[2] for row in rows]


@given(SECONDS, st.integers(1, 6))
def test_pywb_is_asked_by_windows_until_all_is_known(seconds: list[int], limit: int) -> None:
    """Every row is returned, or, if one second has more rows than a page, an error is raised."""
    rows, enumeration = listed(seconds), Enumeration(PYWB, "http://shop.example/p", limit=limit)
    seen: dict[IndexRow, None] = {}
    crowded = False
    while enumeration.address:
        since = query(enumeration).get("from", "")
        window = [row for row in rows if row[1] >= since][:limit]
        body = "\n".join(json.dumps({"timestamp": row[1], "url": row[2]}) for row in window)
        try:
            seen |= dict.fromkeys(enumeration.take(200, body.encode()))
        except CdxError:
            crowded = True
            break
    if crowded:
        assert max(seconds.count(second) for second in seconds) >= limit
    else:
        assert [row.original for row in seen] == [row[2] for row in rows]


def test_rows_of_other_addresses_count_for_a_full_page() -> None:
    enumeration = Enumeration(PYWB, "http://shop.example/p", limit=2)
    lines = [{"timestamp": LINE[1], "url": LINE[2]}, {"timestamp": LINE[1], "url": LINE[2], "is_fuzzy": "1"}]
    assert len(enumeration.take(200, "\n".join(map(json.dumps, lines)).encode())) == 1
    assert query(enumeration)["from"] == LINE[1]
