"""Read many things in workers, some at a time. One that goes over a limit costs no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from crawler.workers.processes import NoResultError, OverLimitError

CHUNK = 8  # how many captures, changes or texts a worker gets at once
T = TypeVar("T")
K = TypeVar("K")


async def in_parts(
    wanted: Sequence[K],
    read: Callable[[Sequence[K]], Awaitable[Sequence[T]]],
    prevented: Callable[[NoResultError], None],
) -> tuple[dict[K, T], list[K]]:
    """Call `read` with parts of what is wanted. Return what was read, and what went over a limit.

    A part that fails is read again one by one. What the machine prevented is in neither result;
    `prevented` is called for each. Raises WorkersError and what `read` raises otherwise.
    """
    found: dict[K, T] = {}
    over: list[K] = []

    async def some(part: Sequence[K]) -> None:
        try:
            found.update(zip(part, await read(part), strict=True))
        except (OverLimitError, NoResultError) as error:
            if len(part) > 1:
                for one in part:
                    await some([one])
            elif isinstance(error, NoResultError):
                prevented(error)
            else:
                over.extend(part)

    await asyncio.gather(*(some(wanted[at : at + CHUNK]) for at in range(0, len(wanted), CHUNK)))
    return found, over
