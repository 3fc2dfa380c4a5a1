"""What waits is done together, in order, and what is bad costs only its caller an error."""

import asyncio

import pytest

from crawler.workers.together import Together


async def _next_steps() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_what_waits_is_done_together_in_order() -> None:
    asked: list[list[int]] = []
    done: list[int] = []

    async def run() -> None:
        free = asyncio.Event()

        async def work(keys: list[int]) -> None:
            asked.append(keys)
            await free.wait()

        together = Together(work, at_once=2, most=3)
        calls = []
        for number in range(7):
            calls.append(asyncio.create_task(together.do([number], done.append)))
            await _next_steps()
        assert asked == [[0], [1]]
        free.set()
        await asyncio.gather(*calls)

    asyncio.run(run())
    assert asked == [[0], [1], [2, 3, 4], [5, 6]]
    assert sorted(done) == list(range(7))


def test_a_bad_key_costs_only_its_caller() -> None:
    done: list[int] = []

    async def run() -> list[BaseException | None]:
        async def work(keys: list[int]) -> None:
            if 2 in keys:
                raise ValueError("two")

        together = Together(work, at_once=1, most=8)
        calls = [
            together.do([1, 3], done.append),
            together.do([2], done.append),
            together.do([4], done.append),
        ]
        return await asyncio.gather(*calls, return_exceptions=True)

    first, second, third = asyncio.run(run())
    assert (first, third) == (None, None)
    assert isinstance(second, ValueError)
    assert done == [1, 3, 4]


def test_nobody_works_for_a_caller_that_left() -> None:
    asked: list[list[int]] = []

    async def run() -> None:
        free = asyncio.Event()

        async def work(keys: list[int]) -> None:
            asked.append(keys)
            await free.wait()

        together = Together(work, at_once=1, most=1)
        begun, left, last = (asyncio.create_task(together.do([number])) for number in range(3))
        await _next_steps()
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        begun.cancel()  # its work is not stopped
        free.set()
        await last
        await together.do([])

    asyncio.run(run())
    assert asked == [[0], [2]]
