"""The Wayback Machine's four Python clients, unchanged, read an archive that Datasette serves.

Three of them know no other archive than https://web.archive.org. For these, `as_web_archive_org` does the
work of a line in the hosts file: connections to that name go to the server on loopback, and nothing else
about the clients changes. cdx_toolkit takes the address of any archive.
"""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import cdx_toolkit
import cdx_toolkit.myrequests
import pytest
import requests
import wayback
import waybackpack.pack
import waybackpack.session
import waybackpy
import waybackpy.exceptions
from waybackpy.cdx_api import WaybackMachineCDXServerAPI

from db.database import open_archive, transaction
from db.store.bodies import Bodies
from db.times import iso, moment
from db.urlkey import urlkey


class Captured(NamedTuple):
    page: str
    timestamp: str
    original: str
    status: int | None
    mimetype: str
    headers: list[list[str]]
    body: bytes

    @property
    def when(self) -> datetime:
        found = moment(self.timestamp)
        assert found is not None
        return found


HTML = [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Server", "Apache"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
]
LATIN = [["Content-Type", "text/html; charset=iso-8859-1"], ["Date", "Mon, 01 Jan 2001 00:00:00 GMT"]]
MOVED = [["Location", "/legal/privacy?lang=en"], ["Content-Type", "text/html"]]
PAGE, LEGAL, BUSY = (
    "http://www.shop.example/privacy",
    "http://shop.example/legal/privacy?lang=en",
    "http://busy.example/",
)
PRIVACY = [
    Captured(
        PAGE,
        "20010101000000",
        "http://shop.example:80/privacy",
        200,
        "text/html",
        LATIN,
        "<p>Größe\r\n".encode("latin-1"),
    ),
    Captured(PAGE, "20020202020202", "http://www.shop.example/privacy", 301, "text/html", MOVED, b""),
    Captured(
        PAGE,
        "20030303030303",
        "https://www.shop.example/Privacy",
        200,
        "text/html",
        HTML,
        "<p>Größe\n".encode() * 5_000,
    ),
    Captured(
        PAGE, "20040404040404", "https://www.shop.example/Privacy", None, "warc/revisit", HTML, b"<p>again"
    ),
    Captured(
        PAGE,
        "20050505050505",
        "https://www.shop.example/privacy",
        200,
        "application/pdf",
        [],
        b"%PDF-1.4\0\xff\xfe",
    ),
    Captured(
        PAGE, "20060606060606", "https://www.shop.example/privacy", 404, "text/html", HTML, b"<h1>Not Found"
    ),
]
MOVED_TO = Captured(LEGAL, "20020202020204", LEGAL, 200, "text/html", HTML, b"<p>moved here")
# Statuses that a client takes for the archive's own trouble, or that a server cannot send as they are.
ODD = [
    Captured(BUSY, "20010101000000", BUSY, 429, "text/html", HTML, b"slow down"),
    Captured(BUSY, "20020101000000", BUSY, 503, "text/html", HTML, b"come back"),
    Captured(BUSY, "20030101000000", BUSY, 304, "-", [], b""),
    Captured(BUSY, "20040101000000", BUSY, 999, "text/html", HTML, b"denied"),
]


def build(path: Path) -> None:
    db = open_archive(path, create=True)
    bodies = Bodies(db)
    with transaction(db):
        db.execute("insert into retailers (domain) values ('shop.example')")
        db.execute("insert into policies (id, retailer) values (1, 'shop.example')")
        for url in (PAGE, LEGAL, BUSY, "http://secret.example/"):
            listing = "excluded" if "secret" in url else "complete"
            db.execute(
                "insert into pages (policy_id, url, urlkey, found_by, listing) values (1, ?, ?, 'given', ?)",
                [url, urlkey(url), listing],
            )
        for captured in [*PRIVACY, MOVED_TO, *ODD]:
            (page,) = db.execute("select id from pages where url = ?", [captured.page]).fetchone()
            db.execute(
                """insert into captures (page_id, archive, timestamp, captured_at, original, mimetype, status,
                digest, length, state, headers, body_id)
                values (?, 'web.archive.org', ?, ?, ?, ?, ?, ?, 500, 'fetched', ?, ?)""",
                [
                    *(
                        page,
                        captured.timestamp,
                        iso(captured.when),
                        captured.original,
                        captured.mimetype,
                        captured.status,
                    ),
                    *(f"{len(captured.body):032}", json.dumps(captured.headers)),
                    bodies.put(captured.body, page_id=page, timestamp=captured.timestamp),
                ],
            )
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Datasette in its own process, on a free port."""
    folder = tmp_path_factory.mktemp("served")
    build(folder / "archive.db")
    log = folder / "log"
    command = [
        sys.executable,
        "-m",
        "datasette",
        "serve",
        str(folder / "archive.db"),
        "-h",
        "127.0.0.1",
        "-p",
        "0",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while not (running := re.search(r"Uvicorn running on (http://127\.0\.0\.1:\d+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield running[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


@pytest.fixture
def as_web_archive_org(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connect `requests` for https://web.archive.org to the server; refuse all other connections."""
    send = requests.adapters.HTTPAdapter.send
    name = "https://web.archive.org"

    def send_to_loopback(self: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        assert request.url is not None
        assert request.url.startswith(f"{name}/"), request.url
        local = request.copy()
        local.url = server + request.url.removeprefix(name)
        local.headers["Host"] = "web.archive.org"
        response = send(self, local, **options)
        response.url, response.request = request.url, request
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send_to_loopback)


# waybackpy


@pytest.mark.usefixtures("as_web_archive_org")
@pytest.mark.parametrize("options", [{}, {"limit": 1}, {"limit": 4}, {"use_pagination": True}])
def test_waybackpy_lists_and_leads_to_every_capture(options: dict[str, Any]):
    snapshots = list(WaybackMachineCDXServerAPI("shop.example/privacy", **options).snapshots())
    assert [(s.datetime_timestamp, s.original, s.mimetype, s.statuscode) for s in snapshots] == [
        (c.when.replace(tzinfo=None), c.original, c.mimetype, str(c.status or "-")) for c in PRIVACY
    ]
    fetched = [requests.get(s.archive_url, allow_redirects=False, timeout=30) for s in snapshots]
    assert [r.content for r in fetched] == [c.body for c in PRIVACY]


@pytest.mark.usefixtures("as_web_archive_org")
def test_waybackpy_finds_the_near_the_oldest_and_the_newest():
    def api() -> WaybackMachineCDXServerAPI:
        return WaybackMachineCDXServerAPI("https://www.shop.example/privacy")

    assert api().oldest().timestamp == PRIVACY[0].timestamp
    assert api().newest().timestamp == PRIVACY[-1].timestamp
    assert api().near(year=2003, month=4).timestamp == PRIVACY[2].timestamp
    assert api().near(wayback_machine_timestamp="20040404040404").timestamp == PRIVACY[3].timestamp
    with pytest.raises(waybackpy.exceptions.NoCDXRecordFound):
        WaybackMachineCDXServerAPI("never.example").oldest()


@pytest.mark.usefixtures("as_web_archive_org")
def test_waybackpy_filters_collapses_and_learns_of_an_exclusion():
    api = WaybackMachineCDXServerAPI(
        "shop.example/privacy",
        filters=["statuscode:200"],
        collapses=["timestamp:3"],
        start_timestamp="2001",
        end_timestamp="2010",
    )
    assert [s.timestamp for s in api.snapshots()] == [PRIVACY[0].timestamp]
    api = WaybackMachineCDXServerAPI("*.shop.example", sort="reverse")
    assert [s.timestamp for s in api.snapshots()] == [c.timestamp for c in [*PRIVACY[::-1], MOVED_TO]]
    with pytest.raises(waybackpy.exceptions.BlockedSiteError):
        list(WaybackMachineCDXServerAPI("secret.example").snapshots())


# wayback, by EDGI


@pytest.fixture
def edgi(as_web_archive_org: None) -> Iterator[wayback.WaybackClient]:
    session = wayback.WaybackSession(retries=0, search_calls_per_second=0, memento_calls_per_second=0)
    with wayback.WaybackClient(session) as client:
        yield client


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_edgi_wayback_lists_and_fetches_every_capture(edgi: wayback.WaybackClient, limit: int):
    records = list(edgi.search("shop.example/privacy", limit=limit))
    assert [(r.timestamp, r.original, r.mimetype, r.statuscode) for r in records] == [
        (c.when, c.original.replace(":80/", "/"), c.mimetype, c.status) for c in PRIVACY
    ]
    for record, captured in zip(records, PRIVACY, strict=True):
        memento = edgi.get_memento(record, follow_redirects=False)
        assert (memento.content, memento.timestamp, memento.url) == (
            captured.body,
            captured.when,
            captured.original,
        )
        assert memento.status_code == (captured.status or 200)
        assert memento.headers.get("Content-Type") == dict(captured.headers).get("Content-Type")
        assert memento.links["original"]["url"] == captured.original
        assert (
            memento.links["first memento"]["url"]
            == f"https://web.archive.org/web/20010101000000id_/{PRIVACY[0].original}"
        )
        assert memento.links["last memento"]["datetime"] == "Tue, 06 Jun 2006 06:06:06 GMT"


def test_edgi_wayback_follows_a_captured_redirect(edgi: wayback.WaybackClient):
    memento = edgi.get_memento(PAGE, timestamp=PRIVACY[1].when)
    assert (memento.content, memento.timestamp, memento.url) == (
        MOVED_TO.body,
        MOVED_TO.when,
        MOVED_TO.original,
    )
    (first,) = memento.history
    assert first.headers["Location"] == "http://www.shop.example/legal/privacy?lang=en"
    assert first.status_code == 301


def test_edgi_wayback_takes_the_nearest_only_when_it_may(edgi: wayback.WaybackClient):
    near = PRIVACY[2].when + timedelta(hours=1)
    with pytest.raises(wayback.exceptions.MementoPlaybackError):
        edgi.get_memento(PAGE, timestamp=near)
    memento = edgi.get_memento(PAGE, timestamp=near, exact=False)
    assert (memento.content, memento.timestamp) == (PRIVACY[2].body, PRIVACY[2].when)
    with pytest.raises(wayback.exceptions.MementoPlaybackError):
        edgi.get_memento(PAGE, timestamp=near + timedelta(days=30), exact=False)


def test_edgi_wayback_takes_archived_errors_for_content(edgi: wayback.WaybackClient):
    mementos = [edgi.get_memento(record) for record in edgi.search(BUSY)]
    assert [(m.status_code, m.content) for m in mementos] == [
        (429, b"slow down"),
        (503, b"come back"),
        (304, b""),
        (500, b"denied"),
    ]


def test_edgi_wayback_learns_what_was_never_archived_and_what_is_excluded(edgi: wayback.WaybackClient):
    assert list(edgi.search("never.example")) == []
    with pytest.raises(wayback.exceptions.NoMementoError):
        edgi.get_memento("http://never.example/", timestamp="20010101000000")
    with pytest.raises(wayback.exceptions.BlockedSiteError):
        list(edgi.search("secret.example"))
    with pytest.raises(wayback.exceptions.BlockedSiteError):
        edgi.get_memento("http://secret.example/", timestamp="20010101000000")


# cdx_toolkit


@pytest.fixture
def toolkit(server: str, monkeypatch: pytest.MonkeyPatch) -> cdx_toolkit.CDXFetcher:
    impatient = {"next_fetch": 0, "minimum_interval": 0}
    monkeypatch.setitem(cdx_toolkit.myrequests.retry_info, "127.0.0.1", impatient)
    return cdx_toolkit.CDXFetcher(source=f"{server}/cdx/search/cdx", wb=f"{server}/web")


@pytest.mark.parametrize("way", ["get", "iter"])
def test_cdx_toolkit_lists_and_fetches_every_capture(toolkit: cdx_toolkit.CDXFetcher, way: str):
    captures = list(getattr(toolkit, way)("shop.example/privacy"))
    assert [(c["timestamp"], c["url"], c["mime"], c["status"]) for c in captures] == [
        (c.timestamp, c.original, c.mimetype, str(c.status or "-")) for c in PRIVACY
    ]
    assert [c.content for c in captures] == [c.body for c in PRIVACY]
    record = captures[1].fetch_warc_record()
    assert record.http_headers.get_header("location") == "http://www.shop.example/legal/privacy?lang=en"
    assert record.http_headers.get_statuscode() == "301"
    assert captures[2].fetch_warc_record().http_headers.get_header("set-cookie") == "a=1, b=2"


def test_cdx_toolkit_filters_estimates_and_finds_nothing(toolkit: cdx_toolkit.CDXFetcher):
    captures = toolkit.get("*.shop.example", filter="status:200", from_ts="2002", to="2003", limit=1)
    assert [c["url"] for c in captures] == [LEGAL]
    assert toolkit.get_size_estimate("shop.example/*", as_pages=True) == 1
    assert list(toolkit.iter("never.example")) == []


# waybackpack


@pytest.mark.usefixtures("as_web_archive_org")
def test_waybackpack_lists_and_fetches_every_capture(tmp_path: Path):
    session = waybackpack.session.Session(max_retries=0, delay_retry=0)
    pack = waybackpack.pack.Pack("http://www.shop.example/privacy", session=session)
    assert pack.timestamps == [c.timestamp for c in PRIVACY]
    # It gives None for whatever has an error status, an archived one too.
    assert [asset.fetch(session=session, raw=True) for asset in pack.assets] == [
        c.body for c in PRIVACY[:-1]
    ] + [None]
    pack.download_to(str(tmp_path), raw=True)
    files = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert files == {f"{c.timestamp}/www.shop.example/privacy": c.body for c in PRIVACY[:-1]}


@pytest.mark.usefixtures("as_web_archive_org")
def test_waybackpack_finds_nothing():
    session = waybackpack.session.Session(max_retries=0, delay_retry=0)
    assert waybackpack.pack.Pack("http://never.example/", session=session).timestamps == []


# over bare HTTP


def test_one_connection_serves_every_kind_of_answer(server: str):
    with requests.Session() as session:
        paths = [
            "20030303030303id_/https://www.shop.example/Privacy",
            "20030101000000id_/http://busy.example/",
            "1id_/never.example",
        ]
        for method in ("GET", "HEAD"):
            answers = [session.request(method, f"{server}/web/{path}", timeout=30) for path in paths]
            assert [answer.status_code for answer in answers] == [200, 304, 404]
            assert answers[0].content == (PRIVACY[2].body if method == "GET" else b"")
            assert answers[0].headers["content-length"] == str(len(PRIVACY[2].body))
        listed = session.head(f"{server}/cdx/search/cdx?url=*.shop.example", timeout=30)
        assert (listed.status_code, listed.content) == (200, b"")
        now = datetime.now(UTC)
        assert session.get(f"{server}/cdx/search/cdx?url=shop.example&from={now:%Y}", timeout=30).text == ""
