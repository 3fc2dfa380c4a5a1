from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.archive import open_archive


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_archive(tmp_path / "archive.db", create=True)
    yield db
    db.close()
