"""The search page and its data: exact results, every retailer's first, and questions that mean harm."""

import csv
import io
import re
from typing import Any

import pytest

from tests.db.web.conftest import Ask

SEARCH = "/some+shops/-/search"
SOLD = '"do not sell"'


def rows(ask: Ask, **query: str) -> list[dict[str, Any]]:
    answer = ask(f"{SEARCH}.json", params=query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def which(ask: Ask, **query: str) -> list[tuple[str, int]]:
    return sorted((row["domain"], row["version"]) for row in rows(ask, **query))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": SOLD}, [("alpha.example", 2), ("alpha.example", 3), ("beta.example", 1)]),
        ({"q": "cookies cart"}, [("alpha.example", 3)]),
        ({"q": '"cart cookies"'}, []),
        ({"q": SOLD, "retailer": "www.Beta.example"}, [("beta.example", 1)]),
        (
            {"q": "name", "retailer": "beta.example, gamma.example"},
            [("beta.example", 1), ("gamma.example", 1)],
        ),
        ({"q": SOLD, "from": "2013"}, [("alpha.example", 3), ("beta.example", 1)]),
        ({"q": SOLD, "to": "2012-04"}, [("alpha.example", 2)]),
        ({"q": SOLD, "from": "2012-12-01", "to": "2012-12-01"}, [("alpha.example", 2), ("beta.example", 1)]),
        ({"q": ""}, []),
        ({"q": "nowhere"}, []),
    ],
)
def test_versions_by_words_retailer_and_period(
    ask_told: Ask, query: dict[str, str], found: list[tuple[str, int]]
) -> None:
    assert which(ask_told, **query) == found


def test_who_wrote_it_first_and_between_which_captures(ask_told: Ask) -> None:
    assert rows(ask_told, q=SOLD, view="first") == [
        {
            "domain": "alpha.example",
            "name": "Alpha & Sons",
            "version": 2,
            "last_without": "2011-01-01T00:00:00Z",
            "first_with": "2012-03-01T00:00:00Z",
            "still": 0,
            "title": "Privacy",
            "snippet": "# Privacy\n\nWe keep your name.\n\nWe «do not sell» it, and keep it safe.",
        },
        {
            "domain": "beta.example",
            "name": None,
            "version": 1,
            "last_without": None,
            "first_with": "2012-05-01T00:00:00Z",
            "still": 1,
            "title": "Privacy",
            "snippet": "# Privacy\n\nWe keep your name.\n\nWe «do not sell» it, and keep it safe.",
        },
    ]
    assert [row["domain"] for row in rows(ask_told, q=SOLD, view="first", **{"from": "2012-04"})] == [
        "beta.example"
    ]


def test_the_page_shows_the_words_in_their_place_without_markdown(ask_told: Ask) -> None:
    page = ask_told(SEARCH, params={"q": "cookies"})
    assert page.status_code == 200
    assert "1 version of 1 retailer" in page.text
    assert '<a href="/some+shops/-/policies/alpha.example/3">alpha.example, version 3</a>' in page.text
    (snippet,) = re.findall(r'<p class="snippet">(.*?)</p>', page.text)
    assert snippet.endswith("<mark>Cookies</mark> We set <mark>cookies</mark> to remember your cart.")


def test_words_without_quotes_are_told_how_to_be_a_phrase(ask_told: Ask) -> None:
    assert "q=%22do+not+sell%22" in ask_told(SEARCH, params={"q": "do not sell"}).text
    assert "exactly" not in ask_told(SEARCH, params={"q": SOLD}).text


def test_csv(ask_told: Ask) -> None:
    answer = ask_told(f"{SEARCH}.csv", params={"q": SOLD, "view": "first"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["domain"], row["last_without"], row["first_with"]) for row in table] == [
        ("alpha.example", "2011-01-01T00:00:00Z", "2012-03-01T00:00:00Z"),
        ("beta.example", "", "2012-05-01T00:00:00Z"),
    ]


HOSTILE = (
    '"',
    '""',
    '"""',
    "' or 1=1 --",
    "a NEAR(b",
    "AND OR NOT",
    "title:x",
    "-",
    "*",
    "^a",
    "(",
    "{a b}:c",
    "\0",
    'a\0"b',
    "\ud7ff",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a" * 5000,
    '" ' * 500,
    "%",
    "+",
    "日本語",
    "\x02\x03",
)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize(
    "form", ["search", "search.json", "search.csv", "trends", "trends.json", "search?view=first"]
)
def test_no_words_are_wrong_and_none_of_them_act(ask_told: Ask, form: str, words: str) -> None:
    path, _, view = form.partition("?view=")
    answer = ask_told(f"/some+shops/-/{path}", params={"q": words, **({"view": view} if view else {})})
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.headers["content-type"].startswith("text/html"):
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({"q": "a", "from": "soon"}, 400, "From must be a date like 2018, 2018-05 or 2018-05-25."),
        ({"q": "a", "view": "all"}, 400, "View must be versions or first."),
        ({"q": "a", "page": "0"}, 400, "Page must be a number from 1."),
        ({"q": "name", "page": "2"}, 404, "There is no page 2; the last is 1."),
        ({"q": "a", "retailer": "<b>.example"}, 404, "&lt;b&gt;.example"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_line(
    ask_told: Ask, query: dict[str, str], status: int, sentence: str
) -> None:
    answer = ask_told(SEARCH, params=query)
    assert answer.status_code == status
    assert sentence in answer.text


def test_long_lists_come_in_pages(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.web.pages.search.IN_DATA", 2)
    first = ask_told(f"{SEARCH}.json", params={"q": SOLD}).json()
    assert (first["versions"], first["retailers"], len(first["rows"])) == (3, 2, 2)
    second = ask_told(first["next"]).json()
    assert (len(second["rows"]), second["next"]) == (1, None)
