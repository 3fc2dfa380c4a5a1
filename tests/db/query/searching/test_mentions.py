"""When each retailer's policy has some words, since when, until when, and who removed them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.database import open_archive
from db.query.searching import mentions, search
from db.query.searching.mentions import Mention, Order, RetailerMentions
from db.query.searching.search import TextQuery, match, phrase
from tests.support.shop import Shop
from tests.support.web import three_shops

MARKS = ("«", "»")
SOLD = TextQuery(phrase("do not sell"))
ALPHA = Mention(
    last_without="2011-01-01T00:00:00Z",
    first_with="2012-03-01T00:00:00Z",
    last_with="2013-06-01T00:00:00Z",
    first_without="2014-06-01T00:00:00Z",
    versions=(2, 3),
)
BETA = Mention(None, "2012-05-01T00:00:00Z", "2014-05-01T00:00:00Z", None, (1,))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_archive(three_shops.write(tmp_path / "archive.db"))
    yield db
    db.close()


def found(db: Database, order: Order, query: TextQuery = SOLD) -> list[RetailerMentions]:
    total, rows = mentions.search(db, query, order, marks=MARKS, limit=100)
    assert total == len(rows)
    return rows


def test_versions_that_follow_each_other_are_one_mention(db: Database) -> None:
    alpha, beta = sorted(found(db, "retailers"), key=lambda row: row.domain)
    assert (alpha.domain, alpha.name, alpha.mentions, alpha.still) == (
        "alpha.example",
        "Alpha & Sons",
        (ALPHA,),
        False,
    )
    assert (beta.domain, beta.name, beta.mentions, beta.still) == ("beta.example", None, (BETA,), True)
    assert beta.snippet == "Privacy We keep your name. We «do not sell» it, and keep it safe."


def test_the_first_and_the_last_version_with_the_words(db: Database) -> None:
    assert [(row.domain, row.version) for row in found(db, "first")] == [
        ("alpha.example", 2),
        ("beta.example", 1),
    ]
    assert [(row.domain, row.version) for row in found(db, "removed")] == [("alpha.example", 3)]


@pytest.mark.parametrize(
    ("order", "since", "until", "domains_found"),
    [
        ("retailers", "2011", "2011", []),
        ("retailers", "2012", "2012", ["alpha.example", "beta.example"]),
        ("retailers", "2013", "2013", ["alpha.example", "beta.example"]),  # beta: before and after
        ("retailers", "2013-02-01", "2013-02-01", ["alpha.example", "beta.example"]),
        ("retailers", "2014-02", "2014-05", ["beta.example"]),
        ("retailers", "2014-07", "2014-07", []),
        ("first", "2012-04", "", ["beta.example"]),
        ("first", "", "2012-04", ["alpha.example"]),
        ("removed", "2014-06-01", "2014-06-01", ["alpha.example"]),
        ("first", "2011-06", "2011-06", ["alpha.example"]),
        ("first", "2012-04", "2012-04", []),
        ("removed", "2013-06-01", "2013-06-01", ["alpha.example"]),
        ("removed", "2013-09", "2013-09", ["alpha.example"]),
        ("removed", "", "2014-05", ["alpha.example"]),
        ("removed", "", "2013-05", []),
        ("removed", "2014-07", "", []),
    ],
)
def test_a_period(db: Database, order: Order, since: str, until: str, domains_found: list[str]) -> None:
    rows = found(db, order, replace(SOLD, since=since, until=until))
    assert sorted(row.domain for row in rows) == domains_found


@pytest.mark.parametrize(
    ("order", "since", "until", "certain"),
    [
        ("retailers", "", "", {"alpha.example": True, "beta.example": True}),
        ("retailers", "2012", "2012", {"alpha.example": True, "beta.example": True}),
        ("retailers", "2013", "2013", {"alpha.example": True, "beta.example": False}),
        ("retailers", "2013-02-01", "2013-02-01", {"alpha.example": False, "beta.example": False}),
        ("first", "", "", {"alpha.example": True, "beta.example": True}),
        ("first", "2011", "2012-03-01", {"alpha.example": True}),
        ("first", "2011-02", "2012-06", {"alpha.example": False, "beta.example": False}),
        ("first", "", "2012-06", {"alpha.example": True, "beta.example": True}),
        ("removed", "", "", {"alpha.example": True}),
        ("removed", "2013-06", "2014-06", {"alpha.example": True}),
        ("removed", "2013-06-02", "2014-06", {"alpha.example": False}),
        ("removed", "2013-06", "2014-05-31", {"alpha.example": False}),
    ],
)
def test_captures_in_the_period_make_it_certain(
    db: Database, order: Order, since: str, until: str, certain: dict[str, bool]
) -> None:
    query = replace(SOLD, since=since, until=until)
    assert {row.domain: row.certain for row in found(db, order, query)} == certain
    only = found(db, order, replace(query, certain=True))
    assert {row.domain for row in only} == {domain for domain, is_certain in certain.items() if is_certain}


@pytest.mark.parametrize(
    ("since", "until", "versions"),
    [
        ("", "", [1, 2, 3]),
        ("2010", "2010", [1]),
        ("2012", "2012-11", [2]),
        ("2012-06", "2012-06", [2]),  # between two captures of it
        ("2013-01", "2013-05", []),  # version 1 was shown before and after, but not now
        ("2014-07", "2014-07", [1]),
        ("2015", "", []),
    ],
)
def test_versions_are_found_when_they_were_shown(
    db: Database, since: str, until: str, versions: list[int]
) -> None:
    query = TextQuery(match("name"), ("alpha.example",), since, until)
    rows = search.versions(db, query, marks=MARKS, limit=9)
    assert sorted(row["version"] for row in rows) == versions
    assert search.count(db, query) == (len(versions), min(1, len(versions)))


def test_chosen_retailers_only(db: Database) -> None:
    assert [row.domain for row in found(db, "retailers", replace(SOLD, domains=("beta.example",)))] == [
        "beta.example"
    ]


@pytest.mark.parametrize("words", ["do not sell", "name", "cookies"])
def test_a_year_finds_the_retailers_that_trends_count(db: Database, words: str) -> None:
    query = TextQuery(phrase(words))
    years = search.years(db, query, search.captured_years(db, query))
    for year in years:
        of_year = replace(query, since=str(year["year"]), until=str(year["year"]))
        assert sum(row.certain for row in found(db, "retailers", of_year)) == year["retailers"]


def test_words_that_return_have_two_mentions(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    texts = [three_shops.SOLD, three_shops.FIRST, three_shops.SOLD, three_shops.LONGER, three_shops.SOLD]
    for year, text in enumerate(texts, 2010):
        shop.observe(f"{year}0101000000", text)
    shop.derive()
    (row,) = found(db, "retailers")
    assert [(m.first_with[:4], m.last_with[:4], m.first_without, m.versions) for m in row.mentions] == [
        ("2010", "2010", "2011-01-01T00:00:00Z", (1,)),
        ("2012", "2014", None, (1, 3, 1)),
    ]
    assert (row.still, found(db, "removed")) == (True, [])
    db.close()


@pytest.mark.parametrize("words", ["sell", "privacy", "keep name", "cookies", "nowhere"])
@pytest.mark.parametrize("domains", [(), ("beta.example", "alpha.example")])
def test_without_a_period_the_best_match_of_each_retailer_is_shown(
    db: Database, words: str, domains: tuple[str, ...]
) -> None:
    query = TextQuery(match(words), domains)
    expected = mentions.shown(db, query, mentions.by_relevance(db, query), marks=MARKS)
    total, rows = mentions.search(db, query, "retailers", marks=MARKS, limit=100)
    assert (total, rows) == (len(expected), expected)
    assert mentions.search(db, query, "retailers", marks=MARKS, limit=1, offset=1) == (total, expected[1:2])


def test_a_part_of_the_results(db: Database) -> None:
    total, rows = mentions.search(db, SOLD, "first", marks=MARKS, limit=1, offset=1)
    assert (total, [row.domain for row in rows]) == (2, ["beta.example"])
    assert mentions.search(db, TextQuery(phrase("nowhere")), "retailers", marks=MARKS, limit=9) == (0, [])
