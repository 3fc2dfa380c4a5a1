"""The claims of texts in the archive file."""

import pytest

from db.claims import stored
from db.claims.reading import PlacedClaim
from db.database import transaction
from db.history import versions
from extract import claims
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
SHARE = "We share your address with delivery companies."


def history(shop: Shop, *captures: tuple[str, str]) -> None:
    for year, text in captures:
        shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shop.derive()
    derive_claims(shop.db, shop.policy_id)


def rows(shop: Shop, columns: str, table: str = "claims") -> list[tuple[object, ...]]:
    return shop.db.execute(f"select {columns} from {table} order by 1").fetchall()


def texts(shop: Shop) -> list[int]:
    return stored.texts_of(versions.stored(shop.db, shop.policy_id))


def claim(number: int = 0) -> PlacedClaim:
    return PlacedClaim(
        "sale", "denies", "sale", None, None, None, "does", "", f"no {number}", 0, 4, "sale/sells data", None
    )


def test_each_version_has_its_claims(shelf: Shop):
    history(shelf, ("2014", SALE), ("2015", f"{SALE}\n\n{SHARE}"))
    first, second = texts(shelf)
    columns = "kind, polarity, quote, text_id"
    assert sorted(rows(shelf, columns)) == sorted(
        [
            ("sale", "denies", SALE, first),
            ("sale", "denies", SALE, second),
            ("sharing", "states", SHARE, second),
        ]
    )
    assert sorted(rows(shelf, "text_id, rules, claims", "claim_readings")) == sorted(
        [(first, claims.version(), 1), (second, claims.version(), 2)]
    )


def test_a_clause_of_several_texts_is_one_row(shelf: Shop):
    history(shelf, ("2014", SALE), ("2015", f"{SALE}\n\n{SHARE}"))
    assert sorted(rows(shelf, "quote", "clauses")) == [(SALE,), (SHARE,)]


def test_the_id_is_that_of_the_text_and_a_number(shelf: Shop):
    history(shelf, ("2014", f"{SALE}\n\n{SHARE}"))
    (text,) = texts(shelf)
    assert rows(shelf, "id, kind") == [(text * 2048, "sale"), (text * 2048 + 1, "sharing")]


def test_stored_claims_are_those_that_were_derived(shelf: Shop):
    history(shelf, ("2014", SALE), ("2015", SHARE))
    due = stored.stored(shelf.db, texts(shelf))
    before = rows(shelf, "*", "clause_places")
    with transaction(shelf.db):
        stored.store(shelf.db, shelf.policy_id, texts(shelf), due)
    assert rows(shelf, "*", "clause_places") == before
    assert stored.stored(shelf.db, texts(shelf)) == due


def test_texts_that_are_read_again_replace_their_claims(shelf: Shop):
    history(shelf, ("2014", SALE), ("2015", f"{SALE}\n\n{SHARE}"))
    due = stored.derived({text: (claim(),) for text in texts(shelf)}, "2")
    with transaction(shelf.db):
        stored.store(shelf.db, shelf.policy_id, texts(shelf), due)
    assert rows(shelf, "quote") == [("no 0",)] * 2
    assert rows(shelf, "quote", "clauses") == [("no 0",)]


def test_claims_go_with_the_last_version_of_their_text(shelf: Shop):
    history(shelf, ("2014", SALE), ("2015", SHARE))
    _, second = texts(shelf)
    with transaction(shelf.db):
        stored.store(shelf.db, shelf.policy_id, [second], stored.derived({}, ""))
    assert rows(shelf, "text_id, quote") == [(second, SHARE)]
    assert rows(shelf, "quote", "clauses") == [(SHARE,)]
    assert rows(shelf, "text_id", "claim_readings") == [(second,)]
    assert stored.left_over(shelf.db) == []
    shelf.db.execute("delete from changes")
    shelf.db.execute("delete from versions")
    assert stored.left_over(shelf.db) == [second]
    stored.drop_left_over(shelf.db)
    assert stored.left_over(shelf.db) == []
    assert rows(shelf, "*", "clauses") == []


def test_only_texts_that_the_same_rules_have_read_are_known(shelf: Shop):
    history(shelf, ("2014", SALE))
    assert stored.known(shelf.db, texts(shelf), claims.version()) == set(texts(shelf))
    assert stored.known(shelf.db, texts(shelf), "other") == set()


def test_a_text_that_nobody_read_is_outdated(shelf: Shop):
    shelf.observe("20140101000000", BEGIN + SALE)
    shelf.derive()
    assert stored.outdated(shelf.db) == [shelf.policy_id]
    derive_claims(shelf.db, shelf.policy_id)
    assert stored.outdated(shelf.db) == []


def test_texts_that_several_rules_have_read_are_outdated(shelf: Shop):
    history(shelf, ("2014", SALE), ("2015", SHARE))
    shelf.db.execute("update claim_readings set rules = '2' where text_id = ?", texts(shelf)[:1])
    assert stored.outdated(shelf.db) == [shelf.policy_id]
    derive_claims(shelf.db, shelf.policy_id)
    assert stored.outdated(shelf.db) == []


def test_two_clauses_with_one_id_are_two(shelf: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stored, "clause_id", lambda _: 7)
    history(shelf, ("2014", f"{SALE}\n\n{SHARE}"), ("2015", SHARE))
    assert rows(shelf, "id, quote", "clauses") == [(7, SALE), (8, SHARE)]
    assert sorted(rows(shelf, "quote")) == [(SALE,), (SHARE,), (SHARE,)]


def test_a_text_over_a_limit_has_no_number():
    assert stored.derived({5: None}, "1") == {"claims": [], "claim_readings": [(5, "1", None)]}


def test_a_text_stores_its_first_2048_claims_and_counts_all():
    many = tuple(claim(number) for number in range(3000))
    due = stored.derived({5: many}, "1")
    assert (len(due["claims"]), due["claims"][-1][9]) == (2048, "no 2047")
    assert due["claim_readings"] == [(5, "1", 3000)]


def test_polarity_has_two_values(shelf: Shop):
    history(shelf, ("2014", SALE))
    with pytest.raises(Exception, match="CHECK constraint failed"):
        shelf.db.execute("update clauses set polarity = 'maybe'")
