import asyncio

import pytest

from crawler.spiders import open_requests
from crawler.spiders.open_requests import OpenRequests


def test_a_request_that_ends_is_not_lost_and_a_lost_one_ends_once() -> None:
    lost: list[str] = []
    requests = OpenRequests(lambda: True)
    one, other = requests.begin(), requests.begin()
    requests.set(one, lambda error: lost.append(f"one: {error}"))
    requests.set(other, lambda error: lost.append(f"other: {error}"))
    assert requests.end(one)
    assert not requests.end(one)
    assert requests.end_lost()
    assert lost == ["other: its request was dropped"]
    assert not requests.end(other)
    assert not requests.end_lost()


def test_only_what_is_open_while_scrapy_has_nothing_to_do_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_requests, "LOOK_SECONDS", 0.001)
    busy, lost = [True], list[object]()
    requests = OpenRequests(lambda: not busy)
    requests.set(requests.begin(), lost.append)

    async def run() -> None:
        watching = asyncio.create_task(requests.watch())
        await asyncio.sleep(0.05)
        assert not lost
        busy.clear()
        while not lost:
            await asyncio.sleep(0.001)
        watching.cancel()

    asyncio.run(asyncio.wait_for(run(), 10))
    assert len(lost) == 1
