from db.database import transaction
from db.query.current_address import current_pages, page_states
from db.store import retailers
from db.store.retailers import Page
from tests.support.shop import Shop


def now(shelf: Shop) -> list[str]:
    pages, left = current_pages(page_states(shelf.db, shelf.policy_id))
    assert len({page.id for page in [*pages, *(page for page, _ in left)]}) == len(pages) + len(left)
    return [page.url for page in pages]


def left(shelf: Shop) -> dict[str, str]:
    return {page.url: reason for page, reason in current_pages(page_states(shelf.db, shelf.policy_id))[1]}


def redirect(shelf: Shop, timestamp: str, page: Page | None = None) -> None:
    capture_id = shelf.observe(timestamp, f"moved {timestamp}", page=page, verdict="redirect-stub")
    with transaction(shelf.db):
        shelf.db.execute("update captures set status = 301 where id = ?", [capture_id])


def test_the_address_with_the_newest_good_capture(shelf: Shop):
    other = shelf.add_page("http://shop.example/legal")
    shelf.observe("20100101000000", "old")
    shelf.observe("20200101000000", "new", page=other)
    assert now(shelf) == [other.url]
    assert left(shelf) == {shelf.page.url: "the policy is at another address now"}


def test_a_bad_capture_of_late_does_not_matter(shelf: Shop):
    shelf.observe("20200101000000", "good")
    shelf.observe("20200901000000", "blocked", verdict="block-page")
    assert now(shelf) == [shelf.page.url]


def test_dead_for_years(shelf: Shop):
    shelf.observe("20200101000000", "good")
    shelf.observe("20210201000000", "gone", verdict="soft-404")
    assert now(shelf) == []
    assert left(shelf) == {shelf.page.url: "it has shown no policy for long (soft-404, 2021-02-01)"}


def test_a_redirect_to_a_page_that_only_links_lead_to_is_asked_itself(shelf: Shop):
    """The archive follows it, and the next crawl does too."""
    shelf.observe("20100101000000", "old")
    redirect(shelf, "20200101000000")
    shelf.observe("20200101000001", "new", page=shelf.add_page("http://shop.example/legal", "link"))
    assert now(shelf) == [shelf.page.url]
    assert left(shelf) == {}


def test_a_redirect_to_nowhere(shelf: Shop):
    shelf.observe("20100101000000", "old")
    redirect(shelf, "20200101000000")
    assert now(shelf) == []
    assert left(shelf) == {shelf.page.url: "it redirects since 2020-01-01 or before"}


def test_a_policy_that_the_archive_does_not_have(shelf: Shop):
    assert now(shelf) == []
    assert left(shelf) == {shelf.page.url: "nothing is known of it yet: crawl first"}
    with transaction(shelf.db):
        retailers.set_listing(shelf.db, shelf.page.id, "complete", "2026-01-01T00:00:00Z")
    assert now(shelf) == [shelf.page.url]


def test_an_excluded_page_is_never_asked_for(shelf: Shop):
    shelf.observe("20200101000000", "good")
    with transaction(shelf.db):
        retailers.set_listing(shelf.db, shelf.page.id, "excluded", "2026-01-01T00:00:00Z")
    assert now(shelf) == []
    assert left(shelf) == {shelf.page.url: "the archive may not show it"}
