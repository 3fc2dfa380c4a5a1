"""Many things are read some at a time, and one that fails costs no other."""

import asyncio
from collections.abc import Sequence

from crawler.workers.parts import CHUNK, in_parts
from crawler.workers.processes import NoResultError, OverLimitError


def test_one_that_fails_costs_no_other() -> None:
    asked: list[int] = []
    prevented: list[str] = []

    async def read(part: Sequence[int]) -> list[int]:
        asked.append(len(part))
        if 3 in part:
            raise OverLimitError("over 30 s")
        if 12 in part:
            raise NoResultError("ended from outside")
        return [10 * number for number in part]

    found, over = asyncio.run(in_parts(range(20), read, lambda error: prevented.append(str(error))))
    assert found == {number: 10 * number for number in range(20) if number not in (3, 12)}
    assert (over, prevented) == ([3], ["ended from outside"])
    assert sorted(asked) == [1] * 2 * CHUNK + [4, CHUNK, CHUNK]


def test_nothing_wanted_is_nothing_read() -> None:
    async def never(_: Sequence[int]) -> list[int]:
        raise AssertionError

    assert asyncio.run(in_parts([], never, lambda _: None)) == ({}, [])
