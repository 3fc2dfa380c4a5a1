"""Lists of several policies are read side by side."""

import asyncio

import pytest

from crawler.crawl.listing import AT_ONCE, side_by_side
from db.store.retailers import Page


def pages(*policies: int) -> list[Page]:
    """Return a page for each policy id, with ids from 0."""
    return [Page(number, policy, "http://x/", "x)/", "given") for number, policy in enumerate(policies)]


def test_a_list_without_end_does_not_stop_the_others() -> None:
    listed: list[int] = []

    async def list_page(page: Page) -> None:
        if page.id == 0:
            await asyncio.Event().wait()
        listed.append(page.id)

    async def run() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await side_by_side(pages(1, 1, 2, 3, 4, 5, 6), lambda page: page.policy_id, list_page)

    asyncio.run(run())
    assert listed == [2, 3, 4, 5, 6]


def test_pages_of_a_group_come_in_their_order_and_few_at_once() -> None:
    listed: list[int] = []
    open_, most = 0, 0

    async def list_page(page: Page) -> None:
        nonlocal open_, most
        open_ += 1
        most = max(most, open_)
        await asyncio.sleep(0)
        listed.append(page.id)
        open_ -= 1

    asyncio.run(side_by_side(pages(*range(9), 0, 0), lambda page: page.policy_id, list_page))
    assert (sorted(listed), most) == ([*range(11)], AT_ONCE)
    assert [number for number in listed if number in (0, 9, 10)] == [0, 9, 10]


def test_an_error_ends_all() -> None:
    async def list_page(page: Page) -> None:
        if page.id == 1:
            raise LookupError
        await asyncio.Event().wait()

    with pytest.raises(LookupError):
        asyncio.run(side_by_side(pages(1, 2, 3), lambda page: page.policy_id, list_page))
