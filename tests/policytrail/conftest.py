"""An archive file with two shops, and the same file open for reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import policytrail
from db.database import open_archive
from tests.support.shop import Shop


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write an archive file: one shop with two versions, and one without any capture."""
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    for timestamp, words in (
        ("20140101000000", "We never sell your data."),
        ("20150101000000", "We never sell your data."),
        ("20180525120000", "We may sell your data to our partners."),
    ):
        shop.observe(timestamp, words)
    shop.observe("20190101000000", "Sold out", verdict="thin")
    shop.derive()
    Shop(db, "empty.example")
    db.close()
    return tmp_path / "archive.db"


@pytest.fixture
def archive(path: Path) -> Iterator[policytrail.Archive]:
    with policytrail.open(path) as archive:
        yield archive
