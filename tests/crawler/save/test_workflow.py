"""A request for a capture is forgotten only if it was not sent."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import exceptions

from crawler.save import workflow
from crawler.webarchive.failures import NotServingError
from tests.support.shop import Shop


class Failing:
    """A client whose requests all fail with one error."""

    endpoint = "http://archive.example/save"
    is_over = False

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, *_: object) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "states"),
    [
        (exceptions.IgnoreRequest("the run is being stopped"), []),
        (exceptions.DownloadConnectionRefusedError(), []),
        (NotServingError("the archive does not serve now"), [("asked",)]),
        (exceptions.DownloadFailedError(), [("asked",)]),
    ],
)
def test_only_a_request_that_was_not_sent_is_forgotten(
    shelf: Shop, error: Exception, states: list[tuple[str]]
) -> None:
    plan: Any = SimpleNamespace(
        source=SimpleNamespace(name="web.archive.org"), interval=0.0, if_older_than=None
    )

    async def save() -> workflow.PageResult:
        client: Any = Failing(error)
        context = workflow.SaveContext(shelf.db, plan, client, asyncio.Semaphore(1), asyncio.Lock())
        return await workflow.save(context, shelf.page)

    result = asyncio.run(save())
    assert [one.state for one in (result.outcome,) if one] == [state for (state,) in states]
    assert shelf.db.execute("select state from saves").fetchall() == states
