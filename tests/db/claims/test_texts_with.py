"""Which texts have a claim, which have none, and of which nobody knows it."""

import pytest

from db.claims.texts_with import texts_with
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

NEVER = "We do not sell your personal information."
PLAIN = "The shop has a new door which is green."


@pytest.fixture
def texts(shelf: Shop) -> list[int]:
    for year, text in (("2014", NEVER), ("2015", PLAIN)):
        shelf.observe(f"{year}0101000000", f"# Privacy\n\nWe write this policy for you. Lamps.\n\n{text}\n")
    shelf.derive()
    derive_claims(shelf.db, shelf.policy_id)
    return [row[0] for row in shelf.db.execute("select text_id from versions order by number")]


def test_a_text_has_a_claim_or_not(shelf: Shop, texts: list[int]) -> None:
    never, plain = texts
    assert texts_with(shelf.db, "sale") == {never: True, plain: False}
    assert texts_with(shelf.db, "sale", "denies", "SELL  your") == {never: True, plain: False}
    assert texts_with(shelf.db, "sale", "states") == {never: False, plain: False}
    assert texts_with(shelf.db, "sale", quote="rent") == {never: False, plain: False}


def test_a_kind_that_no_text_of_a_language_has_is_unknown(shelf: Shop, texts: list[int]) -> None:
    assert texts_with(shelf.db, "seal") == dict.fromkeys(texts)


@pytest.mark.parametrize(
    "loss",
    [
        "update claim_readings set claims = null where text_id = ?",
        "update claim_readings set claims = 2049 where text_id = ?",
        "update claim_readings set rules = 'z' where text_id = ?",
        "update texts set language = 'nl' where id = ?",
        "delete from claim_readings where text_id = ?",
    ],
)
def test_what_was_not_read_is_unknown(shelf: Shop, texts: list[int], loss: str) -> None:
    shelf.db.execute(loss, [texts[1]])
    found = texts_with(shelf.db, "sale")
    assert (found[texts[0]], found.get(texts[1])) == (True, None)
