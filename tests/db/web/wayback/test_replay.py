import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

Ask = Callable[..., httpx.Response]
Serve = Callable[..., Ask]
Builder = Any  # of conftest.py
SAFE = {"content-security-policy": "sandbox; default-src 'none'", "x-content-type-options": "nosniff"}


def test_the_bytes_and_the_head_of_a_capture(ask: Ask):
    answer = ask("/web/20020202020202id_/http://www.shop.example/Privacy")
    assert answer.status_code == 200
    assert answer.content == b"<p>two"
    assert dict(answer.headers) == {
        "memento-datetime": "Sat, 02 Feb 2002 02:02:02 GMT",
        "link": ", ".join(
            [
                '<http://www.shop.example/Privacy>; rel="original"',
                '<http://localhost/web/timemap/link/http://www.shop.example/Privacy>; rel="timemap"; '
                'type="application/link-format"',
                '<http://localhost/web/http://www.shop.example/Privacy>; rel="timegate"',
                '<http://localhost/web/20010101000000/http://shop.example:80/privacy>; rel="first memento"; '
                'datetime="Mon, 01 Jan 2001 00:00:00 GMT"',
                '<http://localhost/web/20010101000000/http://shop.example:80/privacy>; rel="prev memento"; '
                'datetime="Mon, 01 Jan 2001 00:00:00 GMT"',
                '<http://localhost/web/20020202020202/http://www.shop.example/Privacy>; rel="memento"; '
                'datetime="Sat, 02 Feb 2002 02:02:02 GMT"',
                '<http://localhost/web/20030303030303/http://shop.example/privacy>; rel="next memento"; '
                'datetime="Mon, 03 Mar 2003 03:03:03 GMT"',
                '<http://localhost/web/20060606060606/https://shop.example/privacy>; rel="last memento"; '
                'datetime="Tue, 06 Jun 2006 06:06:06 GMT"',
            ]
        ),
        "x-archive-src": "web.archive.org",
        "x-ts": "200",
        "content-type": "text/html; charset=utf-8",
        **SAFE,
        "referrer-policy": "no-referrer",
        "content-length": "6",
        "vary": "Cookie, Authorization",
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://www.shop.example/Privacy",
        "https://shop.example:443/privacy",
        "shop.example/privacy/",
        "http:/shop.example/privacy",
        "http%3A//www.shop.example/Privacy",
        "http%3A%2F%2Fwww.shop.example%2FPrivacy",
        "http://user@shop.example/privacy?",
        "http://shop.example/privacy%23top",
    ],
)
@pytest.mark.parametrize("modifier", ["id_", "", "if_", "js_"])
def test_every_way_to_write_the_address_and_every_modifier_gives_the_same(ask: Ask, url: str, modifier: str):
    answer = ask(f"/web/20020202020202{modifier}/{url}")
    assert (answer.status_code, answer.content) == (200, b"<p>two")
    assert answer.headers["memento-datetime"] == "Sat, 02 Feb 2002 02:02:02 GMT"
    assert {name: answer.headers[name] for name in SAFE} == SAFE


def test_a_captured_redirect_leads_on_within_the_archive(ask: Ask):
    answer = ask("/web/20030303030303id_/http://shop.example/privacy")
    assert (answer.status_code, answer.content) == (301, b"")
    assert answer.headers["location"] == "/web/20030303030303id_/http://shop.example/legal/privacy?a=b"
    assert answer.headers["memento-datetime"] == "Mon, 03 Mar 2003 03:03:03 GMT"
    nearest = ask(answer.headers["location"])
    assert nearest.status_code == 302
    assert nearest.headers["location"] == "/web/20030303030310id_/http://shop.example/legal/privacy?a=b"
    assert nearest.headers["x-archive-redirect-reason"] == "found capture at 20030303030310"
    assert "memento-datetime" not in nearest.headers
    assert ask(nearest.headers["location"]).content == b"<p>legal"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://shop.example/privacy", 301),
        ("https://www.shop.example/privacy", 200),
        ("https://www.shop.example:443/privacy", 200),
        ("http://www.shop.example/privacy", 200),
        ("shop.example/privacy", 301),
    ],
)
def test_of_one_second_the_address_that_was_asked_for_else_a_200(ask: Ask, url: str, status: int):
    assert ask(f"/web/20030303030303id_/{url}").status_code == status


def test_archived_errors_are_content(ask: Ask):
    answer = ask("/web/20060606060606id_/https://shop.example/privacy")
    assert (answer.status_code, answer.content) == (404, b"gone")
    assert answer.headers["memento-datetime"] == "Tue, 06 Jun 2006 06:06:06 GMT"


def test_a_revisit_gives_the_body_it_stands_for(ask: Ask):
    answer = ask("/web/20040404040404id_/https://shop.example/privacy")
    assert (answer.status_code, answer.content, answer.headers["x-ts"]) == (200, b"<p>three", "200")


@pytest.mark.parametrize(
    ("timestamp", "found"),
    [
        ("20020202020203", "20020202020202/http://www.shop.example/Privacy"),
        ("20050506050505", "20060606060606/https://shop.example/privacy"),
        ("2002", "20030303030303/https://www.shop.example/privacy"),
        ("2", "20060606060606/https://shop.example/privacy"),
        ("0", "20010101000000/http://shop.example:80/privacy"),
        ("20021399999999", "20030303030303/https://www.shop.example/privacy"),
    ],
)
def test_no_capture_of_that_second_leads_to_the_nearest(ask: Ask, timestamp: str, found: str):
    answer = ask(f"/web/{timestamp}id_/https://www.shop.example/privacy")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/web/" + found.replace("/", "id_/", 1)
    assert answer.headers["x-archive-redirect-reason"] == f"found capture at {found[:14]}"
    assert "memento-datetime" not in answer.headers


def test_never_archived(ask: Ask):
    for path in (
        "/web/20010101000000id_/http://never.example/",
        "/web/http://never.example/",
        "/web/timemap/link/never.example",
    ):
        answer = ask(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "<p>The Wayback Machine has not archived that URL.</p>" in answer.text
        assert "memento-datetime" not in answer.headers


def test_excluded(ask: Ask):
    for path in ("/web/20010101000000id_/http://secret.example/privacy", "/web/secret.example/privacy"):
        answer = ask(path)
        assert answer.status_code == 403
        assert "<p>This URL has been excluded from the Wayback Machine.</p>" in answer.text
        assert answer.headers["x-archive-wayback-runtime-error"] == (
            "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
        )


def test_head(ask: Ask):
    answer = ask("/web/20020202020202id_/http://www.shop.example/Privacy", method="HEAD")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "6")
    assert answer.headers["memento-datetime"] == "Sat, 02 Feb 2002 02:02:02 GMT"


def one_capture(builder: Builder, serve: Serve, **capture: Any) -> httpx.Response:
    page = builder.page("http://a.example/")
    builder.capture(page, "20040101000000", "http://a.example/", b"<script>alert(1)</script>", **capture)
    builder.close()
    return serve(builder.path)("/web/20040101000000id_/http://a.example/")


def test_captured_headers_are_passed_but_cannot_act(builder: Builder, serve: Serve):
    headers = [
        ["Content-Type", "text/html"],
        ["Set-Cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["Refresh", "0; url=http://evil.example/"],
        ["Content-Security-Policy", "default-src *"],
        ["Content-Encoding", "gzip"],
        ["X-Long", "one\r\nSet-Cookie: evil=1\r\n\r\n<html>"],
        ["X-Bad\r\nSet-Cookie", "evil=1"],
        ["", "nothing"],
        ["X Blank", "nothing"],
        ["X-Latin", "caf\xe9"],
        ["X-Wide", "\u20ac"],
    ]
    answer = one_capture(builder, serve, headers=headers)
    assert [(name, value) for name, value in answer.headers.raw if name.startswith(b"x-archive-orig-")] == [
        (b"x-archive-orig-Set-Cookie", b"a=1"),
        (b"x-archive-orig-set-cookie", b"b=2"),
        (b"x-archive-orig-Refresh", b"0; url=http://evil.example/"),
        (b"x-archive-orig-Content-Security-Policy", b"default-src *"),
        (b"x-archive-orig-X-Long", b"one Set-Cookie: evil=1 <html>"),
        (b"x-archive-orig-X-Latin", b"caf\xe9"),
        (b"x-archive-orig-X-Wide", "€".encode()),
    ]
    assert {name: answer.headers[name] for name in SAFE} == SAFE
    assert not {"set-cookie", "refresh", "content-encoding"} & set(answer.headers)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://b.example/x?y=1", "https://b.example/x?y=1"),
        ("/x", "http://a.example/x"),
        ("//b.example/x", "http://b.example/x"),
        ("../x y", "http://a.example/x%20y"),
        ("?q", "http://a.example/?q"),
        (
            "http://b.example/caf\xc3\xa9\r\nSet-Cookie: evil=1",
            "http://b.example/caf%C3%A9Set-Cookie:%20evil=1",
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_location_stays_within_the_archive(builder: Builder, serve: Serve, location: str, target: str):
    answer = one_capture(builder, serve, status=302, headers=[["location", location]])
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/web/20040101000000id_/{target}"


@pytest.mark.parametrize(
    ("headers", "mimetype", "content_type"),
    [
        ([["content-type", "text/plain"]], "text/html", "text/plain"),
        ([["Server", "x"]], "text/html", None),
        (None, "text/html", "text/html"),
        (None, "warc/revisit", None),
        (None, "unk", None),
        (None, None, None),
    ],
)
def test_content_type(
    builder: Builder, serve: Serve, headers: Any, mimetype: str | None, content_type: str | None
):
    answer = one_capture(builder, serve, headers=headers, mimetype=mimetype)
    assert answer.headers.get("content-type") == content_type


@pytest.mark.parametrize(
    ("archived", "sent"), [(None, 200), (429, 429), (599, 599), (999, 500), (0, 200), (101, 200)]
)
def test_status(builder: Builder, serve: Serve, archived: int | None, sent: int):
    answer = one_capture(builder, serve, status=archived)
    assert answer.status_code == sent
    assert answer.headers["x-ts"] == str(archived or 200)
    assert "memento-datetime" in answer.headers


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_that_have_no_body(builder: Builder, serve: Serve, status: int):
    answer = one_capture(builder, serve, status=status)
    assert (answer.status_code, answer.content, answer.headers.get("content-length")) == (status, b"", None)


def test_a_repaired_timestamp(builder: Builder, serve: Serve):
    page = builder.page("http://a.example/")
    builder.capture(page, "20000008241731", "http://a.example/", b"stray")
    builder.capture(page, "99999999999999", "http://a.example/", b"no moment")
    builder.close()
    ask = serve(builder.path)
    answer = ask("/web/20000008241731id_/http://a.example/")
    assert (answer.content, answer.headers["memento-datetime"]) == (b"stray", "Thu, 24 Aug 2000 17:31:00 GMT")
    answer = ask("/web/99999999999999id_/http://a.example/")
    assert (answer.content, answer.headers.get("memento-datetime")) == (b"no moment", None)


def test_a_damaged_body_is_an_error_of_the_archive(shop: Path, serve: Serve):
    connection = sqlite3.connect(shop)
    connection.execute("update bodies set data = x'00', base_id = null")
    connection.commit()
    answer = serve(shop)("/web/20020202020202id_/http://shop.example/privacy")
    assert answer.status_code == 500
    assert (
        answer.headers["x-archive-wayback-runtime-error"]
        == "ResourceNotAvailableException: the stored body is damaged"
    )
    assert "memento-datetime" not in answer.headers


def test_an_address_with_a_query_and_escapes(builder: Builder, serve: Serve):
    original = "http://a.example/p//q?x=%2F&y=http://b.example/?z"
    page = builder.page(original)
    builder.capture(page, "20040101000000", original, b"found")
    builder.close()
    ask = serve(builder.path)
    assert ask(f"/web/20040101000000id_/{original}").content == b"found"
    listed = ask(f"/web/timemap/cdx/{original}").text.split(" ")[2]
    assert listed == original
    assert ask(f"/web/2004id_/{original}").headers["location"] == f"/web/20040101000000id_/{original}"


def test_headers_that_are_not_as_they_should_be_stored(builder: Builder, serve: Serve):
    page = builder.page("http://a.example/")
    builder.capture(page, "20040101000000", "http://a.example/", b"x", headers=[])
    builder.db.execute("update captures set headers = ?", [json.dumps([["Content-Type", 7], ["X-A", None]])])
    builder.db.conn.commit()
    builder.close()
    answer = serve(builder.path)("/web/20040101000000id_/http://a.example/")
    assert (answer.status_code, answer.headers["content-type"], answer.headers["x-archive-orig-x-a"]) == (
        200,
        "7",
        "None",
    )
