"""Retailers in forms: domains, and names that are none, in quotes."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.database import open_archive
from db.web.common.form_values import domains, written
from tests.db.web.conftest import Ask
from tests.support.shop import Shop

ODD = 'My "odd" shop, ltd'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        (" , ", ()),
        ("Rei.com, www.shop.example\nrei.com", ("rei.com", "shop.example")),
        ("spaß.example", ("xn--spa-7ka.example",)),
        ('"My shop" rei.com', ("My shop", "rei.com")),
        ('"a ""b"" c"', ('a "b" c',)),
        ('""', ()),
        ('"open', ('"open',)),
        ('"a"b', ("a", "b")),
        ('"a" "b"', ("a", "b")),
        ('""""', ('"',)),
    ],
)
def test_the_names_in_a_text(text: str, found: tuple[str, ...]) -> None:
    assert domains(text) == found


@given(st.lists(st.text(min_size=1), unique=True))
def test_what_is_written_is_read_again(names: list[str]) -> None:
    assert domains(" ".join(map(written, names))) == tuple(names)


def test_a_domain_is_written_without_quotes() -> None:
    assert [written(name) for name in ("rei.com", "xn--spa-7ka.example", ODD)] == [
        "rei.com",
        "xn--spa-7ka.example",
        '"My ""odd"" shop, ltd"',
    ]


def test_a_retailer_whose_name_is_no_domain_can_be_chosen(tmp_path: Path, serve: Callable[..., Ask]) -> None:
    db = open_archive(tmp_path / "odd.db", create=True)
    for name in (ODD, "plain.example"):
        shop = Shop(db, name)
        shop.add_page("http://plain.example/x")
        shop.observe("20140101000000", f"# Privacy\n\nWe keep the lamps of {name}.")
        shop.observe("20150101000000", f"# Privacy\n\nWe keep the chairs and beds of {name}.")
        shop.derive()
    db.close()
    ask = serve(tmp_path / "odd.db")
    for page, query in (
        ("changes", {}),
        ("panel", {}),
        ("search", {"q": "lamps"}),
        ("trends", {"q": "lamps"}),
        ("trends/findings", {"finding": "sale"}),
    ):
        answer = ask(f"/odd/-/{page}", params={"retailer": written(ODD), **query})
        assert answer.status_code == 200, page
        assert html.escape(written(ODD)).replace("&quot;", "&#34;") in answer.text, page
    assert "1 change of 1 retailer" in ask("/odd/-/changes", params={"retailer": written(ODD)}).text
    own = ask("/odd/-/policies/My%20%22odd%22%20shop%2C%20ltd").text
    largest = html.unescape(re.findall(r'href="([^"]*order=largest[^"]*)"', own)[0])
    assert "1 change of 1 retailer" in ask(largest).text
