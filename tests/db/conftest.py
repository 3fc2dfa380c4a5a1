"""An empty archive, and two shops in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.database import open_archive
from tests.support.shop import Shop


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_archive(tmp_path / "archive.db", create=True)
    yield db
    db.close()


@pytest.fixture
def shelf(db: Database) -> Shop:
    return Shop(db)


@pytest.fixture
def neighbour(db: Database) -> Shop:
    return Shop(db, "neighbour.example")
