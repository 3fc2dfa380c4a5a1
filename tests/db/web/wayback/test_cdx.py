import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from db.web.common.holdings import one_urlkey
from db.web.wayback import cdx_query, resume_key, scan
from db.web.wayback.cdx_selection import RowSelector

Ask = Callable[..., httpx.Response]
Serve = Callable[..., Ask]
Builder = Any  # of conftest.py

URL = "/cdx/search/cdx?url=shop.example/privacy"
LINES = [
    "example,shop)/privacy 20010101000000 http://shop.example:80/privacy - 200 D1 -",
    "example,shop)/privacy 20020202020202 http://www.shop.example/Privacy text/html 200 D2 100",
    "example,shop)/privacy 20030303030303 http://shop.example/privacy text/html 301 D1 100",
    "example,shop)/privacy 20030303030303 https://www.shop.example/privacy text/html 200 D3 100",
    "example,shop)/privacy 20040404040404 https://shop.example/privacy warc/revisit - D3 100",
    "example,shop)/privacy 20060606060606 https://shop.example/privacy text/html 404 - 100",
]
LEGAL = (
    "example,shop)/legal/privacy?a=b 20030303030310 http://shop.example/legal/privacy?a=b text/html 200"
    " D1 100"
)
HELP = "example,shop,help)/privacy 20100101000000 https://help.shop.example/privacy text/html 200 D1 100"


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_all_that_can_be_replayed_is_listed(ask: Ask):
    answer = ask(URL)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.text == text(LINES)


@pytest.mark.parametrize(
    "path", ["/web/timemap/cdx?url=shop.example/privacy", "/web/timemap/cdx/http://shop.example/privacy"]
)
def test_the_other_address_is_the_same_service(ask: Ask, path: str):
    assert ask(path).text == text(LINES)


@pytest.mark.parametrize(
    "path",
    [
        f"{URL}&output=json",
        "/web/timemap/json?url=shop.example/privacy",
        "/web/timemap/json/shop.example/privacy",
    ],
)
def test_json(ask: Ask, path: str):
    answer = ask(path)
    assert answer.headers["content-type"] == "application/json"
    header = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    assert answer.json() == [header, *(line.split(" ") for line in LINES)]
    assert answer.text.startswith('[["urlkey","timestamp",')
    assert answer.text.endswith('"100"]]\n')
    assert len(answer.text.splitlines()) == 7


def test_an_address_with_a_query_string_in_the_path(ask: Ask):
    assert ask("/web/timemap/cdx/http://shop.example/legal/privacy?a=b").text == f"{LEGAL}\n"


@pytest.mark.parametrize(
    ("parameters", "lines"),
    [
        ("&from=2002&to=2003", LINES[1:4]),
        ("&from=20040404040404&to=20040404040404", LINES[4:5]),
        ("&to=2001", LINES[:1]),
        ("&from=2007", []),
        ("&limit=2", LINES[:2]),
        ("&limit=0", LINES),
        ("&limit=-2", LINES[-2:]),
        ("&limit=-2&fastLatest=true", LINES[-2:]),
        ("&limit=-2&filter=statuscode:200", [LINES[1], LINES[3]]),
        ("&limit=-2&to=2002", LINES[:2]),
        ("&limit=-100", LINES),
        ("&limit=-1&collapse=timestamp:2&from=2001", LINES[:1]),
        ("&limit=-2&collapse=timestamp:8", LINES[-2:]),
        ("&offset=4", LINES[4:]),
        ("&offset=1&filter=statuscode:200&limit=1", LINES[1:2]),
        ("&filter=statuscode:200", [LINES[0], LINES[1], LINES[3]]),
        ("&filter=!statuscode:200&filter=!statuscode:404", [LINES[2], LINES[4]]),
        ("&filter=~original:www", [LINES[1], LINES[3]]),
        ("&collapse=timestamp:8", [*LINES[:3], *LINES[4:]]),
        ("&collapse=digest", LINES[:4] + LINES[5:]),
        ("&collapse=urlkey", LINES[:1]),
        ("&sort=reverse&limit=3", LINES[:-4:-1]),
        ("&sort=reverse&limit=-1", LINES[-1:]),
        ("&sort=closest&closest=20030303&limit=1", LINES[3:4]),
        (
            "&sort=closest&closest=20040404040404",
            [LINES[4], LINES[3], LINES[2], LINES[1], LINES[5], LINES[0]],
        ),
        ("&sort=closest&closest=1990", [LINES[0], LINES[1], LINES[2], LINES[3], LINES[4], LINES[5]]),
        ("&page=0", LINES),
        ("&page=0&limit=1", LINES[:1]),
    ],
)
def test_parameters(ask: Ask, parameters: str, lines: list[str]):
    answer = ask(URL + parameters)
    assert (answer.status_code, answer.text) == (200, text(lines))


def test_fields(ask: Ask):
    assert ask(f"{URL}&fl=timestamp,statuscode&limit=1").text == "20010101000000 200\n"
    assert ask(f"{URL}&fl=timestamp&limit=1&output=json").json() == [["timestamp"], ["20010101000000"]]


@pytest.mark.parametrize(
    ("url", "lines"),
    [
        ("shop.example/*", [LEGAL, *LINES]),
        ("shop.example/priv*", LINES),
        ("shop.example&matchType=host", [LEGAL, *LINES]),
        ("shop.example&matchType=domain", [LEGAL, *LINES, HELP]),
        ("*.shop.example", [LEGAL, *LINES, HELP]),
        ("help.shop.example/*", [HELP]),
        ("shop.example", []),
        ("*.shop.example&sort=reverse", [HELP, *LINES[::-1], LEGAL]),
        ("*.shop.example&limit=-2", [LINES[-1], HELP]),
        ("*.shop.example&collapse=urlkey", [LEGAL, LINES[0], HELP]),
        ("https%3A%2F%2Fwww.shop.example%2Flegal%2Fprivacy%3Fa%3Db", [LEGAL]),
    ],
)
def test_match_types(ask: Ask, url: str, lines: list[str]):
    assert ask(f"/cdx/search/cdx?url={url}").text == text(lines)


def test_nothing_is_an_empty_answer(ask: Ask):
    answer = ask("/cdx/search/cdx?url=never.example&showResumeKey=true")
    assert (answer.status_code, answer.text) == (200, "")
    answer = ask("/cdx/search/cdx?url=never.example&output=json")
    assert (answer.status_code, answer.text) == (200, "[]\n")
    assert ask(f"{URL}&from=2050&output=json").text == "[]\n"


def test_an_excluded_page(ask: Ask):
    error = (
        "org.archive.util.io.RuntimeIOException: "
        "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
    )
    for url in ("secret.example/privacy", "secret.example/*", "*.secret.example"):
        answer = ask(f"/cdx/search/cdx?url={url}&output=json")
        assert (answer.status_code, answer.text) == (403, f"{error}\n")
        assert answer.headers["x-archive-wayback-runtime-error"] == error
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_an_excluded_page_that_holds_captures_is_listed(builder: Builder, serve: Serve):
    page = builder.page("http://a.example/", listing="excluded")
    builder.capture(page, "20040101000000", "http://a.example/")
    builder.close()
    answer = serve(builder.path)("/cdx/search/cdx?url=a.example")
    assert (answer.status_code, answer.text) == (
        200,
        "example,a)/ 20040101000000 http://a.example/ text/html 200 D1 100\n",
    )


def test_errors_are_one_line_of_text(ask: Ask):
    answer = ask("/cdx/search/cdx")
    assert (answer.status_code, answer.text) == (400, "url parameter is required\n")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert ask("/cdx/search/cdx?" + "a=b&" * 300).text == "too many parameters\n"


def test_head_and_other_methods(ask: Ask):
    answer = ask(URL, method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    answer = ask(URL, method="POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def key_of(answer: str) -> str | None:
    lines = answer.splitlines()
    return lines[-1] if len(lines) > 1 and lines[-2] == "" else None


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
@pytest.mark.parametrize(
    "parameters", ["", "&sort=reverse", "&filter=statuscode:[23].*", "&collapse=timestamp:8&collapse=digest"]
)
def test_resuming_gives_every_row_once(ask: Ask, limit: int, parameters: str):
    url = f"/cdx/search/cdx?url=*.shop.example{parameters}"
    rows: list[str] = []
    key: str | None = ""
    answers = 0
    while key is not None and answers < 20:
        answer = ask(
            f"{url}&limit={limit}&showResumeKey=true" + (f"&resumeKey={quote(key)}" if key else "")
        ).text
        key = key_of(answer)
        page = answer.splitlines()[: -2 if key else None]
        assert len(page) == limit or key is None
        rows += page
        answers += 1
    assert rows == ask(url).text.splitlines()
    assert answers == -(-len(rows) // limit)


def test_a_key_in_json(ask: Ask):
    rows = ask(f"{URL}&output=json&limit=5&showResumeKey=true").json()
    assert rows[:6] == ask(f"{URL}&output=json").json()[:6]
    assert rows[6] == []
    (key,) = rows[7]
    assert ask(f"{URL}&output=json&showResumeKey=true&resumeKey={key}").json() == [
        rows[0],
        LINES[5].split(" "),
    ]


def test_pages_are_counted(ask: Ask):
    assert ask(f"{URL}&showNumPages=true").text == "1\n"
    assert ask(f"{URL}&showNumPages=true&output=json&pageSize=1").json() == 1
    assert ask("/cdx/search/cdx?url=never.example&showNumPages=true").text == "0\n"
    answer = ask(f"{URL}&page=1")
    assert (answer.status_code, answer.text) == (
        400,
        "page=1 does not exist; there are 1, and the first is 0\n",
    )
    assert ask("/cdx/search/cdx?url=never.example&page=0&output=json").text == "[]\n"


def test_pages_hold_blocks_of_rows(builder: Builder, serve: Serve):
    page = builder.page("http://a.example/")
    times = [f"2004{day:04d}000000" for day in range(3_100)]
    for timestamp in times:
        builder.capture(page, timestamp, "http://a.example/")
    builder.close()
    ask = serve(builder.path)
    url = "/cdx/search/cdx?url=a.example&pageSize=1"
    assert ask(f"{url}&showNumPages=true").text == "2\n"
    assert ask(f"{url}&page=0&fl=timestamp").text.split() == times[:3_000]
    assert ask(f"{url}&page=1&fl=timestamp").text.split() == times[3_000:]
    assert ask(f"{url}&page=2").status_code == 400


def test_two_policies_share_a_page(builder: Builder, serve: Serve):
    for retailer in ("a.example", "b.example"):
        page = builder.page("http://group.example/privacy", retailer=retailer)
        builder.capture(page, "20040101000000", "http://group.example/privacy")
        builder.capture(page, "20050101000000", "http://group.example/privacy", digest=retailer)
    builder.close()
    ask = serve(builder.path)
    lines = [
        "example,group)/privacy 20040101000000 http://group.example/privacy text/html 200 D1 100",
        "example,group)/privacy 20050101000000 http://group.example/privacy text/html 200 a.example 100",
        "example,group)/privacy 20050101000000 http://group.example/privacy text/html 200 b.example 100",
    ]
    url = "/cdx/search/cdx?url=group.example/privacy"
    assert ask(url).text == text(lines)
    assert ask(f"{url}&limit=-2").text == text(lines[1:])
    first = ask(f"{url}&limit=1&showResumeKey=true").text
    assert first.splitlines()[0] == lines[0]
    assert ask(f"{url}&resumeKey={key_of(first)}").text == text(lines[1:])


def test_blanks_cannot_break_a_line(builder: Builder, serve: Serve):
    page = builder.page("http://a.example/")
    builder.capture(page, "20040101000000", "http://a.example/?a b\n", mimetype="text/html; x\r", digest=None)
    builder.db.execute("update pages set urlkey = 'example,a)/?a b'")
    builder.db.conn.commit()
    builder.close()
    assert serve(builder.path)("/cdx/search/cdx?url=a.example/*").text == (
        "example,a)/?a%20b 20040101000000 http://a.example/?a%20b%0A text/html;%20x%0D 200 - 100\n"
    )


def test_a_hostile_filter_is_a_400(builder: Builder, serve: Serve):
    page = builder.page("http://a.example/")
    builder.capture(page, "20040101000000", "http://a.example/" + "a" * 2_000)
    builder.close()
    answer = serve(builder.path)(
        "/cdx/search/cdx?url=a.example&filter=original:.*(a|aa)%2B%3F(a|aa)%2B%3F\\1%24!"
    )
    assert answer.status_code == 400
    assert (
        answer.text
        == "the filter takes too long; write a simpler regular expression or ask for fewer captures\n"
    )


def test_a_filter_that_becomes_slow_breaks_the_answer_off(
    builder: Builder, serve: Serve, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scan.Scan.__init__, "__kwdefaults__", {"at": None, "newest_first": False, "batch": 1})
    page = builder.page("http://a.example/")
    builder.capture(page, "20040101000000", "http://a.example/")
    builder.capture(page, "20050101000000", "http://a.example/" + "a" * 2_000)
    builder.close()
    with pytest.raises(AssertionError):  # httpx's own: the answer was not ended
        serve(builder.path)(
            "/cdx/search/cdx?url=a.example&filter=!original:.*(a|aa)%2B%3F(a|aa)%2B%3F\\1%24!"
        )


def test_the_cap_ends_an_answer_with_a_key(shop: Path):
    connection = sqlite3.connect(shop)
    query = cdx_query.parse(
        {"url": ["shop.example/privacy"], "filter": ["statuscode:404"], "collapse": ["timestamp:3"]}
    )
    selector = RowSelector(query, cap=4)
    assert selector.take(scan.Scan(query.urlkeys, query.start, query.end).read(connection)) == []
    assert (selector.done, selector.capped) == (True, True)
    assert selector.resume is not None
    assert selector.resume.position[:2] == ("example,shop)/privacy", "20030303030303")
    resumed = query._replace(resume=resume_key.decode(resume_key.encode(selector.resume)))
    assert resumed.resume
    rest = RowSelector(resumed)
    rows = rest.take(
        scan.Scan(query.urlkeys, query.start, query.end, at=resumed.resume.position._replace(id=0)).read(
            connection
        )
    )
    assert [row.timestamp for row in rows] == ["20060606060606"]
    assert (rest.done, rest.resume) == (False, None)


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
@pytest.mark.parametrize("newest_first", [False, True])
def test_a_scan_reads_every_capture_once_whatever_the_batch(shop: Path, batch: int, newest_first: bool):
    connection = sqlite3.connect(shop)
    urlkeys = cdx_query.parse({"url": ["*.shop.example"]}).urlkeys
    scanner = scan.Scan(urlkeys, "0", "9", newest_first=newest_first, batch=batch)
    found = []
    while not scanner.done:
        captures = scanner.read(connection)
        assert len(captures) <= batch
        found += captures
    order = [(capture.urlkey, capture.timestamp, capture.id) for capture in found]
    assert len(order) == 8
    assert order == sorted(order, reverse=newest_first)


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_closest_whatever_the_batch(shop: Path, batch: int):
    connection = sqlite3.connect(shop)
    scanner = scan.ClosestScan(one_urlkey("example,shop)/privacy"), "0", "9", "20040101000000", batch=batch)
    found = []
    while not scanner.done:
        found += [capture.timestamp[:4] for capture in scanner.read(connection)]
    assert found == ["2004", "2003", "2003", "2002", "2006", "2001"]


def test_many_pages_without_captures_do_not_hold_a_thread(builder: Builder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan, "MAX_STEPS", 2)
    for number in range(5):
        builder.page(f"http://a.example/{number}")
    last = builder.page("http://a.example/z")
    builder.capture(last, "20040101000000", "http://a.example/z")
    scanner = scan.Scan(cdx_query.parse({"url": ["a.example/*"]}).urlkeys, "0", "9")
    sizes = []
    while not scanner.done:
        sizes.append(len(scanner.read(builder.db.conn)))
    assert sizes == [0, 0, 1, 0]
