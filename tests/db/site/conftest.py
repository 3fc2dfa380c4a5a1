"""An archive of three shops, and its site."""

from pathlib import Path

import pytest

from tests.support import sites
from tests.support.web import three_shops


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return three_shops.write(tmp_path / "shops.db")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the three shops. Do not write to it."""
    folder = tmp_path_factory.mktemp("site")
    sites.write(three_shops.write(folder / "shops.db"), folder / "out")
    return folder / "out"
