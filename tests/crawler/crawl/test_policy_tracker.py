import asyncio

from crawler.crawl.policy_tracker import PolicyTracker


def test_a_policy_is_finished_when_it_is_closed_and_nothing_of_it_is_open() -> None:
    tracker = PolicyTracker(lambda: False)
    tracker.begin(1)
    assert not tracker.end(1)  # more may follow
    tracker.begin(1)
    tracker.begin(1)
    tracker.close(1)
    assert not tracker.end(1)
    assert tracker.finished == set()
    assert tracker.end(1)
    assert tracker.finished == {1}


def test_the_work_of_another_policy_does_not_count() -> None:
    tracker = PolicyTracker(lambda: False)
    tracker.begin(1)
    tracker.begin(2)
    tracker.close(1)
    assert tracker.end(1)


def test_who_waits_goes_on_when_enough_has_ended() -> None:
    async def run() -> list[str]:
        tracker, log = PolicyTracker(lambda: False), []
        for _ in range(3):
            tracker.begin(1)
        await tracker.wait_until_at_most(3)
        waiting = asyncio.create_task(tracker.wait_until_at_most(1))
        for _ in range(2):
            await asyncio.sleep(0)
            log.append(f"waits: {not waiting.done()}")
            tracker.end(1)
        await asyncio.wait_for(waiting, 5)
        return log

    assert asyncio.run(run()) == ["waits: True", "waits: True"]


def test_nobody_waits_for_a_run_that_is_stopped() -> None:
    stopped: list[bool] = []

    async def run() -> None:
        tracker = PolicyTracker(lambda: bool(stopped))
        tracker.begin(1)
        waiting = asyncio.create_task(tracker.wait_until_at_most(0))
        await asyncio.sleep(0)
        stopped.append(True)
        tracker.wake()
        await asyncio.wait_for(waiting, 5)

    asyncio.run(run())
