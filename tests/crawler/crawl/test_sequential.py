"""The policies of a crawl that goes page by page are closed after their last page."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.crawl import sequential
from crawler.items import FetchTask
from db.store.retailers import Page


def page(number: int, policy_id: int) -> Page:
    return Page(number, policy_id, f"http://x/{number}", f"x)/{number}", "given")


def test_a_policy_is_closed_after_all_its_pages_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def choose(_: object, page: Page) -> list[FetchTask]:
        done.append(f"page {page.id}")
        return []

    monkeypatch.setattr(sequential, "_choose", choose)
    extraction = SimpleNamespace(close=lambda policy_id: done.append(f"close {policy_id}"))
    context: Any = SimpleNamespace(extraction=extraction)
    first, second, other = page(1, 7), page(2, 7), page(3, 8)

    async def room() -> None:
        pass

    async def run() -> None:
        listed: asyncio.Queue[Page | None] = asyncio.Queue()
        for one in (second, other, first, None):
            listed.put_nowait(one)
        batches: AsyncIterator[Any] = sequential.in_order(context, [first, second, other], listed, room)
        assert [tasks async for tasks in batches] == [[], [], []]

    asyncio.run(run())
    assert done == ["page 2", "page 3", "close 8", "page 1", "close 7"]
