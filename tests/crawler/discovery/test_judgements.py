"""A text that takes too long to judge: its page stays a candidate, and the search goes on."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.discovery.candidates import NOT_JUDGED, classify_capture
from crawler.discovery.classify.page import Classification
from db.store import captures
from tests.support.shop import Shop


@pytest.mark.parametrize(
    ("answer", "kind", "finding"),
    [
        (lambda function: None, "candidate", NOT_JUDGED),
        (lambda function: function(), "candidate", "the capture is no policy: thin"),
    ],
)
def test_a_page_that_takes_too_long_stays_a_candidate(
    db: Database, answer: Callable[[Any], Any], kind: str, finding: str
) -> None:
    shop = Shop(db, "shop.example")
    capture_id = shop.observe("20140101000000", "We collect data.", verdict="thin")
    capture = captures.get(db, capture_id)

    async def judge(function: Any, **named: Any) -> Any:
        return answer(lambda: function(**named))

    session: Any = SimpleNamespace(db=db, domain="shop.example", name=None, language=None, judge=judge)
    page: Any = SimpleNamespace(id=capture.page_id, url="http://shop.example/privacy")
    found = asyncio.run(classify_capture(session, page, capture))
    assert found == Classification(kind, None, finding)
