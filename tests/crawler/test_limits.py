"""The pace, with a clock that goes on only when somebody waits: no test takes time."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from types import SimpleNamespace

import pytest

from crawler import limits
from crawler.limits import PAUSE, PAUSES, Pace


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
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(limits, "asyncio", SimpleNamespace(sleep=clock.sleep))
    return clock


def went_out(
    clock: Clock, pace: Pace, kinds: list[str], between: Callable[[int], None] = lambda _: None
) -> list[tuple[str, float]]:
    """Ask for turns all at once; when each request went out, in seconds from the beginning."""
    log: list[tuple[str, float]] = []

    async def one(kind: str) -> None:
        await pace.turn(kind)
        log.append((kind, round(clock.now - 1_000, 3)))
        between(len(log))

    asyncio.run(clock.run(*(one(kind) for kind in kinds)))
    return log


def test_requests_of_a_kind_go_out_at_its_rate(clock: Clock) -> None:
    log = went_out(clock, Pace({"cdx": 24, "replay": 480}), ["cdx"] * 3 + ["replay"] * 4)
    assert [at for kind, at in log if kind == "cdx"] == [0.0, 2.5, 5.0]
    assert [at for kind, at in log if kind == "replay"] == [0.0, 0.125, 0.25, 0.375]


def test_no_limit_is_no_wait(clock: Clock) -> None:
    assert went_out(clock, Pace({"cdx": 0}), ["cdx"] * 100) == [("cdx", 0.0)] * 100


def test_time_that_nobody_used_is_not_saved_up(clock: Clock) -> None:
    pace = Pace({"cdx": 60})
    went_out(clock, pace, ["cdx"])
    clock.now += 100
    assert [at for _, at in went_out(clock, pace, ["cdx"] * 3)] == [100.0, 101.0, 102.0]


def test_a_pause_holds_everybody_also_who_waited_already(clock: Clock) -> None:
    pace = Pace({"cdx": 60, "replay": 60})

    def refuse(count: int) -> None:
        if count == 2:
            assert pace.throttled(30) == 30

    log = went_out(clock, pace, ["cdx", "replay", "cdx", "replay"], refuse)
    assert log[:2] == [("cdx", 0.0), ("replay", 0.0)]
    assert [at for _, at in log[2:]] == [30.0, 30.0]


def test_pauses_get_longer_until_the_archive_is_taken_at_its_word(clock: Clock) -> None:
    pace, pauses = Pace({"cdx": 0}), []
    while (seconds := pace.throttled(None)) is not None:
        pauses.append(seconds)
        clock.now += seconds
    assert pauses == [PAUSE * 2**n for n in range(PAUSES)]


def test_the_archives_own_word_on_how_long_is_kept(clock: Clock) -> None:
    pace = Pace({"cdx": 0}, pause=5)
    assert pace.throttled(90) == 90
    clock.now += 90
    assert pace.throttled(None) == 10


def test_answers_that_were_under_way_do_not_make_a_pause_longer(clock: Clock) -> None:
    pace = Pace({"cdx": 0})
    assert pace.throttled(None) == 60
    clock.now += 20
    assert pace.throttled(None) == 40
    pace.eased()  # an older request's answer, while the pause lasts
    clock.now += 40
    assert pace.throttled(None) == 120


def test_an_archive_that_answers_again_begins_anew(clock: Clock) -> None:
    pace = Pace({"cdx": 0})
    for _ in range(PAUSES * 3):
        assert pace.throttled(None) == 60
        clock.now += 60
        pace.eased()
