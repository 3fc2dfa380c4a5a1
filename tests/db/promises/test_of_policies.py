"""The ledger of a policy, read from an archive file."""

import pytest

from db.findings.languages import languages
from db.promises.of_policies import Ledger, PromiseFilter, came, ledger
from db.promises.statement import Stated
from extract.claims import rules
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
NEVER = "We never sell your personal information to anyone."
KEPT = "We keep your orders for two years."
NEWS = "The shop has a new door which is green."


def of(shop: Shop, *captures: tuple[str, str]) -> Ledger:
    for year, text in captures:
        shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shop.derive()
    derive_claims(shop.db, shop.policy_id)
    return ledger(shop.db, shop.policy_id)


def years(found: Ledger) -> list[tuple[str, str | None, str, str | None]]:
    return [
        (
            one.last.kind,
            one.last_without and one.last_without[:4],
            one.first_with[:4],
            one.first_without and one.first_without[:4],
        )
        for one in found.promises
    ]


def test_promises_are_followed_through_the_versions(shelf: Shop):
    found = of(shelf, ("2014", SALE), ("2015", f"{NEVER}\n\n{NEWS}"), ("2016", KEPT), ("2017", NEWS))
    assert years(found) == [("sale", None, "2014", "2016"), ("retention", "2015", "2016", "2017")]
    assert [word.version for word in found.promises[0].wordings] == [1, 2]
    assert found.unread == {}


def test_a_version_that_returns_counts_again(shelf: Shop):
    found = of(shelf, ("2014", SALE), ("2015", NEWS), ("2015", NEWS), ("2016", SALE))
    assert years(found) == [("sale", None, "2014", None)]  # one capture does not have it
    found = of(shelf, ("2017", NEWS), ("2018", NEWS), ("2019", SALE))
    assert years(found) == [("sale", None, "2014", "2017"), ("sale", "2018", "2019", None)]


def test_a_policy_without_a_version_has_no_ledger(shelf: Shop):
    assert ledger(shelf.db, shelf.policy_id) == Ledger((), {})


def test_a_version_that_was_not_read_is_named_and_passed_over(shelf: Shop):
    of(shelf, ("2014", SALE), ("2015", NEWS), ("2016", KEPT))
    text = "(select text_id from versions where number = 2)"
    shelf.db.execute(f"update claim_readings set claims = null where text_id = {text}")
    found = ledger(shelf.db, shelf.policy_id)
    assert years(found) == [("sale", None, "2014", "2016"), ("retention", "2014", "2016", None)]
    assert found.unread == {"limit": (2,)}
    shelf.db.execute("delete from claim_readings")
    assert ledger(shelf.db, shelf.policy_id) == Ledger((), {"older": (1, 2, 3)})


def test_a_text_with_more_claims_than_are_stored_ends_no_promise(shelf: Shop):
    of(shelf, ("2014", SALE), ("2015", NEWS), ("2016", NEWS), ("2017", SALE))
    text = "(select text_id from versions where number = 2)"
    for claims, expected in ((2048, "2015"), (2049, None)):
        shelf.db.execute(f"update claim_readings set claims = {claims} where text_id = {text}")
        found = ledger(shelf.db, shelf.policy_id)
        assert years(found)[0] == ("sale", None, "2014", expected)
        assert found.unread == ({} if expected else {"limit": (2,)})


def test_a_suspect_version_ends_and_begins_no_promise(shelf: Shop):
    found = of(
        shelf, ("2014", SALE), ("2015", f"{KEPT}\n\n{NEWS}"), ("2016", f"{NEWS} A bell."), ("2017", NEWS)
    )
    assert [one.stands for one in found.promises] == [False, False]
    suspect = "update versions set suspect = 'one capture lost 90% of the words' where number "
    shelf.db.execute(f"{suspect} = 2")
    found = ledger(shelf.db, shelf.policy_id)
    assert years(found) == [("sale", None, "2014", "2016")]
    assert (found.unread, found.read_until) == ({"suspect": (2,)}, "2017-01-01T00:00:00Z")
    shelf.db.execute(f"{suspect} > 1")
    found = ledger(shelf.db, shelf.policy_id)
    (sale,) = found.promises
    assert (sale.first_without, sale.unknown_since, sale.stands) == (None, "2015-01-01T00:00:00Z", None)
    assert (found.unread, found.read_until) == ({"suspect": (2, 3, 4)}, "2014-01-01T00:00:00Z")


def test_a_text_in_a_language_without_rules_ends_no_promise(shelf: Shop):
    of(shelf, ("2014", SALE), ("2015", NEWS), ("2016", SALE))
    dutch = "update texts set language = 'nl' where id = (select text_id from versions where number = 2)"
    shelf.db.execute(dutch)
    found = ledger(shelf.db, shelf.policy_id)
    assert years(found) == [("sale", None, "2014", None)]
    assert found.unread == {"language": (2,)}
    assert [one.stands for one in found.promises] == [True]


def test_nothing_is_known_after_the_last_text_that_was_read(shelf: Shop):
    of(shelf, ("2014", SALE), ("2015", f"{KEPT}\n\n{NEWS}"), ("2016", NEWS), ("2017", f"{NEWS} A bell."))
    text = "(select text_id from versions where number > 2)"
    shelf.db.execute(f"update claim_readings set claims = null where text_id in {text}")
    found = ledger(shelf.db, shelf.policy_id)
    assert found.unread == {"limit": (3, 4)}
    sale, kept = found.promises
    assert (sale.stands, sale.unknown_since, sale.first_without) == (False, None, "2015-01-01T00:00:00Z")
    assert (kept.stands, kept.unknown_since, kept.last_with) == (
        None,
        "2016-01-01T00:00:00Z",
        "2015-01-01T00:00:00Z",
    )
    assert [standing for standing in (True, False, None) if PromiseFilter(standing=standing).takes(kept)] == [
        None
    ]


def test_nothing_is_known_before_the_first_text_that_was_read(shelf: Shop):
    of(shelf, ("2014", NEWS), ("2015", f"{NEWS} A bell."), ("2016", f"{SALE}\n\n{NEWS}"), ("2017", KEPT))
    text = "(select text_id from versions where number < 3)"
    shelf.db.execute(f"update claim_readings set claims = null where text_id in {text}")
    sale, kept = ledger(shelf.db, shelf.policy_id).promises
    assert (sale.last_without, sale.unknown_until) == (None, "2015-01-01T00:00:00Z")
    assert came(sale) == "there in the first text that was read, 2016-01-01; not known before"
    assert (kept.last_without, kept.unknown_until) == ("2016-01-01T00:00:00Z", None)
    assert PromiseFilter(until="2014").takes(sale)
    assert not PromiseFilter(until="2014").takes(kept)
    assert not PromiseFilter(since="2018").takes(sale)


def test_a_text_that_is_put_aside_before_the_first_version_was_not_read(shelf: Shop):
    found = of(shelf, ("2014", SALE), ("2015", SALE))
    shelf.db.execute(
        """insert into variants
        (id, policy_id, version_id, text_id, page_id, kind, first_seen, last_seen, captures)
        select id, policy_id, id, text_id, (select min(id) from pages), 'flip', ?, ?, 1
        from versions""",
        ["2013-01-01T00:00:00Z"] * 2,
    )
    assert [one.unknown_until for one in found.promises] == [None]
    assert [one.unknown_until for one in ledger(shelf.db, shelf.policy_id).promises] == [
        "2013-01-01T00:00:00Z"
    ]


def test_the_languages_with_rules_are_known():
    assert languages() == rules.languages()


def test_promises_are_chosen(shelf: Shop):
    found = of(shelf, ("2014", SALE), ("2015", f"{NEVER}\n\n{NEWS}"), ("2016", KEPT)).promises

    def chosen(wanted: PromiseFilter) -> list[str]:
        return [one.last.kind for one in found if wanted.takes(one)]

    assert chosen(PromiseFilter()) == ["sale", "retention"]
    assert chosen(PromiseFilter(kinds=("retention", "right"))) == ["retention"]
    assert chosen(PromiseFilter(standing=True)) == ["retention"]
    assert chosen(PromiseFilter(standing=False)) == ["sale"]
    assert chosen(PromiseFilter(since="2016-06")) == []
    assert chosen(PromiseFilter(since="2015-06", until="2015-07")) == ["sale", "retention"]
    assert chosen(PromiseFilter(until="2014-06")) == ["sale"]


def test_claims_of_other_rules_do_not_meet_in_a_ledger(shelf: Shop):
    of(shelf, ("2014", SALE), ("2015", f"{NEVER}\n\n{NEWS}"), ("2016", KEPT))
    text = "(select text_id from versions where number = 2)"
    shelf.db.execute(f"update claim_readings set rules = 'older' where text_id = {text}")
    found = ledger(shelf.db, shelf.policy_id)
    assert years(found) == [("sale", None, "2014", "2016"), ("retention", "2014", "2016", None)]
    assert found.unread == {"rules": (2,)}


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("13", "months", "13 months"),
        ("1", "years", "1 year"),
        ("6-12", "months", "6-12 months"),
        ("16", "age", "age 16"),
        ("1", "USD", "1 USD"),
        (None, None, ""),
    ],
)
def test_a_number_for_people(value: str | None, unit: str | None, expected: str):
    assert Stated("retention", "states", "", value, unit, None, "", "en").amount == expected
