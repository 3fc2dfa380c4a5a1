"""Requests that cannot be answered get status 400 or 404, never 500."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.views.base import DatasetteError

from db.web.common.bad_requests import as_bad_request
from tests.db.web.conftest import Ask

DIGITS, MANY = "9" * 22, "9" * 5_000
TABLE, PAGES = "/archive/captures", "/archive/-/policies"
CDX = "/cdx/search/cdx?url=shop.example"


@pytest.fixture
def ask(serve: Callable[..., Ask], shop: Path) -> Ask:
    return serve(shop)


@pytest.mark.parametrize(
    "path",
    [
        f"{TABLE}?id__gt={DIGITS}",
        f"{TABLE}.json?id__gt={DIGITS}",
        f"{TABLE}?" + "&".join(f"id__not={number}" for number in range(1_500)),
        f"{TABLE}?_sort=nope",
        f"{TABLE}?_size={DIGITS}",
        f"{TABLE}?_where={quote('(' * 1_000)}",
        f"/archive.json?sql={quote('select ' + '+'.join('1' * 1_000))}",
        f"{PAGES}?page={DIGITS}",
        f"{CDX}&limit={DIGITS}",
        f"{CDX}&filter={quote('(' * 400 + ')' * 400)}",
        f"{CDX}&filter={quote('statuscode:' + '(?:' * 800 + 'a' + ')' * 800)}",
    ],
)
def test_what_cannot_be_answered_is_a_bad_request(ask: Ask, path: str) -> None:
    assert ask(path).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/%ff%fe", "/../../etc/passwd", "/a" * 500, "/archive/~00", "/archive/captures/~FF",
        f"{TABLE}/{DIGITS}", f"{TABLE}/{MANY}", f"{PAGES}/%00", f"{PAGES}/x/{DIGITS}", f"{PAGES}/x/{MANY}",
        f"{PAGES}/shop.example/{DIGITS}.md", f"{PAGES}/shop.example/at/{DIGITS}", "/-/static/%00",
        f"{PAGES}/shop.example/compare?old={MANY}", "/web/%ff", "/web/http://[", "/web/timemap/link/%00",
    ],
)  # fmt: skip
def test_odd_paths_are_not_found(ask: Ask, path: str) -> None:
    assert ask(path, follow_redirects=True).status_code in (400, 404)


def test_errors_of_the_request_and_of_the_server_are_told_apart() -> None:
    of_request = [
        sqlite3.DataError("string or blob too big"),
        OverflowError("int too large"),
        RecursionError(),
    ]
    of_request += [ValueError("Exceeds the limit (4300 digits)"), DatasetteError("Cannot sort by x")]
    for error in of_request:
        assert getattr(as_bad_request(error), "status", 500) == 400
    of_server = [sqlite3.OperationalError("disk I/O error"), sqlite3.DatabaseError("image is malformed")]
    for error in [*of_server, ValueError("x"), KeyError("x"), DatasetteError("x", status=403)]:
        assert as_bad_request(error) is error
