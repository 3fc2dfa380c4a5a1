"""A small archive of one fictional shop and its neighbours, served by Datasette in this process."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from db.database import open_archive, transaction
from db.store.bodies import Bodies
from db.times import iso, moment
from db.urlkey import urlkey
from tests.support.web import three_shops

HTML = [["Content-Type", "text/html; charset=utf-8"]]


class Builder:
    """Writes retailers, pages and captures straight into the tables."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = open_archive(path, create=True)
        self._bodies = Bodies(self.db)

    def page(self, url: str, *, retailer: str = "shop.example", listing: str | None = "complete") -> int:
        with transaction(self.db):
            self.db.execute("insert or ignore into retailers (domain) values (?)", [retailer])
            self.db.execute("insert or ignore into policies (retailer) values (?)", [retailer])
            (policy,) = self.db.execute("select id from policies where retailer = ?", [retailer]).fetchone()
            cursor = self.db.execute(
                "insert into pages (policy_id, url, urlkey, found_by, listing) values (?, ?, ?, 'given', ?)",
                [policy, url, urlkey(url), listing],
            )
        return int(cursor.lastrowid or 0)

    def capture(
        self,
        page: int,
        timestamp: str,
        original: str,
        body: bytes | None = b"",
        *,
        status: int | None = 200,
        mimetype: str | None = "text/html",
        digest: str | None = "D1",
        length: int | None = 100,
        headers: list[list[str]] | None = HTML,
        state: str = "fetched",
        archive: str = "web.archive.org",
    ) -> int:
        when = moment(timestamp)
        with transaction(self.db):
            body_id = None if body is None else self._bodies.put(body, page_id=page, timestamp=timestamp)
            cursor = self.db.execute(
                """insert into captures (page_id, archive, timestamp, captured_at, original, mimetype,
                status, digest, length, state, headers, body_id)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                [
                    *(
                        page,
                        archive,
                        timestamp,
                        iso(when) if when else None,
                        original,
                        mimetype,
                        status,
                        digest,
                        length,
                    ),
                    *(state, json.dumps(headers) if headers is not None else None, body_id),
                ],
            )
        return int(cursor.lastrowid or 0)

    def close(self) -> None:
        self.db.execute("pragma wal_checkpoint(truncate)")
        self.db.close()


Ask = Callable[..., httpx.Response]


@pytest.fixture
def serve() -> Callable[..., Ask]:
    """Return a function that serves files with Datasette in this process and returns how to ask it."""

    def serve(*paths: Path, **options: Any) -> Ask:
        datasette = Datasette([str(path) for path in paths], **options)

        def ask(path: str, method: str = "GET", **request: Any) -> httpx.Response:
            return asyncio.run(datasette.client.request(method, path, **request))

        return ask

    return serve


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "archive.db")


@pytest.fixture
def shop(builder: Builder) -> Path:
    """Two pages of a shop, one of its subdomain, one of another shop, one that is excluded."""
    privacy = builder.page("https://www.shop.example/privacy")
    capture = builder.capture
    capture(
        privacy, "20010101000000", "http://shop.example:80/privacy", b"<p>one", length=None, mimetype=None
    )
    capture(privacy, "20020202020202", "http://www.shop.example/Privacy", b"<p>two", digest="D2")
    capture(
        privacy,
        "20030303030303",
        "http://shop.example/privacy",
        status=301,
        headers=[["Location", "/legal/privacy?a=b"]],
    )
    capture(privacy, "20030303030303", "https://www.shop.example/privacy", b"<p>three", digest="D3")
    capture(
        privacy,
        "20040404040404",
        "https://shop.example/privacy",
        b"<p>three",
        status=None,
        mimetype="warc/revisit",
        digest="D3",
    )
    capture(privacy, "20050505050505", "https://shop.example/privacy", None, state="listed")
    capture(privacy, "20060606060606", "https://shop.example/privacy", b"gone", status=404, digest="-")
    legal = builder.page("https://www.shop.example/legal/privacy?a=b")
    capture(legal, "20030303030310", "http://shop.example/legal/privacy?a=b", b"<p>legal")
    help_page = builder.page("https://help.shop.example/privacy")
    capture(help_page, "20100101000000", "https://help.shop.example/privacy", b"<p>help")
    other = builder.page("https://shop-other.example/", retailer="shop-other.example")
    capture(other, "20110101000000", "https://shop-other.example/", b"<p>other")
    builder.page("https://secret.example/privacy", retailer="secret.example", listing="excluded")
    builder.close()
    return builder.path


@pytest.fixture
def ask(shop: Path, serve: Callable[..., Ask]) -> Ask:
    return serve(shop)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Three shops with known texts at known times; the file has an unusual name."""
    return three_shops.write(tmp_path / "some shops.db")


@pytest.fixture
def ask_told(told: Path, serve: Callable[..., Ask]) -> Ask:
    return serve(told)
