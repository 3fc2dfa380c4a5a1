"""Settings and fixtures of all tests: marks by folder, shared archives, limits apart from the user's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests.support.demo import Demo, build_origin, run_demo
from tests.support.paths import CORPUS, ROOT

# A busy machine may take its time for one example of a property.
settings.register_profile("policytrail", deadline=None, derandomize=True)
settings.load_profile("policytrail")

MARKS_BY_FOLDER = {"end_to_end": "e2e", "browser": "browser"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of some folders; skip tests that need the corpus where it is absent.

    The folders with the tests that take minutes come first: so no core waits for another at the end.
    """
    items.sort(key=lambda item: _folder(item) not in MARKS_BY_FOLDER)
    absent = pytest.mark.skip(reason=f"the optional corpus is not at {CORPUS}")
    for item in items:
        folder = _folder(item)
        if folder in MARKS_BY_FOLDER:
            item.add_marker(MARKS_BY_FOLDER[folder])
        if item.get_closest_marker("corpus") and not CORPUS.is_dir():
            item.add_marker(absent)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").parts[0]


@pytest.fixture(autouse=True, scope="session")
def _own_limits_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's shared limits untouched, also by fixtures of a wider scope than a test."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("POLICYTRAIL_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def _own_limits_of_the_test(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Start each test with fresh limits, because a port soon belongs to another server."""
    monkeypatch.setenv("POLICYTRAIL_STATE", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that all processes of this test run share. Write to it under a lock only."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def demo_run(shared_folder: Path) -> Demo:
    """Run `policytrail demo` once for all processes of this test run. Do not write to its files."""
    with FileLock(shared_folder / "demo.lock"):
        return run_demo(shared_folder / "the-demo")


@pytest.fixture(scope="session")
def demo_origin(shared_folder: Path) -> Path:
    """Build the archive that the demo crawls, once for all processes. Do not write to it."""
    with FileLock(shared_folder / "origin.lock"):
        return build_origin(shared_folder / "the-origin")
