"""Replay of `export --format warc` by a real pywb.

Every capture has the status, headers and body that the archive stores.
"""

import hashlib
import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from db.times import key
from tests.support import pywbs
from tests.support.archives import rows
from tests.support.paths import ROOT
from tests.support.processes import policytrail

RETAILERS = ROOT / "crawler" / "demo" / "retailers.csv"
pytestmark = pywbs.needed


class Replay(NamedTuple):
    timestamp: str | None
    status: int
    body: str
    location: str | None


@pytest.fixture(scope="module")
def archive(demo_origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled shops, imported from a WARC file of another program."""
    folder = tmp_path_factory.mktemp("exported")
    shutil.copy(demo_origin, folder / "a.db")
    assert policytrail("export", folder / "a.db", folder / "out", "--format", "warc").status == 0
    return folder / "a.db"


@pytest.fixture(scope="module")
def files(archive: Path) -> list[Path]:
    return sorted(archive.parent.joinpath("out").glob("*.warc.gz"))


@pytest.fixture(scope="module")
def collection(archive: Path, files: list[Path]) -> Iterator[str]:
    with pywbs.collection(archive.parent, "exported", files) as address:
        yield address


def replay(collection: str, timestamp: str, original: str) -> Replay:
    """Request a capture in its archived form; redirects are not followed."""
    parts = urlsplit(collection)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", f"{parts.path}/{timestamp}id_/{quote(original, safe='/:?=&;%')}")
    answer = connection.getresponse()
    shown = answer.getheader("Memento-Datetime")
    body = hashlib.sha256(answer.read()).hexdigest()
    return Replay(
        key(parsedate_to_datetime(shown)) if shown else None,
        answer.status,
        body,
        answer.getheader("Location"),
    )


def stored(archive: Path) -> list[tuple[Any, ...]]:
    return rows(
        archive,
        """select c.timestamp, c.original, c.status, b.sha256, c.mimetype
        from captures c join bodies b on b.id = c.body_id
        order by c.timestamp, c.original""",
    )


def test_every_capture_is_replayed_as_it_is_held(archive: Path, collection: str):
    other, kinds = {}, set()
    for timestamp, original, status, sha256, mimetype in stored(archive):
        shown = replay(collection, timestamp, original)
        if shown[:3] == (timestamp, status, sha256):
            kinds.add((mimetype, status))
        else:
            other[timestamp, original] = shown
    assert {("warc/revisit", 200), ("text/html", 200), ("text/html", 302), ("text/html", 404)} <= kinds
    assert set(other) == set(pywbs.NOT_REPLAYED)
    assert {shown.status for shown in other.values()} == {200}


def test_a_redirect_leads_where_it_led(archive: Path, collection: str):
    captured = rows(
        archive, "select timestamp, original, headers from captures where status in (301, 302, 303, 307, 308)"
    )
    locations = {
        (t, o): value
        for t, o, headers in captured
        for name, value in json.loads(headers)
        if name == "Location"
    }
    shown = {of: replay(collection, *of).location for of in locations if of not in pywbs.NOT_REPLAYED}
    assert len(shown) > 5
    assert shown == {of: locations[of] for of in shown}


def test_a_retailer_is_replayed_from_its_file_alone(archive: Path, files: list[Path]):
    """Revisits refer to the same file only."""
    folder = archive.parent / "alone"
    folder.mkdir()
    (file,) = (file for file in files if file.name == "quietkettle.example.warc.gz")
    of_file = [
        row
        for row in stored(archive)
        if "quietkettle.example" in row[1] and row[:2] not in pywbs.NOT_REPLAYED
    ]
    assert any(row[4] == "warc/revisit" for row in of_file)
    with pywbs.collection(folder, "alone", [file]) as address:
        for timestamp, original, status, sha256, _ in of_file:
            assert replay(address, timestamp, original)[:3] == (timestamp, status, sha256)


def test_other_tools_find_nothing_wrong(files: list[Path]):
    checked = subprocess.run(
        [pywbs.PYWB / "warcio", "check", "-v", *files], check=False, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout.count("digest failed")) == (0, 0)
    assert checked.stdout.count("digest pass") > 200
