import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from sqlite_utils import Database

Ask = Callable[..., httpx.Response]
Serve = Callable[..., Ask]
Builder = Any  # of conftest.py

TIMEMAP = """\
<http://shop.example/privacy>; rel="original",
<{base}/web/timemap/link/http://shop.example/privacy>; rel="self"; type="application/link-format"; \
from="Mon, 01 Jan 2001 00:00:00 GMT"; until="Tue, 06 Jun 2006 06:06:06 GMT",
<{base}/web/http://shop.example/privacy>; rel="timegate",
<{base}/web/20010101000000/http://shop.example:80/privacy>; rel="first memento"; \
datetime="Mon, 01 Jan 2001 00:00:00 GMT",
<{base}/web/20020202020202/http://www.shop.example/Privacy>; rel="memento"; \
datetime="Sat, 02 Feb 2002 02:02:02 GMT",
<{base}/web/20030303030303/http://shop.example/privacy>; rel="memento"; \
datetime="Mon, 03 Mar 2003 03:03:03 GMT",
<{base}/web/20030303030303/https://www.shop.example/privacy>; rel="memento"; \
datetime="Mon, 03 Mar 2003 03:03:03 GMT",
<{base}/web/20040404040404/https://shop.example/privacy>; rel="memento"; \
datetime="Sun, 04 Apr 2004 04:04:04 GMT",
<{base}/web/20060606060606/https://shop.example/privacy>; rel="last memento"; \
datetime="Tue, 06 Jun 2006 06:06:06 GMT"
"""


def test_timemap(ask: Ask):
    answer = ask("/web/timemap/link/http://shop.example/privacy")
    assert answer.headers["content-type"] == "application/link-format"
    assert answer.text == TIMEMAP.format(base="http://localhost")


def test_a_single_capture_is_the_first_and_the_last(ask: Ask):
    answer = ask("/web/timemap/link/http://shop.example/legal/privacy?a=b")
    assert answer.text.splitlines()[3:] == [
        "<http://localhost/web/20030303030310/http://shop.example/legal/privacy?a=b>; "
        'rel="first last memento"; datetime="Mon, 03 Mar 2003 03:03:10 GMT"'
    ]


def test_a_link_cannot_be_broken_out_of(builder: Builder, serve: Serve):
    page = builder.page('http://a.example/">,<b')
    builder.capture(page, "20040101000000", 'http://a.example/">,<b\r\nx')
    builder.capture(page, "20041399000000", "http://a.example/no-moment")
    builder.close()
    answer = serve(builder.path)("/web/timemap/link/http://a.example/%22%3E,%3Cb")
    assert answer.text.splitlines() == [
        '<http://a.example/%22%3E,%3Cb>; rel="original",',
        '<http://localhost/web/timemap/link/http://a.example/%22%3E,%3Cb>; rel="self"; '
        'type="application/link-format"; from="Thu, 01 Jan 2004 00:00:00 GMT",',
        '<http://localhost/web/http://a.example/%22%3E,%3Cb>; rel="timegate",',
        '<http://localhost/web/20040101000000/http://a.example/%22%3E,%3Cb%0D%0Ax>; rel="first last memento";'
        ' datetime="Thu, 01 Jan 2004 00:00:00 GMT"',
    ]


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        (None, "20060606060606/https://shop.example/privacy"),
        ("Sat, 02 Feb 2002 02:02:02 GMT", "20020202020202/http://www.shop.example/Privacy"),
        ("Sat, 02 Feb 2002 03:02:02 +0100", "20020202020202/http://www.shop.example/Privacy"),
        ("Mon, 03 Mar 2003 03:03:00 GMT", "20030303030303/http://shop.example/privacy"),
        ("Mon, 01 Jan 1990 00:00:00 GMT", "20010101000000/http://shop.example:80/privacy"),
        ("Mon, 01 Jan 2050 00:00:00 -0000", "20060606060606/https://shop.example/privacy"),
    ],
)
def test_timegate(ask: Ask, accept: str | None, found: str):
    answer = ask("/web/http://shop.example/privacy", headers={"Accept-Datetime": accept} if accept else {})
    assert (answer.status_code, answer.headers["location"]) == (302, f"/web/{found}")
    assert "accept-datetime" in answer.headers["vary"]
    assert "memento-datetime" not in answer.headers
    relations = [link.split(";")[1] for link in answer.headers["link"].split(", <")]
    assert relations == [
        f' rel="{name}"' for name in ("original", "timemap", "timegate", "first memento", "last memento")
    ]


@pytest.mark.parametrize(
    "accept", ["yesterday", "", "Mon, 99 Jan 2050 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2300"]
)
def test_a_date_that_is_none_is_refused(ask: Ask, accept: str):
    answer = ask("/web/http://shop.example/privacy", headers={"Accept-Datetime": accept})
    assert answer.status_code == 400
    assert answer.text == "Accept-Datetime must be a date like Fri, 30 May 2014 13:02:40 GMT\n"


def test_base_url(shop: Path, serve: Serve):
    ask = serve(shop, settings={"base_url": "/archive/"})
    assert ask("/web/timemap/link/http://shop.example/privacy").text == TIMEMAP.format(
        base="http://localhost/archive"
    )
    answer = ask("/web/2id_/http://shop.example/privacy")
    assert answer.headers["location"] == "/archive/web/20060606060606id_/https://shop.example/privacy"
    assert ask("/web/20020202020202id_/http://shop.example/privacy").content == b"<p>two"
    answer = ask("/web/20030303030303id_/http://shop.example/privacy")
    assert (
        answer.headers["location"] == "/archive/web/20030303030303id_/http://shop.example/legal/privacy?a=b"
    )
    assert ask("/cdx/search/cdx?url=shop.example/privacy&limit=1&fl=timestamp").text == "20010101000000\n"


def test_links_use_the_scheme_and_host_that_were_asked(shop: Path):
    datasette = Datasette([str(shop)], settings={"force_https_urls": True})
    answer = asyncio.run(
        datasette.client.get(
            "/web/timemap/link/http://shop.example/privacy", headers={"Host": "mirror.example:8001"}
        )
    )
    assert answer.text == TIMEMAP.format(base="https://mirror.example:8001")


def test_an_immutable_archive_in_a_folder_that_cannot_be_written(shop: Path):
    shop.chmod(0o444)
    shop.parent.chmod(0o555)
    try:
        datasette = Datasette([], immutables=[str(shop)])
        answer = asyncio.run(datasette.client.get("/web/20020202020202id_/http://shop.example/privacy"))
        assert answer.content == b"<p>two"
        answer = asyncio.run(datasette.client.get("/cdx/search/cdx?url=*.shop.example&fl=timestamp&limit=1"))
        assert answer.text == "20030303030310\n"
    finally:
        shop.parent.chmod(0o755)


def test_other_databases_are_passed_over(shop: Path, tmp_path: Path, serve: Serve):
    strangers = []
    for number, sql in enumerate(
        ["", "create table pages (id, title)", "create table captures (x); create table pages (y)"]
    ):
        path = tmp_path / f"stranger{number}.db"
        Database(path).conn.executescript(sql)
        strangers.append(path)
    ask = serve(*strangers[1:], shop)
    assert ask("/web/20020202020202id_/http://shop.example/privacy").content == b"<p>two"
    ask = serve(*strangers[1:])
    assert ask("/web/20020202020202id_/http://shop.example/privacy").status_code == 404
    assert ask("/cdx/search/cdx?url=shop.example/privacy").text == ""


def test_of_several_archives_the_first_that_has_the_page_answers(
    shop: Path, builder: Builder, tmp_path: Path, serve: Serve
):
    other = type(builder)(tmp_path / "other.db")
    page = other.page("http://shop.example/legal/privacy?a=b", listing="excluded")
    secret = other.page("http://secret.example/privacy")
    other.capture(secret, "20040101000000", "http://secret.example/privacy", b"known to one")
    other.close()
    assert page
    for order in ([shop, other.path], [other.path, shop]):
        ask = serve(*order)
        assert ask("/web/20040101000000id_/http://secret.example/privacy").content == b"known to one"
        assert ask("/web/20030303030310id_/http://shop.example/legal/privacy?a=b").content == b"<p>legal"


def test_permissions_of_datasette_count(shop: Path, tmp_path: Path, serve: Serve):
    copy = tmp_path / "copy.db"
    shutil.copy(shop, copy)
    for hidden in (
        {"allow": {"id": "root"}},
        {"databases": {"archive": {"allow": {"id": "root"}}}},
        {"databases": {"archive": {"tables": {"bodies": {"allow": False}}}}},
    ):
        ask = serve(shop, metadata=hidden)
        assert ask("/web/20020202020202id_/http://shop.example/privacy").status_code == 404
        assert ask("/cdx/search/cdx?url=shop.example/privacy").text == ""
    ask = serve(shop, copy, metadata={"databases": {"archive": {"allow": False}}})
    assert ask("/web/20020202020202id_/http://shop.example/privacy").content == b"<p>two"


def test_datasettes_own_pages_are_left_alone(ask: Ask):
    assert ask("/").status_code == 200
    assert ask("/archive/captures.json?_shape=array&_size=1").json()[0]["timestamp"] == "20010101000000"
