"""Read changes and texts in workers, some at a time. One that goes over a limit costs no other."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from crawler.workers.processes import NoResultError, OverLimitError
from db.findings.reading import ChangeTexts

# How many changes and texts a worker reads at once. Most texts of a policy have the same sentences, and a
# worker remembers those; but nobody waits longer than ten minutes for all of them (processes.py).
PART = 16
T = TypeVar("T")
K = TypeVar("K")


async def in_parts(
    wanted: Sequence[K],
    read: Callable[[Sequence[K]], Awaitable[Sequence[T]]],
    prevented: Callable[[NoResultError], None],
) -> tuple[dict[K, T], set[K]]:
    """Call `read` with parts of what is wanted. Return what was read, and what went over a limit.

    A part that fails is read again one by one. What the machine prevented is in neither result;
    `prevented` is called for each. Raises WorkersError and what `read` raises otherwise.
    """
    found: dict[K, T] = {}
    over: set[K] = set()

    async def some(part: Sequence[K]) -> None:
        try:
            found.update(zip(part, await read(part), strict=True))
        except (OverLimitError, NoResultError) as error:
            if len(part) > 1:
                await asyncio.gather(*(some([one]) for one in part))
            elif isinstance(error, NoResultError):
                prevented(error)
            else:
                over.update(part)

    await asyncio.gather(*(some(wanted[at : at + PART]) for at in range(0, len(wanted), PART)))
    return found, over


def beside_each_other(changes: Sequence[ChangeTexts], texts: Sequence[int]) -> list[ChangeTexts | int]:
    """Return changes, and ids of texts, each once, so that a text comes just before its changes.

    A worker remembers the claims of the last texts, so it reads each text of a part once.
    """
    wanted: set[ChangeTexts | int] = {*changes, *texts}
    order: Iterable[ChangeTexts | int] = chain(
        chain.from_iterable((one.old_text, one.new_text, one) for one in changes), texts
    )
    return [one for one in dict.fromkeys(order) if one in wanted]
