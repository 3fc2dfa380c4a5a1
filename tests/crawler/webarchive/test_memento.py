import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CutOffError
from crawler.webarchive.memento import Answer, Kind, classify, is_memento, retry_after
from crawler.webarchive.sources import Source
from db import times

SOURCE = Source("demo", "a test", "http://127.0.0.1:8001/cdx/search/cdx", "http://127.0.0.1:8001/web")
TIMESTAMP, ORIGINAL = "20140530130240", "http://www.shop.example/privacy"
SHOWN = ("Memento-Datetime", "Fri, 30 May 2014 13:02:40 GMT")
HTML = ("Content-Type", "text/html; charset=ISO-8859-1")


def answer(
    status: int, *headers: tuple[str, str], body: bytes = b"<p>", timestamp: str = TIMESTAMP
) -> Answer:
    return classify(SOURCE, timestamp, ORIGINAL, status, headers, body)


@pytest.mark.parametrize("status", [200, 204, 403, 404, 410, 429, 500, 503])
def test_what_has_a_memento_datetime_is_a_capture_whatever_its_status(status: int) -> None:
    assert answer(status, HTML, SHOWN) == Answer(Kind.MEMENTO, "", TIMESTAMP, status, [HTML], b"<p>")


def test_the_captured_headers_are_kept_and_those_of_the_archive_are_not() -> None:
    found = answer(
        200, ("server", "nginx"), ("content-type", "text/html"), ("memento-datetime", SHOWN[1]),
        ("x-archive-src", "a.warc.gz"),
        ("X-Archive-Orig-Server", "Apache"), ("x-archive-orig-set-cookie", "a=1"),
        ("x-archive-orig-set-cookie", "b=2"),
        ("x-archive-orig-content-encoding", "gzip"), ("x-archive-orig-Content-Length", "7"),
        ("x-archive-orig-connection", "close"), ("Content-Type", "again"),
    )  # fmt: skip
    assert found.headers == [
        ("Content-Type", "text/html"),
        ("Server", "Apache"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ]


def test_a_body_is_decoded() -> None:
    assert (
        answer(
            200, SHOWN, ("content-encoding", ""), ("Content-Encoding", "gzip"), body=gzip.compress(b"<p>")
        ).body
        == b"<p>"
    )
    assert answer(200, SHOWN, body=gzip.compress(b"<p>")).body == b"<p>"
    assert answer(200, SHOWN, body=b"").body == b""
    with pytest.raises(CutOffError):
        answer(200, SHOWN, body=gzip.compress(b"<p>")[:-1])


def test_a_capture_of_another_moment_is_not_the_one_that_was_asked_for() -> None:
    found = answer(200, HTML, ("Memento-Datetime", "Fri, 30 May 2014 13:02:41 GMT"))
    assert found == Answer(
        Kind.NEAREST, "the archive shows the capture at 20140530130241 instead", "20140530130241"
    )


@pytest.mark.parametrize("value", ["", "yesterday", "Fri, 31 Dec 9999 23:59:59 -0100"])
def test_a_moment_that_cannot_be_read_is_not_the_one_that_was_asked_for(value: str) -> None:
    assert answer(200, ("Memento-Datetime", value)).kind is Kind.NEAREST


def test_a_broken_timestamp_is_shown_repaired() -> None:
    shown = ("Memento-Datetime", "Thu, 24 Aug 2000 16:23:00 GMT")
    assert answer(200, shown, timestamp="20000800241623").kind is Kind.MEMENTO


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (
            "http://127.0.0.1:8001/web/20140530130240id_/https://shop.example/legal?a=b",
            "https://shop.example/legal?a=b",
        ),
        ("/web/20140530130240id_/https://shop.example/legal", "https://shop.example/legal"),
        ("https://shop.example/legal", "https://shop.example/legal"),
        ("/legal", "http://www.shop.example/legal"),
        ("legal", "http://www.shop.example/legal"),
        ("http://127.0.0.1:8001/web/20140530130240id_/mailto:a@shop.example", None),
        ("javascript:void(0)", None),
        ("http://[broken", None),
    ],
)
def test_an_archived_redirect_leads_to_the_web_of_its_time(location: str, target: str | None) -> None:
    found = answer(301, SHOWN, HTML, ("Location", location))
    assert (found.kind, found.status, found.location) == (Kind.MEMENTO, 301, target)
    assert found.headers == [HTML, *([("Location", target)] if target else [])]


def test_a_location_without_a_redirect_leads_nowhere() -> None:
    assert answer(200, SHOWN, ("Location", "/legal")).location is None


@pytest.mark.parametrize("status", [301, 302, 307])
@pytest.mark.parametrize("base", ["http://127.0.0.1:8001", ""])
def test_a_redirect_of_the_archive_points_to_the_nearest_capture(status: int, base: str) -> None:
    found = answer(status, ("Location", f"{base}/web/20140601000000id_/{ORIGINAL}"))
    reason = "the archive has no such capture and points to 20140601000000"
    assert found == Answer(Kind.NEAREST, reason, "20140601000000")


EXCLUDED = b"<html><p>This URL has been excluded from the Wayback Machine.</p>"
RUNTIME = "X-Archive-Wayback-Runtime-Error"


NOT_FOUND = b"The Wayback Machine has not archived that URL."


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "reason"),
    [
        (200, [], EXCLUDED, Kind.EXCLUDED, "excluded from the archive"),
        (403, [], EXCLUDED, Kind.EXCLUDED, "excluded from the archive"),
        (403, [], b"x" * 19_000 + EXCLUDED, Kind.EXCLUDED, "excluded from the archive"),
        (403, [(RUNTIME, "AdministrativeAccessControlException: x")], b"", Kind.EXCLUDED,
         "excluded from the archive"),
        (404, [], NOT_FOUND, Kind.NOT_ARCHIVED, "the archive has not archived it (404)"),
        (404, [], b"<h1>404</h1>", Kind.NOT_ARCHIVED, "the archive does not find it (404)"),
        (404, [(RUNTIME, "NotAvailable")], b"", Kind.FAULT,
         "the archive could not replay it (status 404, NotAvailable)"),
        (429, [], b"<html>Too many requests", Kind.THROTTLED, "the archive asks us to slow down (429)"),
        (200, [], b"<html>Got an HTTP 301 response at crawl time", Kind.FAULT,
         "the archive answered with a page of its own instead of the capture"),
        (302, [("Location", "https://archive.example/login")], b"", Kind.FAULT,
         "the archive could not replay it (status 302)"),
        (302, [], b"", Kind.FAULT, "the archive could not replay it (status 302)"),
        (503, [], b"", Kind.FAULT, "the archive could not replay it (status 503)"),
    ],
)  # fmt: skip
def test_what_is_no_capture(
    status: int, headers: list[tuple[str, str]], body: bytes, kind: Kind, reason: str
) -> None:
    assert answer(status, *headers, body=body) == Answer(kind, reason)


def test_a_captured_page_that_speaks_of_exclusion_is_a_capture() -> None:
    assert answer(200, SHOWN, body=EXCLUDED).kind is Kind.MEMENTO


def test_header_names_are_read_in_any_case() -> None:
    assert is_memento([("MEMENTO-DATETIME", "")])
    assert not is_memento([("x-archive-orig-memento-datetime", "")])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("soon", None), ("0", 0.0), (" 120 ", 120.0), ("-5", None), ("1e9", None),
     ("9999999", None),
     ("Thu, 01 Jan 2026 00:02:00 GMT", 120.0), ("Thu, 01 Jan 2015 00:00:00 GMT", 0.0),
     ("Thu, 99 Jan 2026 00:00:00 GMT", None)],
)  # fmt: skip
def test_retry_after(value: str | None, seconds: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "clock", lambda: 1_767_225_600.0)  # 2026-01-01
    assert retry_after(value) == seconds


DATES = st.builds(
    "{}, {} {} {} {} {}".format,
    st.sampled_from(["Fri", "x"]),
    st.integers(-1, 99),
    st.sampled_from(["Jan", "Dec", "Foo"]),
    st.integers(-1, 99_999),
    st.sampled_from(["23:59:59", "0:0", "x"]),
    st.sampled_from(["GMT", "-0100", "+9999", "-0000", ""]),
)


@given(st.text() | DATES | st.text("0123456789+-: "))
def test_no_date_raises(value: str) -> None:
    assert (retry_after(value) or 0.0) >= 0.0
    answer(200, ("Memento-Datetime", value))


@given(
    st.integers(100, 599),
    st.lists(st.tuples(st.sampled_from(["Location", "Memento-Datetime", "Content-Type"]), st.text())),
    st.binary(max_size=50),
)
def test_no_answer_raises_anything_but_that_its_body_is_cut_off(
    status: int, headers: list[tuple[str, str]], body: bytes
) -> None:
    try:
        answer(status, *headers, body=body)
    except CutOffError:
        return
