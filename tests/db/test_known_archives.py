"""The one list of known archives, and what is made of it."""

import pytest

from crawler.webarchive import sources
from crawler.webarchive.sources import Source
from db.citations import CaptureLink
from db.known_archives import KNOWN


def test_the_archives_of_a_crawl_are_those_of_the_list():
    assert {name: Source(**vars(archive)) for name, archive in KNOWN.items()} == sources.KNOWN
    assert list(KNOWN) == ["web.archive.org", "arquivo.pt", "webarchive.org.uk", "web.archive.org.au"]


@pytest.mark.parametrize(
    ("name", "title", "address"),
    [
        ("web.archive.org", "the Wayback Machine", "https://web.archive.org/web"),
        ("arquivo.pt", "Arquivo.pt", "https://arquivo.pt/wayback"),
        ("webarchive.org.uk", "the UK Web Archive", "https://www.webarchive.org.uk/wayback/archive"),
        ("web.archive.org.au", "the Australian Web Archive", "https://web.archive.org.au/awa"),
    ],
)
def test_each_archive_of_the_list_has_a_title_and_links_for_people(name: str, title: str, address: str):
    capture = CaptureLink("2018-05-25T12:00:00Z", name, "20180525120000", "http://shop.example/privacy")
    assert capture.archive_title == title
    assert capture.address == f"{address}/20180525120000/http://shop.example/privacy"


def test_a_capture_of_another_archive_has_its_name_and_no_link():
    capture = CaptureLink(
        "2018-05-25T12:00:00Z", "127.0.0.1:9000", "20180525120000", "http://shop.example/privacy"
    )
    assert (capture.archive_title, capture.address) == ("127.0.0.1:9000", None)
