import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.provenance import Stated, provenance, read_provenance, snapshot_address


def test_snapshot_address_encodes_all_but_the_slash():
    assert (
        snapshot_address("19990826152829", "http://www.example.com/a?b=1&c=ü")
        == "https://web.archive.org/web/19990826152829id_/http%3A//www.example.com/a%3Fb%3D1%26c%3D%C3%BC"
    )


def test_provenance_line():
    assert provenance("harbour.example", "20140530130240", "http://www.harbour.example/privacy") == (
        "> *The following text is extracted and transformed from the harbour.example privacy policy that "
        "was archived on"
        " 2014-05-30. Please check the [original snapshot on the Wayback Machine]"
        "(https://web.archive.org/web/20140530130240id_/http%3A//www.harbour.example/privacy)"
        " for the most accurate reproduction.*"
    )


def test_provenance_of_another_archive():
    line = provenance(
        "a.example", "20200101000000", "http://a.example/", "Arquivo.pt", "https://arquivo.pt/wayback/"
    )
    assert (
        "[original snapshot on Arquivo.pt](https://arquivo.pt/wayback/20200101000000id_/http%3A//a.example/)"
        in line
    )


ADDRESSES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50).map(
    "http://shop.example/".__add__
)


@given(ADDRESSES, st.datetimes().map(lambda when: f"{when:%Y%m%d%H%M%S}".rjust(14, "0")))
def test_what_is_written_can_be_read(original, timestamp):
    line = provenance("shop.example", timestamp, original)
    day = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
    assert read_provenance(line) == Stated(
        "shop.example", day, timestamp, original, "https://web.archive.org/web", None
    )


def test_a_line_of_an_archive_without_an_address_can_be_read():
    line = (
        "> *The following text is extracted and transformed from the shop.example privacy policy that was "
        "archived on"
        " 2014-05-30 (http://shop.example/a, capture b (c), capture 20140530130240 of crawl 1.warc).*"
    )
    assert read_provenance(line) == Stated(
        "shop.example",
        "2014-05-30",
        "20140530130240",
        "http://shop.example/a, capture b (c)",
        None,
        "crawl 1.warc",
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "> *The following text*",
        "# Privacy",
        provenance("a.example", "20140530130240", "http://a.example/")[:-1],
        "x" + provenance("a.example", "20140530130240", "http://a.example/"),
        provenance("a b", "20140530130240", "http://a.example/"),
    ],
)
def test_any_other_line_states_nothing(line):
    assert read_provenance(line) is None


def test_a_hostile_line_takes_no_time():
    assert (
        read_provenance(
            provenance("a.example", "20140530130240", "http://a.example/").replace("http%3A", "(" * 10**6)
        )
        is None
    )
