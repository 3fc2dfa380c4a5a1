"""What one answer says about the archive as a whole."""

import gzip

import pytest

from crawler.webarchive import faults, sources
from crawler.webarchive.faults import Sign

SOURCE = sources.find("web.archive.org")
HTML = [("Content-Type", "text/html")]
MEMENTO = [("Memento-Datetime", "Fri, 30 May 2014 13:02:40 GMT")]
OFFLINE = b"<html><h1>Internet Archive services are temporarily offline.</h1></html>"
EXCLUDED = b"<html>This URL has been excluded from the Wayback Machine.</html>"


@pytest.mark.parametrize(
    ("status", "headers", "body", "sign"),
    [
        (200, MEMENTO, b"a page", Sign.ANSWERED),
        (503, MEMENTO, b"an archived error", Sign.ANSWERED),
        (200, HTML, OFFLINE, Sign.DOWN),
        (503, HTML, b"<h1>503</h1>", Sign.DOWN),
        (502, HTML, b"", Sign.DOWN),
        (403, HTML, b"<h1>403 Forbidden</h1>", Sign.FORBIDDEN),
        (401, HTML, b"", Sign.FORBIDDEN),
        (403, HTML, EXCLUDED, Sign.ANSWERED),
        (403, [("Content-Encoding", "gzip")], gzip.compress(EXCLUDED, mtime=0), Sign.ANSWERED),
        (451, HTML, b"", Sign.ANSWERED),
        (404, HTML, b"The Wayback Machine has not archived that URL.", Sign.ANSWERED),
        (302, [("Location", "/web/20140601000000id_/http://shop.example/")], b"", Sign.ANSWERED),
        (302, [("Location", "https://login.example/")], b"", Sign.DOWN),
        (400, HTML, b"bad request", Sign.NOTHING),
        (429, HTML, b"slow down", Sign.NOTHING),
    ],
)
def test_answers_of_replay(status: int, headers: list[tuple[str, str]], body: bytes, sign: Sign):
    assert faults.of_replay(SOURCE, status, headers, body) is sign


@pytest.mark.parametrize(
    ("status", "body", "sign"),
    [
        (200, b"[]\n", Sign.ANSWERED),
        (200, b"", Sign.ANSWERED),
        (200, b" \n" + OFFLINE, Sign.DOWN),
        (503, b"", Sign.DOWN),
        (403, b"AdministrativeAccessControlException: Blocked Site Error", Sign.ANSWERED),
        (451, b"", Sign.ANSWERED),
        (403, b"<h1>403 Forbidden</h1>", Sign.FORBIDDEN),
        (404, b'{"message": "No Captures found for: it"}', Sign.ANSWERED),
        (404, b"<h1>404</h1>", Sign.NOTHING),
        (400, b"bad resume key", Sign.NOTHING),
    ],
)
def test_answers_of_an_index(status: int, body: bytes, sign: Sign):
    assert faults.of_index(status, [], body) is sign
