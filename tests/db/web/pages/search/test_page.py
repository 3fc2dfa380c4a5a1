"""The search page and its data: exact results, every retailer's first, and questions that mean harm."""

import csv
import html
import io
import re
from typing import Any

import pytest

from db.web.pages.search.snippets import pieces
from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, words

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
            "certain": 1,
            "title": "Privacy",
            "snippet": "Privacy We keep your name. We «do not sell» it, and keep it safe.",
        },
        {
            "domain": "beta.example",
            "name": None,
            "version": 1,
            "last_without": None,
            "first_with": "2012-05-01T00:00:00Z",
            "still": 1,
            "certain": 1,
            "title": "Privacy",
            "snippet": "Privacy We keep your name. We «do not sell» it, and keep it safe.",
        },
    ]
    assert [row["domain"] for row in rows(ask_told, q=SOLD, view="first", **{"from": "2012-04"})] == [
        "beta.example"
    ]


def text(page: str) -> str:
    """Return the text of a page below its form, without tags and with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page.partition("</form>")[2])).split())


def test_the_page_shows_since_when_and_until_when_each_retailer_has_it(ask_told: Ask) -> None:
    page = ask_told(SEARCH, params={"q": SOLD})
    assert page.status_code == 200
    shown = text(page.text)
    assert "2 retailers." in shown
    assert (
        "Alpha & Sons Came between 2011-01-01 and 2012-03-01; removed between 2013-06-01 and 2014-06-01"
        in shown
    )
    assert (
        "beta.example In the first known version, 2012-05-01;"
        " still there at the last good capture, 2014-05-01" in shown
    )
    for old, new in (("20110101000000", "20120301000000"), ("20130601000000", "20140601000000")):
        address = f"/some+shops/-/policies/alpha.example/compare/{old}/{new}"
        assert f'<a href="{address}">' in page.text
        assert ask_told(address).status_code == 200


def test_who_took_it_out(ask_told: Ask) -> None:
    page = ask_told(SEARCH, params={"q": SOLD, "view": "removed"})
    assert "1 retailer." in text(page.text)
    assert "removed between 2013-06-01 and 2014-06-01" in text(page.text)
    assert "beta.example" not in text(page.text)
    assert rows(ask_told, q=SOLD, view="removed") == [
        {
            "domain": "alpha.example",
            "name": "Alpha & Sons",
            "first_version": 2,
            "last_version": 3,
            "last_without": "2011-01-01T00:00:00Z",
            "first_with": "2012-03-01T00:00:00Z",
            "last_with": "2013-06-01T00:00:00Z",
            "first_without": "2014-06-01T00:00:00Z",
            "certain": 1,
            "title": "Privacy",
            "snippet": rows(ask_told, q=SOLD, retailer="alpha.example")[-1]["snippet"],
        }
    ]


@pytest.mark.parametrize(
    ("view", "period", "certain", "others"),
    [
        ("retailers", ("2013", "2013"), ["Alpha & Sons certain"], ["beta.example"]),
        ("retailers", ("2013-02-01", "2013-02-01"), [], ["Alpha & Sons", "beta.example"]),
        ("first", ("2011-01", "2012-04"), ["Alpha & Sons certain"], []),
        ("first", ("2011-06", "2011-06"), [], ["Alpha & Sons"]),
        ("removed", ("2013-06", "2014-06"), ["Alpha & Sons certain"], []),
        ("removed", ("2013-09", "2013-09"), [], ["Alpha & Sons"]),
    ],
)
def test_what_captures_in_the_period_show_is_marked(
    ask_told: Ask, view: str, period: tuple[str, str], certain: list[str], others: list[str]
) -> None:
    query = {"q": SOLD, "view": view, "from": period[0], "to": period[1]}
    page = document(ask_told(SEARCH, params=query))
    assert sorted(words(row) for row in page.xpath("//ol/li/h2")) == certain + others
    (only,) = page.xpath("//p[@class='note']/a[text()='only these']/@href")
    shown = document(ask_told(only))
    assert [f"{words(row)} certain" for row in shown.xpath("//ol/li/h2")] == certain
    (every,) = shown.xpath("//p[@class='note']/a[text()='also the others']/@href")
    assert len(document(ask_told(every)).xpath("//ol/li")) == len(certain) + len(others)
    marks = [row["certain"] for row in rows(ask_told, **query)]
    assert sorted(marks, reverse=True) == [1] * len(certain) + [0] * len(others)


@pytest.mark.parametrize("asked", ["sell name", SOLD, "name"])
def test_by_year_asks_for_the_same_words(ask_told: Ask, asked: str) -> None:
    page = document(ask_told(SEARCH, params={"q": asked}))
    (by_year,) = page.xpath("//ul[@class='ways']//a[text()='By year']/@href")
    trends = ask_told(by_year.replace("/trends?", "/trends.json?")).json()
    assert trends["match"] == ask_told(f"{SEARCH}.json", params={"q": asked}).json()["match"]


def test_words_too_long_for_a_year_have_no_such_link(ask_told: Ask) -> None:
    page = document(ask_told(SEARCH, params={"q": " ".join(f"w{number}" for number in range(60))}))
    assert page.xpath("//ul[@class='ways']//a/text()")
    assert not page.xpath("//ul[@class='ways']//a[text()='By year']")


def test_data_has_versions_unless_it_is_asked_for_retailers(ask_told: Ask) -> None:
    assert [row["version"] for row in rows(ask_told, q="name", retailer="beta.example")] == [1]
    by_retailer = rows(ask_told, q=SOLD, view="retailers")
    assert [(row["domain"], row["first_version"], row["first_without"]) for row in by_retailer] == [
        ("alpha.example", 2, "2014-06-01T00:00:00Z"),
        ("beta.example", 1, None),
    ]


def test_the_page_shows_the_words_in_their_place_without_markdown(ask_told: Ask) -> None:
    page = ask_told(SEARCH, params={"q": "cookies", "view": "versions"})
    assert page.status_code == 200
    assert "1 version of 1 retailer" in page.text
    assert '<a href="/some+shops/-/policies/alpha.example/3">alpha.example, version 3</a>' in page.text
    (snippet,) = re.findall(r'<p class="snippet">(.*?)</p>', page.text)
    assert snippet.endswith("<mark>Cookies</mark> We set <mark>cookies</mark> to remember your cart.")


def test_a_snippet_is_found_words_and_others() -> None:
    assert pieces("a \x02word\x03, \x02two\x03") == [
        ("a ", False),
        ("word", True),
        (", ", False),
        ("two", True),
    ]
    assert pieces("") == []


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
    "form",
    [
        "search",
        "search.json",
        "search.csv",
        "trends",
        "trends.json",
        "search?view=first",
        "search?view=removed",
    ],
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
        ({"q": "a", "from": "soon"}, 400, "“from” must be a date like 2018, 2018-05 or 2018-05-25."),
        ({"q": "a", "from": "2018-02-30"}, 400, "“from” must be a date like 2018, 2018-05 or 2018-05-25."),
        ({"q": "a", "from": "2019", "to": "2018"}, 400, "“to” must not be before “from”."),
        ({"q": "a", "view": "all"}, 400, "“view” must be one of: retailers, first, removed, versions."),
        ({"q": "a", "certain": "no"}, 400, "“certain” must be yes."),
        ({"q": "a", "page": "0"}, 400, "Page must be a number from 1."),
        ({"q": "name", "page": "2"}, 404, "There is no page 2; the last is 1."),
        (
            {"q": "a", "retailer": "<b>.example"},
            400,
            "The archive has no retailer &lt;b&gt;.example; it has 3 retailers.",
        ),
        ({"q": "a", "retailer": " ".join(map(str, range(51)))}, 400, "Name at most 50 retailers."),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_line(
    ask_told: Ask, query: dict[str, str], status: int, sentence: str
) -> None:
    answer = ask_told(SEARCH, params=query)
    assert answer.status_code == status
    assert sentence in answer.text


def test_a_wrong_value_leaves_the_form_as_it_was(ask_told: Ask) -> None:
    query = {"q": "a <b>", "retailer": "alfa.example", "from": "soon", "to": "2018", "view": "removed"}
    page = ask_told(SEARCH, params=query).text
    for value in ("a &lt;b&gt;", "alfa.example", "soon", "2018"):
        assert f'value="{value}"' in page
    assert '<input type="hidden" name="view" value="removed">' in page
    assert re.search(r'<input id="from"[^>]* aria-invalid="true" aria-describedby="wrong-from">', page)
    assert '<p id="wrong-from"><a href="#from">' in page
    assert (
        '<option value="alpha.example">Alpha &amp; Sons</option>' in page
    )  # and the known retailers are offered


def test_an_unknown_retailer_is_answered_with_links_to_similar_ones(ask_told: Ask) -> None:
    page = ask_told(SEARCH, params={"q": "name", "retailer": "shop.alpha.example", "view": "first"}).text
    (link,) = re.findall(r'; did you mean <a href="([^"]*)">alpha.example</a>\?', page)
    assert "policytrail status" not in page
    answer = ask_told(html.unescape(link))
    assert (answer.status_code, "In the first known version" in answer.text) == (200, True)


def test_wrong_values_of_data_are_a_line(ask_told: Ask) -> None:
    assert ask_told(f"{SEARCH}.json", params={"q": "a", "from": "soon"}).status_code == 400
    assert ask_told(f"{SEARCH}.json", params={"q": "a", "retailer": "alfa.example"}).status_code == 404


def test_long_lists_come_in_pages(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.web.pages.search.page.IN_DATA", 2)
    first = ask_told(f"{SEARCH}.json", params={"q": SOLD}).json()
    assert (first["versions"], first["retailers"], len(first["rows"])) == (3, 2, 2)
    second = ask_told(first["next"]).json()
    assert (len(second["rows"]), second["next"]) == (1, None)
    page = words(document(ask_told(SEARCH, params={"q": SOLD, "view": "versions"})))
    assert "As data: JSON, CSV, the first 2; page=2 has the next." in page
    page = words(document(ask_told(SEARCH, params={"q": SOLD, "view": "retailers"})))
    assert "As data: JSON, CSV." in page


def test_csv_names_the_address_of_the_next_rows(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.web.pages.search.page.IN_DATA", 2)
    first = ask_told(f"{SEARCH}.csv", params={"q": SOLD})
    assert first.links["next"]["rel"] == "next"
    second = ask_told(first.links["next"]["url"])
    every = [*csv.DictReader(io.StringIO(first.text)), *csv.DictReader(io.StringIO(second.text))]
    assert len({(row["domain"], row["version"]) for row in every}) == 3
    assert second.links == {}


@pytest.mark.parametrize("view", ["retailers", "first", "removed"])
def test_views_of_retailers_count_no_versions(ask_told: Ask, view: str) -> None:
    answer = ask_told(f"{SEARCH}.json", params={"q": SOLD, "view": view}).json()
    assert ("versions" in answer, "retailers" in answer) == (False, True)
