"""A Chromium for the tests, started so that it requests only what the tests open."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Without these it calls home at every start.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


class NoBrowserError(Exception):
    """There is no Chromium, or it does not start."""


def of_the_system() -> str | None:
    """Return the path of the system's Chromium, or None: then Playwright looks for its own."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser with its own temporary user data directory. Raises NoBrowserError.

    Chromium's own sandbox is given up only where it cannot work, for root.
    """
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=of_the_system(), args=list(QUIET), chromium_sandbox=os.geteuid() != 0
            )
        except Error as error:
            raise NoBrowserError(error.message.strip().splitlines()[0]) from error
        with started:
            yield started
