"""Whether what is derived of a policy is complete."""

import pytest

from crawler.workers.rules import rules_of_findings
from db.database import transaction
from db.findings.current import is_current
from db.store import retailers
from extract import claims
from tests.support.meaning import derive_claims, derive_findings
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"


@pytest.fixture
def shop(shelf: Shop) -> Shop:
    shelf.observe("20140101000000", f"{BEGIN}We do not sell your personal information.\n")
    shelf.observe("20150101000000", f"{BEGIN}We share your address with delivery companies.\n")
    shelf.derive()
    derive_findings(shelf.db, shelf.policy_id)
    derive_claims(shelf.db, shelf.policy_id)
    return shelf


def current(shop: Shop) -> bool:
    return is_current(shop.db, shop.policy_id, rules_of_findings(), claims.version())


def test_what_is_derived_is_current(shop: Shop) -> None:
    assert current(shop)


def test_a_policy_without_captures_is_current(shelf: Shop) -> None:
    assert current(shelf)


def test_a_new_text_makes_the_history_outdated(shop: Shop) -> None:
    shop.observe("20160101000000", f"{BEGIN}We share your address with nobody.\n")
    assert not current(shop)
    shop.derive()
    assert not current(shop)  # nobody has read the change
    derive_findings(shop.db, shop.policy_id)
    assert not current(shop)  # nor the text
    derive_claims(shop.db, shop.policy_id)
    assert current(shop)


@pytest.mark.parametrize("table", ["readings", "claim_readings"])
def test_what_other_rules_have_read_is_read_again(shop: Shop, table: str) -> None:
    with transaction(shop.db):
        shop.db.execute(f"update {table} set rules = 'older' where rowid = (select max(rowid) from {table})")
    assert not current(shop)


def test_another_policy_says_nothing(shop: Shop, neighbour: Shop) -> None:
    neighbour.observe("20160101000000", f"{BEGIN}We share your address with nobody.\n")
    assert current(shop)
    assert not current(neighbour)


def test_other_kinds_of_policies_are_never_current(shop: Shop) -> None:
    with transaction(shop.db):
        other = retailers.add_policy(shop.db, shop.domain, kind="candidate")
    assert not is_current(shop.db, other, rules_of_findings(), claims.version())
