"""How far a crawl is, and how long the rest takes at the measured rate."""

from dataclasses import replace

import pytest

from crawler.jobs.estimate import WINDOW, CrawlProgress, DiscoveryProgress, Estimate, clock_time, rounded

PROGRESS = CrawlProgress(
    done=240, chosen=1200, failed=2, pages=10, unlisted=0, retailers=5, finished=1,
    cdx_per_minute=24, replay_per_minute=480,
)  # fmt: skip


class Clock:
    """A clock that stands still until somebody sets it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def at(seconds: float, progress: CrawlProgress) -> Estimate:
    """Return the estimate after some seconds, with one update."""
    clock = Clock()
    estimate = Estimate(clock)
    estimate.update(replace(progress, done=0))
    clock.now += seconds
    estimate.update(progress)
    return estimate


@pytest.mark.parametrize(
    ("seconds", "progress", "left"),
    [
        (5, PROGRESS, 120),  # too early to measure: 960 captures at the limit of 480 a minute
        (60, PROGRESS, 240),  # 240 a minute
        (60, replace(PROGRESS, replay_per_minute=100_000), 240),  # a raised limit changes nothing
        (60, replace(PROGRESS, unlisted=5), 540),  # the other half of the pages brings as many again
        (60, replace(PROGRESS, unlisted=9, pages=10, chosen=240), 540),  # 9 pages, one listed a minute
        (5, replace(PROGRESS, done=0, chosen=0, pages=48, unlisted=24), 60),  # listing alone
        (60, replace(PROGRESS, done=1200), 0),
        (5, replace(PROGRESS, replay_per_minute=0), None),
        (60, replace(PROGRESS, unlisted=10), None),
        (5, replace(PROGRESS, done=0, chosen=0, pages=0), 0),
    ],
)
def test_the_time_left_is_that_of_the_measured_rate(
    seconds: float, progress: CrawlProgress, left: float | None
) -> None:
    assert at(seconds, progress).seconds_left == left


def test_the_estimate_never_stands_still() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    seen = []
    for _ in range(30):
        estimate.update(replace(PROGRESS, done=int(clock.now - 1000) * 4))
        clock.now += 1
    for _ in range(int(WINDOW) - 5):
        clock.now += 1
        seen.append(estimate.seconds_left)
    assert seen == sorted(set(seen), key=lambda left: left or 0)
    clock.now += WINDOW
    assert (estimate.rate, estimate.seconds_left) == (0, None)


def test_the_rate_is_that_of_the_last_minute() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    for second in range(0, 600, 10):
        clock.now = 1000.0 + second
        estimate.update(replace(PROGRESS, done=second * (1 if second < 400 else 2)))
    assert round(estimate.rate) == 120


def test_a_crawl_after_a_search_is_measured_anew() -> None:
    clock = Clock()
    estimate = Estimate(clock)
    estimate.update(DiscoveryProgress(30, 40, 55))
    assert (str(estimate), estimate.fitted(30)) == (
        "30 of 40 searches, 55 requests",
        "30/40 searches, 55 requests",
    )
    assert estimate.seconds_left is None
    clock.now += 100
    estimate.update(replace(PROGRESS, done=0))
    clock.now += 30
    estimate.update(PROGRESS)
    assert estimate.rate == 480


def test_a_line_says_all() -> None:
    assert str(at(60, PROGRESS)) == (
        "240 of 1,200 captures, 240 a minute, 1 of 5 retailers finished, 2 failed, about 4 min left"
    )
    assert str(at(90, replace(PROGRESS, failed=0, unlisted=5, done=20))) == (
        "20 of about 2,400 captures, 13 a minute, 1 of 5 retailers finished, none failed, about 3 h left"
    )
    assert str(at(60, replace(PROGRESS, unlisted=10))).endswith("2 failed")
    assert (str(Estimate()), Estimate().fitted(80)) == ("listing", "listing")


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (70, "240/~2400 captures, 0:09:00 left, 240/min, 2 failed, 1/5 retailers"),
        (48, "240/~2400 captures, 0:09:00 left, 240/min"),
        (20, "240/~2400 captures"),
        (7, "240/~24"),
    ],
)
def test_the_most_important_words_stay(width: int, shown: str) -> None:
    assert at(60, replace(PROGRESS, unlisted=5)).fitted(width) == shown


def test_durations() -> None:
    assert [clock_time(seconds) for seconds in (0, 59.6, 3723, 360000)] == [
        "0:00:00",
        "0:01:00",
        "1:02:03",
        "100:00:00",
    ]
    assert [rounded(seconds) for seconds in (1, 44, 600, 7200)] == ["10 s", "40 s", "10 min", "2 h"]
