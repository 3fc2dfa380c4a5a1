"""The display of progress: lines where there is no terminal, and bars that fit a narrow one."""

import io
import re

import pytest
from rich.console import Console

from crawler.jobs import progress
from crawler.jobs.estimate import DiscoveryProgress, Estimate
from crawler.jobs.progress import LINE_SECONDS, PeriodicLines
from tests.crawler.jobs.test_estimate import PROGRESS


def test_a_pipe_gets_a_line_now_and_then() -> None:
    said: list[str] = []
    now = 0.0
    estimate = Estimate()
    estimate.update(DiscoveryProgress(1, 2, 3))
    lines = PeriodicLines(said.append, lambda: now)
    for now in (1, LINE_SECONDS - 1, LINE_SECONDS, LINE_SECONDS + 1, 2 * LINE_SECONDS + 5):  # noqa: B007 - read by the clock
        lines(estimate)
    assert said == ["1 of 2 searches, 3 requests"] * 2


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What bars write on a terminal with 60 columns."""
    written = io.StringIO()

    def console(**_: object) -> Console:
        return Console(file=written, force_terminal=True, width=60, color_system=None)

    monkeypatch.setattr(progress, "Console", console)
    return written


def widest(written: str) -> int:
    return max(len(line) for line in re.sub("\x1b\\[[?0-9;]*[a-zA-Z]|\r", "\n", written).splitlines())


def test_a_bar_without_a_total_has_a_count_until_it_is_known(terminal: io.StringIO) -> None:
    with progress.bar("extracting", None) as advance:
        for _ in range(3):
            advance(None)
        advance.expect(9)
    assert "/?" not in terminal.getvalue()
    assert " 3/9 " in terminal.getvalue()
    assert widest(terminal.getvalue()) <= 60


def test_the_bar_of_a_crawl_survives_a_narrow_terminal(terminal: io.StringIO) -> None:
    with progress.crawl_progress() as show:
        show(PROGRESS)
    assert "240/1200 captures, 0:02:00 left" in terminal.getvalue()
    assert "━" * 2 in terminal.getvalue()
    assert widest(terminal.getvalue()) <= 60
