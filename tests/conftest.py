"""Settings of all tests: a property may take its time, for a busy machine is no bug; the user's own limits stay untouched."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("policytrail", deadline=None)
settings.load_profile("policytrail")


@pytest.fixture(autouse=True, scope="session")
def _no_limits_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Also for what a module's fixtures start."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("POLICYTRAIL_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def _no_limits_of_other_tests(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A port is soon another server's."""
    monkeypatch.setenv("POLICYTRAIL_STATE", str(tmp_path_factory.mktemp("state")))
