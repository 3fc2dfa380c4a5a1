"""Fixtures: the browser, the demonstration archive behind a server, and visits without faults."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.browser import chromium, hostile
from tests.support.browser.servers import serving
from tests.support.browser.visits import Visit, Visitor
from tests.support.demo import Demo
from tests.support.paths import ROOT

SCREENSHOTS = ROOT / ".cache" / "screenshots"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if SCREENSHOTS.is_dir() and any(SCREENSHOTS.iterdir()):
        terminalreporter.write_line(f"Screenshots of the pages: {SCREENSHOTS}")


@pytest.fixture(scope="session")
def demo_archive(demo_run: Demo) -> Path:
    """The archive that `policytrail demo` makes."""
    return demo_run.archive


@pytest.fixture(scope="session")
def demo(demo_archive: Path) -> Iterator[str]:
    """The address of that archive, served by `policytrail serve`."""
    with serving(demo_archive) as address:
        yield address


@pytest.fixture(scope="session")
def hostile_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.write(tmp_path_factory.mktemp("hostile") / "archive.db")


@pytest.fixture(scope="session")
def hostile_address(hostile_archive: Path) -> Iterator[str]:
    with serving(hostile_archive) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one module, because Playwright's event loop disturbs those of other modules."""
    try:
        with chromium.browser() as browser:
            yield browser
    except chromium.NoBrowserError as error:
        pytest.skip(f"no Chromium that starts (`make test` gets one where it can): {error}")


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Return a function that starts a visit. At the end of the test no visit may have a fault."""
    visits: list[Visit] = []

    def begin(address: str, **options: Any) -> Visit:
        visits.append(Visit(browser, address, **options))
        return visits[-1]

    yield begin
    faults = [fault for visit in visits for fault in visit.faults]
    for visit in visits:
        visit.close()
    assert faults == []


@pytest.fixture
def visit(visitor: Visitor, demo: str) -> Visit:
    """A visit to the demonstration archive."""
    return visitor(demo)


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """The folder of the screenshots."""
    return SCREENSHOTS
