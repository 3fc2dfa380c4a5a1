"""Fixtures of several modules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import archives
from tests.support.wayback.save_stage import Stage
from tests.support.wayback.standin import StandIn


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three shops; tests work on copies."""
    with StandIn() as wayback:
        stage = Stage(wayback, tmp_path_factory.mktemp("crawled"))
        assert stage.crawl("a.example", "b.example", "c.example").status == 0
        return stage.db


@pytest.fixture
def stage(crawled: Path, tmp_path: Path) -> Iterator[Stage]:
    archives.snapshot(crawled, tmp_path / "archive.db")
    with StandIn() as wayback:
        yield Stage(wayback, tmp_path)
