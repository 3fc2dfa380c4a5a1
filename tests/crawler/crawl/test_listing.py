"""Lists of several policies are read side by side."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import scrapy
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response, TextResponse

from crawler.crawl.listing import AT_ONCE, list_captures, side_by_side
from crawler.webarchive.sources import Source
from db import times
from db.database import transaction
from db.store import coverage
from db.store.coverage import Coverage
from db.store.retailers import Page
from tests.support.shop import Shop

SOURCE = Source("web.archive.org", "a test", "http://127.0.0.1/cdx/search/cdx", "http://127.0.0.1/web")


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


class Index:
    """Answers each query with the next of its answers: a status and a body, or None for a timeout."""

    def __init__(self, *answers: tuple[int, bytes] | None) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bool]] = []  # the number of rows, and whether a timeout makes it smaller

    async def fetch(self, request: scrapy.Request, on_sent: object = None) -> Response:
        self.asked.append((request.url.partition("limit=")[2].partition("&")[0], request.meta["narrows"]))
        answer = self.answers.pop(0)
        if answer is None:
            raise DownloadTimeoutError
        return TextResponse(request.url, answer[0], body=answer[1])


def list_page(shelf: Shop, index: Index) -> str:
    """List the shop's page, of which an earlier run listed all, and return the state of the listing."""
    context: Any = SimpleNamespace(
        db=shelf.db,
        source=SOURCE,
        plan=SimpleNamespace(first=None, last=None, relist=False),
        index_turns=asyncio.Semaphore(),
        fetcher=index,
    )
    with transaction(shelf.db):
        coverage.store(shelf.db, shelf.page.id, SOURCE.name, Coverage(None, "20140101000000", times.now()))
    return asyncio.run(list_captures(context, shelf.page, lambda new: None)).state


@pytest.mark.parametrize(
    ("answer", "is_kept"),
    [((503, b"busy"), True), ((200, b"<html>"), False), ((404, b"what"), False)],
)
def test_an_archive_that_is_down_says_nothing_about_the_lists_before(
    shelf: Shop, answer: tuple[int, bytes], is_kept: bool
) -> None:
    assert list_page(shelf, Index(answer)) == "failed"
    assert (coverage.of_page(shelf.db, shelf.page.id, SOURCE.name) is not None) is is_kept


@pytest.mark.parametrize("timeout", [None, (504, b"Gateway Time-out")])
@pytest.mark.parametrize("is_answered", [True, False])
def test_an_index_that_runs_out_of_time_is_asked_for_less(
    shelf: Shop, timeout: tuple[int, bytes] | None, is_answered: bool
) -> None:
    row = b"example,shop)/privacy 20150101000000 http://shop.example/privacy text/html 200 D1 77\n"
    index = Index(timeout, timeout, (200, row) if is_answered else timeout)
    assert list_page(shelf, index) == ("complete" if is_answered else "failed")
    # The last one cannot be smaller: it is sent again, and counts as a fault.
    assert index.asked == [("5000", True), ("500", True), ("50", False)]
    assert coverage.of_page(shelf.db, shelf.page.id, SOURCE.name) is not None
