import pytest
from sqlite_utils import Database

from db import times
from db.database import transaction
from db.store import attributes
from tests.support.shop import Shop

SHOP = "shop.example"
EARLY, LATE = "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"


def test_a_later_list_replaces_a_value_and_leaves_what_it_does_not_name(
    shelf: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = shelf.db
    for now, listed in (
        (EARLY, {"sector": "toys", "country": "DE"}),
        (LATE, {"sector": "books"}),
        ("2022-01-01T00:00:00Z", {"sector": "books"}),
    ):
        monkeypatch.setattr(times, "now", lambda now=now: now)
        with transaction(db):
            attributes.store(db, SHOP, listed)
    assert attributes.of_retailer(db, SHOP) == {"country": "DE", "sector": "books"}
    assert attributes.facts(db, SHOP) == [["country", "DE", EARLY], ["sector", "books", LATE]]
    assert attributes.of_all(db) == {SHOP: {"country": "DE", "sector": "books"}}
    assert attributes.names(db) == ["country", "sector"]


def test_without_attributes_everything_is_empty(db: Database, shelf: Shop) -> None:
    assert (attributes.of_retailer(db, SHOP), attributes.of_all(db), attributes.names(db)) == ({}, {}, [])
    assert attributes.facts(db, SHOP) == []


def test_of_two_values_the_later_stays_in_any_order(db: Database, shelf: Shop, neighbour: Shop) -> None:
    rows = [["sector", "toys", LATE], ["sector", "books", EARLY], ["sector", "games", LATE]]
    with transaction(db):
        attributes.join(db, SHOP, rows)
        attributes.join(db, neighbour.domain, reversed(rows))
    assert attributes.facts(db, SHOP) == attributes.facts(db, neighbour.domain) == [["sector", "toys", LATE]]
