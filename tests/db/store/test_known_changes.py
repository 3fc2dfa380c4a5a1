"""When a change became known: once, also if its bracket narrows, its numbers change, or its texts do."""

import random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from db import times
from db.history import versions
from db.query import changes
from db.query.changes import ChangeFilter
from db.schema.migrations import migrations
from tests.support.shop import Shop

A, B, C = "We keep names.", "We keep addresses.", "We keep nothing at all."
MONDAY, TUESDAY, FRIDAY = "2026-01-05T02:00:00Z", "2026-01-06T02:00:00Z", "2026-01-09T02:00:00Z"


def derive(shop: Shop, now: str) -> None:
    with patch.object(times, "now", lambda: now):
        shop.derive()


def known(db: Database) -> list[tuple[str, str, str]]:
    """Return the brackets of all changes that became known, each with when."""
    query = "select substr(last_old, 1, 4), substr(first_new, 1, 4), known_at from known_changes order by id"
    return [tuple(row) for row in db.execute(query)]


@pytest.fixture
def shop(db: Database) -> Shop:
    shop = Shop(db)
    shop.observe("20010101000000", A)
    shop.observe("20050101000000", B)
    derive(shop, MONDAY)
    assert known(db) == [("2001", "2005", MONDAY)]
    return shop


def test_a_change_becomes_known_once(shop: Shop) -> None:
    derive(shop, TUESDAY)
    shop.observe("20060101000000", B)
    derive(shop, TUESDAY)
    assert known(shop.db) == [("2001", "2005", MONDAY)]


def test_a_narrower_bracket_and_other_numbers_are_no_news(shop: Shop) -> None:
    shop.observe("20000101000000", C)
    shop.observe("20030101000000", A)
    derive(shop, TUESDAY)
    assert known(shop.db) == [("2001", "2005", MONDAY), ("2000", "2001", TUESDAY)]


def test_a_wording_that_returns_is_news(shop: Shop) -> None:
    shop.observe("20070101000000", A)
    shop.observe("20080101000000", B)
    derive(shop, TUESDAY)
    assert known(shop.db) == [
        ("2001", "2005", MONDAY),
        ("2005", "2007", TUESDAY),
        ("2007", "2008", TUESDAY),
    ]


def test_a_wording_between_two_known_ones_is_two_changes(shop: Shop) -> None:
    shop.observe("20030101000000", C)
    derive(shop, TUESDAY)
    assert known(shop.db)[1:] == [("2001", "2003", TUESDAY), ("2003", "2005", TUESDAY)]


def test_other_texts_of_the_same_captures_are_no_news(shop: Shop) -> None:
    with shop.db.atomic():
        shop.db.execute("update texts set wording = wording || 'x'")
        versions.replace(shop.db, shop.policy_id, versions.stored(shop.db, shop.policy_id))
    assert known(shop.db) == [("2001", "2005", MONDAY)] * 2


def test_two_changes_of_links_that_share_a_capture_are_two(db: Database) -> None:
    shop = Shop(db)
    for year, link in enumerate("abc", 2001):
        shop.observe(f"{year}0101000000", f"We [keep](http://shop.example/{link}) names.")
        derive(shop, MONDAY if link < "c" else TUESDAY)
    assert known(db) == [("2001", "2002", MONDAY), ("2002", "2003", TUESDAY)]


def test_what_an_older_policytrail_found_is_known_since_the_first_run() -> None:
    old = Database(memory=True)
    migrations.apply(old, stop_before="m015_known_changes")
    old.execute("insert into retailers values ('shop.example', null)")
    old.execute("insert into policies values (1, 'shop.example', 'privacy')")
    old.execute(
        """insert into texts (id, sha256, title, markdown, words, completeness, extractor, wording)
        values (1, '', '', '', 1, 1, '1', 'a'), (2, '', '', '', 1, 1, '1', 'b')"""
    )
    for number in (1, 2):
        old.execute(
            """insert into versions (id, policy_id, number, text_id, first_seen, last_seen, captures)
            values (?, 1, ?, ?, '2001', '2001', 1)""",
            [number, number, number],
        )
    old.execute(
        """insert into changes (id, policy_id, old_version, new_version, kind, last_old, first_new,
            words_added, words_removed, similarity)
        values (1, 1, 1, 2, 'wording', '2001-01-01T00:00:00Z', '2005-01-01T00:00:00Z', 1, 1, 0.5)"""
    )
    for moment in (FRIDAY, MONDAY):
        old.execute("insert into crawls (command, started_at) values ('crawl', ?)", [moment])
    migrations.apply(old)
    assert known(old) == [("2001", "2005", MONDAY)]


TEXTS = st.sampled_from([A, B, C, f"{A} {B}", "We keep [names](/x)."])


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.integers(2001, 2015), TEXTS, min_size=2, max_size=7), st.randoms())
def test_in_any_order_each_change_is_known_since_the_first_time_it_was_there(
    texts: dict[int, str], order: random.Random
) -> None:
    """Captures come in any order, as of a run that fetches older ones later."""
    db = Database(memory=True)
    migrations.apply(db)
    shop, years = Shop(db), list(texts)
    order.shuffle(years)
    seen: dict[tuple[str, ...], str] = {}
    for day, year in enumerate(years, 1):
        shop.observe(f"{year}0101000000", texts[year])
        derive(shop, now := f"2026-01-{day:02}T02:00:00Z")
        found = changes.find(db, ChangeFilter(kinds=()))
        for change in found:
            key = change.kind, change.old_wording, change.new_wording, change.last_old, change.first_new
            assert change.known_at is not None and change.known_at <= seen.setdefault(key, now)
        news = changes.find(db, ChangeFilter(kinds=(), known_since=now))
        assert news == [change for change in found if change.known_at == now]
        before = known(db)
        derive(shop, FRIDAY)
        assert known(db) == before
    db.close()
