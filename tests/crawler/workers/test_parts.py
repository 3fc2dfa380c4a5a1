"""Many things are read some at a time, and one that fails costs no other."""

import asyncio
from collections.abc import Sequence

from crawler.workers.parts import PART, beside_each_other, in_parts
from crawler.workers.processes import NoResultError, OverLimitError
from db.findings.reading import ChangeTexts


def test_one_that_fails_costs_no_other() -> None:
    asked: list[int] = []
    prevented: list[str] = []

    async def read(part: Sequence[int]) -> list[int]:
        asked.append(len(part))
        if 3 in part:
            raise OverLimitError("over 30 s")
        if PART in part:
            raise NoResultError("ended from outside")
        return [10 * number for number in part]

    found, over = asyncio.run(in_parts(range(2 * PART + 4), read, lambda error: prevented.append(str(error))))
    assert found == {number: 10 * number for number in range(2 * PART + 4) if number not in (3, PART)}
    assert (over, prevented) == ({3}, ["ended from outside"])
    assert sorted(asked) == [1] * 2 * PART + [4, PART, PART]


def test_nothing_wanted_is_nothing_read() -> None:
    async def never(_: Sequence[int]) -> list[int]:
        raise AssertionError

    assert asyncio.run(in_parts([], never, lambda _: None)) == ({}, set())


def test_a_text_comes_just_before_its_changes() -> None:
    first, second = ChangeTexts(1, 2, ()), ChangeTexts(2, 3, ())
    assert beside_each_other([first, second, first], [1, 3, 4]) == [1, first, 3, second, 4]
    assert beside_each_other([], []) == []
