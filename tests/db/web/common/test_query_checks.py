"""Parameters of Datasette's pages that cannot be read, or cost too much, get status 400 in one line."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.db.web.conftest import Ask

TABLE = "/archive/captures"


@pytest.fixture
def ask(serve: Callable[..., Ask], shop: Path) -> Ask:
    return serve(shop)


@pytest.mark.parametrize("form", ["", ".json", ".csv"])
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("_timelimit=abc", "_timelimit must be a number of milliseconds, from 1"),
        ("_timelimit=1.5", "_timelimit must be a number of milliseconds, from 1"),
        ("_timelimit=%C2%B2", "_timelimit must be a number of milliseconds, from 1"),
        ("_facet=id&_facet_size=%C2%B2", "_facet_size must be a number, or max"),
        ("_through=zz", "_through must be JSON with texts for table and column, and a value"),
        ("_through={}", "_through must be JSON with texts for table and column, and a value"),
        ("_through=[]", "_through must be JSON with texts for table and column, and a value"),
        ('_through={"table":"t","column":["c"],"value":1}', "_through must be JSON with texts"),
        ('_through={"table":"t","column":"c","value":{}}', "_through must be JSON with texts"),
        ("_through=" + "[" * 5_000, "_through must be JSON with texts"),
        ("id__in=[", "id__in must be a JSON list of values, or values with commas"),
        ("id__in=[{}]", "id__in must be a JSON list of values, or values with commas"),
        ("id__notin=[1", "id__notin must be a JSON list of values, or values with commas"),
        ("_facet={}", "_facet must be the name of a column"),
        ("_facet_date={", "_facet must be the name of a column"),
        ("&".join(["_facet=id"] * 300), "at most 10 facets can be shown at once"),
        ("&".join(["_facet_array=id"] * 6 + ["_facet_date=id"] * 6), "at most 10 facets"),
        (
            f"_facet=id&_facet_size=max&x={'x' * 9_000}",
            "the facets have too many values for so long an address",
        ),
    ],
)
def test_a_parameter_that_cannot_be_read_is_refused(ask: Ask, form: str, query: str, error: str) -> None:
    answer = ask(f"{TABLE}{form}?{query}")
    assert answer.status_code == 400
    assert len(answer.content) < 10_000
    assert error in answer.text if form != ".json" else answer.json()["error"].startswith(error)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/archive/gaps.json?_next=zz", "invalid literal for int() with base 10: 'zz'"),
        ("/archive/first_mention.json?_timelimit=abc", "_timelimit must be a number"),
        ("/archive.json?sql=select+1&_timelimit=abc", "_timelimit must be a number"),
        ("/archive.csv?sql=", "a CSV file of a database needs a query"),
        ("/archive.csv", "a CSV file of a database needs a query"),
    ],
)
def test_so_do_queries_and_views(ask: Ask, path: str, error: str) -> None:
    answer = ask(path)
    assert (answer.status_code, error in answer.text) == (400, True)


@pytest.mark.parametrize(
    "query",
    [
        "_timelimit=500",
        "_facet=state&_facet=status&_facet_size=5",
        "_facet=state&_facet_size=max",
        'id__in=[1, 2, "3", null]',
        "id__in=1,2",
        "_through=" + quote('{"table": "pages", "column": "id", "value": 1}'),
    ],
)
def test_valid_parameters_are_answered(ask: Ask, query: str) -> None:
    status = ask(f"{TABLE}.json?{query}").status_code
    # No table refers to `captures` by `pages`: Datasette itself says so.
    assert status == (400 if query.startswith("_through") else 200)


def test_parameters_of_a_captured_address_are_not_read(ask: Ask) -> None:
    facets = "&".join(["_facet=id"] * 300)
    assert ask(f"/web/2001/http://shop.example/privacy?{facets}").text.count("not archived that URL") == 1
    assert ask(f"/archive/-/search.json?_through=zz&{facets}").status_code == 200


def test_below_a_path_of_a_proxy(serve: Callable[..., Ask], shop: Path) -> None:
    ask = serve(shop, settings={"base_url": "/policies/"})
    assert ask("/archive/captures?_timelimit=abc").status_code == 400
    assert ask("/web/2001/http://shop.example/privacy?_timelimit=abc").status_code == 404
