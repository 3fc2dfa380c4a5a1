"""How many retailers' texts state or deny something: exact numbers, with brackets and what nobody read."""

from typing import Any

import pytest
from sqlite_utils import Database

from db.query.findings import FindingFilter
from db.query.trends.claim_trends import ASKED, by_move, state
from db.query.trends.finding_trends import known
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
NEVER = "We do not sell your personal information."
SELLS = "We may sell your personal information to partners."
PLAIN = "The shop has a new door which is green."
# alpha: denies until 2014-H1, states it from 2016-H1, and nobody saw the change. beta never says anything.
SHOPS = {
    "alpha.example": {"20140101": NEVER, "20140501": NEVER, "20160301": SELLS, "20160601": SELLS},
    "beta.example": {"20140201": PLAIN, "20150301": PLAIN},
}


@pytest.fixture
def filled(db: Database) -> Database:
    for domain, texts in SHOPS.items():
        shop = Shop(db, domain)
        for day, text in texts.items():
            shop.observe(f"{day}000000", BEGIN + text)
        shop.derive()
        derive_claims(db, shop.policy_id)
    return db


def rows(db: Database, polarity: str, quote: str = "", *domains: str) -> list[tuple[Any, ...]]:
    found = state(db, "sale", polarity, quote, known(db, "half-year", domains), domains)
    return [(one.period, one.certain, one.most, one.base) for one in found]


def test_a_text_counts_in_the_periods_in_which_it_was_shown(filled: Database) -> None:
    assert rows(filled, "denies") == [
        ("2014-H1", 1, 1, 2),
        ("2014-H2", 0, 1, 2),
        ("2015-H1", 0, 1, 2),
        ("2015-H2", 0, 1, 1),
        ("2016-H1", 0, 1, 1),  # the change can be in it
    ]
    assert [row[1:3] for row in rows(filled, "states")] == [(0, 1), (0, 1), (0, 1), (0, 1), (1, 1)]


def test_words_and_retailers_are_chosen(filled: Database) -> None:
    assert [row[1] for row in rows(filled, "states", "To  Partners")] == [0, 0, 0, 0, 1]
    assert not any(row[2] for row in rows(filled, "states", "nobody"))
    assert [row[2] for row in rows(filled, "denies", "", "beta.example")] == [0, 0, 0]


@pytest.mark.parametrize(
    "loss",
    [
        "update claim_readings set claims = null where text_id = {text}",
        "delete from claim_readings where text_id = {text}",
        "update claim_readings set rules = 'older' where text_id = {text}",
        "update texts set language = 'fr' where id = {text}",
        "update versions set suspect = 'the text may be incomplete (50%)' where text_id = {text}",
    ],
)
def test_a_text_that_was_not_read_can_say_anything(filled: Database, loss: str) -> None:
    text = """(select text_id from versions where policy_id =
        (select id from policies where retailer = 'beta.example'))"""
    filled.execute(loss.format(text=text))
    assert [row[1:3] for row in rows(filled, "denies")] == [(1, 2), (0, 2), (0, 2), (0, 1), (0, 1)]


def test_a_suspect_version_says_nothing_for_certain(filled: Database) -> None:
    filled.execute("update versions set suspect = 'one capture lost 90% of the words' where number = 2")
    assert [row[1:3] for row in rows(filled, "states")] == [(0, 1), (0, 1), (0, 1), (0, 1), (0, 1)]
    assert rows(filled, "denies")[0] == ("2014-H1", 1, 1, 2)


def test_all_that_can_be_asked(filled: Database) -> None:
    found = by_move(filled, FindingFilter("sale"), known(filled, "year"))
    assert tuple(found) == ASKED
    assert list(by_move(filled, FindingFilter("sale", "denies"), known(filled, "year"))) == ["denies"]
