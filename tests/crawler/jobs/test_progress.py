"""How far a crawl is, and how long the rest takes at the archive's limit."""

from dataclasses import replace

import pytest

from crawler.jobs.progress import LINE_SECONDS, CrawlProgress, PeriodicLines

PROGRESS = CrawlProgress(
    seconds=60, done=240, chosen=1200, failed=2, pages=10, unlisted=0, retailers=5, finished=1,
    cdx_per_minute=24, replay_per_minute=480,
)  # fmt: skip


@pytest.mark.parametrize(
    "way, seconds",
    [
        (PROGRESS, 120),  # 960 captures at 480 a minute
        (replace(PROGRESS, unlisted=5), 270),  # the other half of the pages may bring as many again
        (replace(PROGRESS, unlisted=9, chosen=240), 270),
        (replace(PROGRESS, done=0, chosen=0, pages=48, unlisted=24), 60),  # listing alone
        (replace(PROGRESS, done=1200), 0),
        (replace(PROGRESS, replay_per_minute=0), 240),  # no limit: at the rate so far
        (replace(PROGRESS, replay_per_minute=0, cdx_per_minute=0, unlisted=5), 540),
        (replace(PROGRESS, replay_per_minute=0, done=0), None),
        (replace(PROGRESS, unlisted=10), None),
        (replace(PROGRESS, done=0, chosen=0, pages=0), 0),
    ],
)
def test_the_time_left_is_that_of_the_archives_limit(way: CrawlProgress, seconds: float | None) -> None:
    assert way.seconds_left == seconds


def test_a_line_says_all() -> None:
    assert str(PROGRESS) == (
        "240 of 1,200 captures, 240 a minute, 1 of 5 retailers finished, 2 failed, "
        "about 2 min left at the archive's limit"
    )
    assert str(replace(PROGRESS, failed=0, unlisted=5, replay_per_minute=0, done=20, seconds=90)) == (
        "20 of 1,200+ captures, 13 a minute, 1 of 5 retailers finished, none failed, "
        "about 3 h left at this rate"
    )
    assert PROGRESS.short == "240/1200 captures, 240/min, 1/5 retailers, 2 failed, 2 min left"
    assert len(replace(PROGRESS, unlisted=1, done=99_999, chosen=99_999).short) <= 70
    assert str(replace(PROGRESS, done=1190)).endswith("about 10 s left at the archive's limit")
    assert str(replace(PROGRESS, unlisted=10)).endswith("2 failed")


def test_a_pipe_gets_a_line_now_and_then() -> None:
    said: list[str] = []
    now = 0.0
    lines = PeriodicLines(said.append, lambda: now)
    for now in (1, LINE_SECONDS - 1, LINE_SECONDS, LINE_SECONDS + 1, 2 * LINE_SECONDS + 5):  # noqa: B007 - read by the clock
        lines(PROGRESS)
    assert said == [str(PROGRESS)] * 2
