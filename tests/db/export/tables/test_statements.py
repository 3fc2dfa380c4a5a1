"""The tables of claims and promises."""

from typing import Any

import pytest

from db.export.evidence import ExportFilter
from db.export.tables import claims, promises
from db.export.tables.table import Table
from tests.support.citations import CITING
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nLamps are bright.\n\n"
SALE = "We do not sell your personal information."
NEVER = "We never sell your personal information to anyone."
KEPT = "We keep your orders for two years."


@pytest.fixture
def shop(shelf: Shop) -> Shop:
    for year, text in {"2014": SALE, "2015": f"{NEVER}\n\nNews.", "2016": KEPT}.items():
        shelf.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shelf.derive()
    derive_claims(shelf.db, shelf.policy_id)
    return shelf


def rows(shop: Shop, table: Table, **wanted: Any) -> list[dict[str, Any]]:
    chosen = ExportFilter(**wanted)
    found = list(table.rows(shop.db, chosen, CITING))
    assert table.count(shop.db, chosen) == len(found)
    assert all(list(one) == [column.name for column in table.columns] for one in found)
    return found


def test_each_claim_of_a_version_has_a_row(shop: Shop) -> None:
    found = rows(shop, claims.TABLE)
    assert [(one["version"], one["polarity"], one["quote"]) for one in found] == [
        (1, "denies", SALE),
        (2, "denies", NEVER),
        (3, "states", KEPT),
    ]
    last = found[-1]
    assert (last["value"], last["unit"], last["start"]) == ("2", "years", len(BEGIN))
    assert rows(shop, claims.TABLE, latest=True) == [last]


def test_each_promise_has_a_row_with_its_time(shop: Shop) -> None:
    sale, kept = rows(shop, promises.TABLE)
    assert sale == {
        "retailer": "shop.example",
        "kind": "sale",
        "polarity": "denies",
        "subject": "sale",
        "value": None,
        "unit": None,
        "scope": None,
        "quote": NEVER,
        "last_without": None,
        "unknown_until": None,
        "first_with": "2014-01-01T00:00:00Z",
        "last_with": "2015-01-01T00:00:00Z",
        "first_without": "2016-01-01T00:00:00Z",
        "unknown_since": None,
        "ending": "removed",
        "then": None,
        "wordings": [
            {"since": "2014-01-01T00:00:00Z", "version": 1, "quote": SALE},
            {"since": "2015-01-01T00:00:00Z", "version": 2, "quote": NEVER},
        ],
    }
    assert kept["first_without"] is None


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ({"latest": True}, ["retention"]),
        ({"last": "2015-06"}, ["sale"]),
        ({"first": "2016"}, ["retention"]),
        ({"domains": ("shop.example",)}, ["sale", "retention"]),
    ],
)
def test_promises_are_chosen(shop: Shop, wanted: dict[str, Any], kinds: list[str]) -> None:
    assert [one["kind"] for one in rows(shop, promises.TABLE, **wanted)] == kinds
