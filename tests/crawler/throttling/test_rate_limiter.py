"""The limiter, with a clock that goes on only when somebody waits: no test takes time."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count, pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler.throttling import rate_limiter
from crawler.throttling.rate_limiter import START_SECONDS, RateLimiter
from crawler.throttling.shared_limits import SharedLimits

WARM = 1_000.0 + START_SECONDS  # by then a pace that began with the clock is at its full rate


class Clock:
    """Seconds that pass in `sleep` only; sleepers wake in the order of their time."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, next(self._order), woken))
        await woken

    async def run(self, *tasks: Awaitable[None]) -> None:
        running = [asyncio.ensure_future(task) for task in tasks]
        while not all(task.done() for task in running):
            for _ in range(5):  # until everybody who can go on sleeps
                await asyncio.sleep(0)
            if self._sleepers:
                earliest = min(self._sleepers)
                self._sleepers.remove(earliest)
                self.now = max(self.now, earliest[0])
                earliest[2].set_result(None)
        for task in running:
            task.result()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rate_limiter, "time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(rate_limiter, "asyncio", SimpleNamespace(sleep=clock.sleep, Lock=asyncio.Lock))
    return clock


@pytest.fixture
def budget(tmp_path: Path, clock: Clock) -> Callable[[], SharedLimits]:
    """Opens the shared file, as every process does for itself."""
    return lambda: SharedLimits("archive.example", tmp_path / "limits.db", clock.monotonic)


def went_out(
    clock: Clock, *asked: tuple[RateLimiter, list[str]], between: Callable[[int], None] = lambda _: None
) -> list[float]:
    """Ask several limiters for turns at once; return when requests went out, in seconds from the start."""
    log: list[float] = []

    async def one(limiter: RateLimiter, kind: str) -> None:
        assert await limiter.acquire(kind)
        log.append(round(clock.now - 1_000, 3))
        between(len(log))

    asyncio.run(clock.run(*(one(limiter, kind) for limiter, kinds in asked for kind in kinds)))
    return log


def warm(clock: Clock, limiter: RateLimiter, kind: str) -> RateLimiter:
    """The pace after its slow start, in which it made one request."""
    went_out(clock, (limiter, [kind]))
    clock.now = WARM
    return limiter


def test_requests_of_a_kind_go_out_at_its_rate(clock: Clock, budget: Callable[[], SharedLimits]):
    limiter = warm(clock, RateLimiter(budget(), {"cdx": 24, "replay": 480}), "cdx")
    assert went_out(clock, (limiter, ["cdx"] * 3)) == [10.0, 12.5, 15.0]
    assert went_out(clock, (limiter, ["replay"] * 4)) == [15.0, 15.125, 15.25, 15.375]


def test_a_kind_does_not_wait_for_another(clock: Clock, budget: Callable[[], SharedLimits]):
    limiter = warm(clock, RateLimiter(budget(), {"cdx": 60, "replay": 120}), "cdx")
    assert went_out(clock, (limiter, ["cdx"] * 3 + ["replay"] * 3)) == [10.0, 10.0, 10.5, 11.0, 11.0, 12.0]


def test_a_start_is_slow(clock: Clock, budget: Callable[[], SharedLimits]):
    log = went_out(clock, (RateLimiter(budget(), {"replay": 480}), ["replay"] * 100))
    assert log[:4] == [0.0, 0.625, 1.219, 1.783]
    assert sum(at < START_SECONDS for at in log) == 32  # of 80 at the full rate
    assert {round(later - earlier, 3) for earlier, later in pairwise(log) if earlier > START_SECONDS} == {
        0.125
    }


def test_after_a_pause_it_starts_slowly_again(clock: Clock, budget: Callable[[], SharedLimits]):
    limiter = warm(clock, RateLimiter(budget(), {"replay": 480}), "replay")
    assert limiter.throttled(30) == 30
    assert went_out(clock, (limiter, ["replay"] * 3)) == [40.0, 40.625, 41.219]


def test_two_processes_have_one_rate_between_them(clock: Clock, budget: Callable[[], SharedLimits]):
    one, other = (RateLimiter(budget(), {"cdx": 60}) for _ in range(2))
    warm(clock, one, "cdx"), warm(clock, other, "cdx")
    clock.now = WARM + 100
    assert went_out(clock, (one, ["cdx"] * 3), (other, ["cdx"] * 3)) == [
        110.0,
        111.0,
        112.0,
        113.0,
        114.0,
        115.0,
    ]


def test_a_process_that_starts_goes_on_where_another_ended(clock: Clock, budget: Callable[[], SharedLimits]):
    went_out(clock, (RateLimiter(budget(), {"cdx": 1}), ["cdx"]))
    clock.now += 20
    assert went_out(clock, (RateLimiter(budget(), {"cdx": 1}), ["cdx"])) == [60.5]


def test_no_limit_is_no_wait_and_no_file(clock: Clock, budget: Callable[[], SharedLimits], tmp_path: Path):
    assert went_out(clock, (RateLimiter(budget(), {"cdx": 0}), ["cdx"] * 100)) == [0.0] * 100
    assert list(tmp_path.iterdir()) == []


def test_time_that_nobody_used_is_not_saved_up(clock: Clock, budget: Callable[[], SharedLimits]):
    limiter = warm(clock, RateLimiter(budget(), {"cdx": 60}), "cdx")
    clock.now += 100
    assert went_out(clock, (limiter, ["cdx"] * 3)) == [110.0, 111.0, 112.0]


def test_a_pause_holds_everybody_also_who_waited_already(clock: Clock, budget: Callable[[], SharedLimits]):
    limiter = warm(clock, RateLimiter(budget(), {"cdx": 60, "replay": 60}), "cdx")

    def refuse(count: int) -> None:
        if count == 2:
            assert limiter.throttled(30) == 30

    log = went_out(clock, (limiter, ["cdx", "replay", "cdx", "replay"]), between=refuse)
    assert log == [10.0, 10.0, 40.0, 40.0]


def test_a_pause_holds_other_processes_too(
    clock: Clock, budget: Callable[[], SharedLimits], caplog: pytest.LogCaptureFixture
):
    one, other, unlimited = (RateLimiter(budget(), {"cdx": rate}) for rate in (60, 60, 0))
    went_out(clock, (unlimited, ["cdx"]))
    assert one.throttled(None) == 60
    clock.now += rate_limiter.LOOK_SECONDS
    assert went_out(clock, (other, ["cdx"]), (unlimited, ["cdx"] * 2)) == [60.0, 60.0, 60.0]
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2  # once a process
    assert told[0].startswith("the archive asked for a pause (429): nothing goes out before ")


def test_a_pause_without_a_limit_is_kept_too(clock: Clock, budget: Callable[[], SharedLimits]):
    limiter = RateLimiter(budget(), {"cdx": 0}, pause=5)
    went_out(clock, (limiter, ["cdx"]))
    assert limiter.throttled(None) == 5
    assert went_out(clock, (limiter, ["cdx"] * 2)) == [5.0, 5.0]


def test_who_is_stopped_does_not_wait_on(clock: Clock, budget: Callable[[], SharedLimits]):
    limiter = RateLimiter(budget(), {"cdx": 60})
    limiter.throttled(1800)

    async def one() -> None:
        assert not await limiter.acquire("cdx", lambda: clock.now > 1_002)

    asyncio.run(clock.run(one()))
    assert clock.now == 1_003


def test_a_block_holds_other_processes(clock: Clock, budget: Callable[[], SharedLimits]):
    one, other = (RateLimiter(budget(), {"cdx": 60}) for _ in range(2))
    assert one.refused("it refuses connections") == 3600

    async def turn() -> None:
        assert not await other.acquire("cdx")

    asyncio.run(clock.run(turn()))
    assert clock.now == 1_000
    assert other.state() == (1_000, 0.0, 4_600, "it refuses connections")
