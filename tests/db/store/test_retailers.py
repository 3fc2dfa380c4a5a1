import pytest
from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.store import retailers
from tests.support.shop import Shop


def test_a_policy_is_made_once_and_a_name_fills_an_empty_one(db: Database) -> None:
    number = retailers.add_policy(db, "shop.example")
    assert retailers.add_policy(db, "shop.example", "The Shop") == number
    assert retailers.add_policy(db, "shop.example", "Another name") == number
    assert list(db["retailers"].rows) == [{"domain": "shop.example", "name": "The Shop"}]
    assert list(db["policies"].rows) == [{"id": number, "retailer": "shop.example", "kind": "privacy"}]


def test_spellings_of_an_address_are_one_page_that_keeps_its_first_spelling(shelf: Shop) -> None:
    again = shelf.add_page("https://www.shop.example:443/Privacy/", "list")
    assert again == shelf.page
    assert (again.url, again.urlkey, again.found_by) == (
        "http://shop.example/privacy",
        "example,shop)/privacy",
        "given",
    )


def test_a_page_that_a_link_led_to_can_be_given_later_and_never_back(shelf: Shop) -> None:
    found = [
        shelf.add_page("http://shop.example/legal", by).found_by for by in ("link", "list", "link", "given")
    ]
    assert found == ["link", "list", "list", "list"]


def test_pages_come_in_the_order_in_which_they_were_found(shelf: Shop, neighbour: Shop) -> None:
    later = shelf.add_page("http://shop.example/a")
    assert retailers.pages(shelf.db, shelf.policy_id) == [shelf.page, later]
    assert retailers.find_page(shelf.db, neighbour.policy_id, "http://shop.example/a") is None


def test_one_address_can_be_a_page_of_two_policies(shelf: Shop, neighbour: Shop) -> None:
    assert neighbour.add_page(shelf.page.url).id != shelf.page.id


def test_the_end_of_an_enumeration_is_remembered(shelf: Shop) -> None:
    assert retailers.listing(shelf.db, shelf.page.id) is None
    retailers.set_listing(shelf.db, shelf.page.id, "failed", "2026-01-02T03:04:05Z", "it answered with HTML")
    assert retailers.listing(shelf.db, shelf.page.id) == "failed"
    retailers.set_listing(shelf.db, shelf.page.id, "complete", "2026-01-03T03:04:05Z")
    row = shelf.db.execute("select listing, listing_reason, listed_at from pages").fetchone()
    assert row == ("complete", None, "2026-01-03T03:04:05Z")


def test_policies_come_by_domain_or_as_asked(shelf: Shop, neighbour: Shop) -> None:
    ours, theirs = (shelf.policy_id, "shop.example"), (neighbour.policy_id, "neighbour.example")
    assert retailers.policies(shelf.db) == [theirs, ours]
    assert retailers.policies(shelf.db, ["shop.example"]) == [ours]


@pytest.mark.parametrize(
    ("domain", "hint"),
    [
        ("shop.test", "the archive has no retailer shop.test; did you mean shop.example?"),
        ("shop.example.test", "the archive has no retailer shop.example.test; did you mean shop.example?"),
        (
            "other.test",
            "the archive has no retailer other.test; it has 2 retailers: see 'policytrail status'",
        ),
    ],
)
def test_an_unknown_retailer_is_named_with_a_hint(
    shelf: Shop, neighbour: Shop, domain: str, hint: str
) -> None:
    with pytest.raises(UnknownRetailerError) as caught:
        retailers.policies(shelf.db, ["shop.example", domain])
    assert str(caught.value) == hint


def test_what_says_whether_an_index_serves_is_a_page_that_it_has_listed(shelf: Shop) -> None:
    other = shelf.add_page("http://shop.example/legal")

    def to_probe(*troubled: int) -> int | None:
        page = retailers.to_probe(shelf.db, troubled)
        return page.id if page else None

    assert to_probe(shelf.page.id) == other.id  # nothing was listed: any other page
    assert to_probe(other.id) == shelf.page.id
    assert to_probe(shelf.page.id, other.id) is None
    retailers.set_listing(shelf.db, other.id, "failed", "2026-01-02T03:04:05Z", "it answered with HTML")
    assert to_probe(shelf.page.id) is None
    retailers.set_listing(shelf.db, shelf.page.id, "complete", "2026-01-02T03:04:05Z")
    assert to_probe(shelf.page.id) == shelf.page.id  # proven, and so better than a guess
