import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.idn import to_ascii, to_unicode
from db.urlkey import urlkey
from extract.domains import ascii_host, registered_domain


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("spaß.example", "xn--spa-7ka.example"),
        ("SPAẞ.example", "xn--spa-7ka.example"),
        ("spass.example", "spass.example"),
        ("Bücherwelt.example", "xn--bcherwelt-q9a.example"),
        ("möbel-grün.example", "xn--mbel-grn-n4a0e.example"),
        ("βόλος.gr", "xn--nxasmm1c.gr"),
        ("i❤.ws", "xn--i-7iq.ws"),
        ("a_b.ü.example", "a_b.xn--tda.example"),
        ("shop。example", "shop.example"),
        ("ＳＨＯＰ.example", "shop.example"),
    ],
)
def test_a_host_is_written_as_browsers_send_it(host: str, written: str) -> None:
    assert to_ascii(host) == ascii_host(host) == written
    assert to_ascii(to_unicode(written)) == written
    assert urlkey(f"http://www.{host}/p") == urlkey(f"http://{written}/p")
    assert registered_domain(f"http://www.{host}/") == written or "_" in host


@pytest.mark.parametrize("host", ["xn--a.example", "xn--.example", "shop℀.example", "xn--1ug.example"])
def test_what_is_no_international_name_stays_as_it_is(host: str) -> None:
    assert to_unicode(host) == host
    assert to_ascii(host) == host


@given(st.text())
def test_both_packages_agree_and_nothing_is_raised(host: str) -> None:
    assert to_ascii(host) == ascii_host(host)
    to_unicode(host)
    assert to_ascii(to_unicode(to_ascii(host))) == to_ascii(to_ascii(host))
    urlkey(f"http://{host}/")
