"""Do what many callers ask for, some at a time: what waits while all workers are busy is done together."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K")
Waiting = tuple[K, "asyncio.Future[None]", Callable[[K], object]]


class Together(Generic[K]):
    """Calls `work` with some keys, in the order in which they came.

    At most `at_once` calls run at once. A call gets the keys that wait, up to `most`. If it fails, its keys
    are tried one by one, so that only the callers of a bad key get its error.
    """

    def __init__(self, work: Callable[[list[K]], Awaitable[object]], *, at_once: int, most: int) -> None:
        self._work, self._at_once, self._most = work, at_once, most
        self._waiting: deque[Waiting[K]] = deque()
        self._running = set[asyncio.Task[None]]()

    async def do(self, keys: Iterable[K], done: Callable[[K], object] = lambda _: None) -> None:
        """Do the work for some keys, and wait until all of it is done; `done` is called with each key.

        Without keys, nothing is done. Raises the first error of the work for these keys.
        """
        loop = asyncio.get_running_loop()
        asked: list[Waiting[K]] = [(key, loop.create_future(), done) for key in keys]
        self._waiting.extend(asked)
        for _ in range(min(len(asked), self._at_once - len(self._running))):
            task = loop.create_task(self._run())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        await asyncio.gather(*(end for _, end, _ in asked))

    async def _run(self) -> None:
        while self._waiting:
            count = min(self._most, len(self._waiting))
            part = [self._waiting.popleft() for _ in range(count)]
            if wanted := [one for one in part if not one[1].done()]:  # nobody waits for a cancelled one
                await self._do(wanted)

    async def _do(self, part: list[Waiting[K]]) -> None:
        try:
            await self._work([key for key, _, _ in part])
            for key, _, done in part:
                done(key)
        except Exception as error:
            if len(part) > 1:
                for one in part:
                    await self._do([one])
            elif not part[0][1].done():
                part[0][1].set_exception(error)
        for _, end, _ in part:
            if not end.done():
                end.set_result(None)
