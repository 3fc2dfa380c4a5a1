import asyncio
from collections.abc import Iterable
from typing import Any, ClassVar

import pytest
from sqlite_utils import Database

from crawler.crawl import extraction
from crawler.crawl.extraction import PolicyExtraction
from crawler.crawl.policy_tracker import PolicyTracker
from crawler.errors import machine_problem
from crawler.workers.pool import WorkerPool
from crawler.workers.processes import NoResultError
from tests.support.shop import Shop


class EndlessWork(WorkerPool):
    """Workers that never end the history of a policy until they are stopped."""

    async def history(self, policy_id: int) -> Any:
        while not self._processes.is_closed:
            await asyncio.sleep(0)
        raise NoResultError("the run was stopped")


def test_an_interrupted_run_does_not_wait_for_endless_work(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "LAST_SECONDS", 0)
    interrupted = asyncio.Event()

    async def run() -> None:
        work = PolicyExtraction(
            db, lambda: EndlessWork(db, jobs=1), PolicyTracker(lambda: False), interrupted.is_set
        )
        work.start()
        work.submit(1, ())
        work.tracker.close(1)
        await asyncio.sleep(0)
        interrupted.set()
        await work.submitted[0]
        await work.shut_down()
        assert work.undone is None

    asyncio.run(asyncio.wait_for(run(), 60))
    assert db.execute("select count(*) from underived").fetchone() == (0,)


class Counted(WorkerPool):
    """Workers that only note which captures they extract, and of which policies they derive the history."""

    done: ClassVar[list[tuple[str, object]]] = []

    async def extract_captures(self, capture_ids: Iterable[int], *_: Any) -> None:
        self.done.extend(("extract", one) for one in capture_ids)

    async def derive(self, policy_id: int, **_: Any) -> None:
        self.done.append(("derive", policy_id))


@pytest.mark.parametrize("ends", ["with its work", "with the run"])
def test_a_history_without_new_texts_is_not_derived_again(
    shelf: Shop, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    done: list[tuple[str, object]] = []
    monkeypatch.setattr(Counted, "done", done)

    async def run(*captures: int) -> None:
        tracker = PolicyTracker(lambda: False)
        work = PolicyExtraction(shelf.db, lambda: Counted(shelf.db, jobs=1), tracker, lambda: False)
        work.start()
        if ends == "with its work":
            tracker.close(shelf.policy_id)
        work.submit(shelf.policy_id, captures)
        await work.submitted[0]
        await work.shut_down()

    asyncio.run(run())
    assert done == []
    asyncio.run(run(7))
    assert done == [("extract", 7), ("derive", shelf.policy_id)]
    done.clear()
    shelf.observe("20200101000000", "# Privacy\n\nAn earlier run did not derive this.\n")
    asyncio.run(run())
    assert done == [("derive", shelf.policy_id)]


class WithoutMemory(WorkerPool):
    """Workers whose captures this process cannot read, because it gets no memory."""

    async def extract_captures(self, *_: Any, **__: Any) -> None:
        raise MemoryError


def test_what_this_machine_lacks_judges_no_capture_and_ends_the_run(shelf: Shop) -> None:
    capture = shelf.list("20200101000000")
    shelf.fetch(capture, b"<p>not read")

    async def run() -> BaseException | None:
        work = PolicyExtraction(
            shelf.db, lambda: WithoutMemory(shelf.db, jobs=1), PolicyTracker(lambda: False), lambda: False
        )
        work.start()
        work.submit(shelf.policy_id, (capture.id,))
        work.tracker.close(shelf.policy_id)
        with pytest.raises(MemoryError):
            await work.submitted[0]
        await work.shut_down()
        return work.fatal_error

    error = asyncio.run(asyncio.wait_for(run(), 60))
    assert error is not None and machine_problem(error) == (
        "this process may not use enough memory: see 'ulimit -v'"
    )
    assert shelf.row(capture, "verdict") == (None,)
