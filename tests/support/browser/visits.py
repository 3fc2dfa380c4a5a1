"""A visit: one tab of the browser on one server, and all its faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 667}
AT_MOST = 15_000  # milliseconds that anything may take before it counts as hanging
_LOCAL = ("about", "blob", "data")  # schemes that ask nobody

# Everything that keyboard or pointer can reach; `#main` and others take the focus only from a link.
INTERACTIVE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"

# Everything wider than the window, innermost first, for the message; a scrolling box may contain more.
_WIDER = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const is_wide = e => e.getBoundingClientRect().right > width + 0.5;
    const wide = [...document.querySelectorAll("body *")].filter(is_wide);
    return wide.reverse().slice(0, 5).map(e => e.outerHTML.slice(0, 150));
}"""


class Visit:
    """One tab of the browser.

    `faults` are warnings and errors of its console, dialogs, requests to other hosts, answers of 400 or more.
    `options` are those of Playwright's `new_context`.
    """

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.faults: list[str] = []
        self._context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
        self._context.set_default_timeout(AT_MOST)
        self.page: Page = self._context.new_page()
        self._context.on("console", self._console)
        self._context.on("dialog", self._dialog)
        self._context.on("request", self._request)
        self._context.on("requestfailed", self._request_failed)
        self._context.on("response", self._response)
        self._context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))

    def open(self, path: str) -> Page:
        """Open an address of the server, and wait until the page is complete."""
        self.page.goto(urljoin(self.address, path), wait_until="load")
        return self.page

    def follow(self, selector: str) -> Page:
        """Click a link to another page, and wait for that page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()
        return self.page

    @property
    def path(self) -> str:
        """The current address without scheme and host."""
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def too_wide(self) -> list[str]:
        """Return the elements that make the page scroll sideways, none if it does not."""
        return list(self.page.evaluate(_WIDER))

    def screenshot(self, file: Path) -> None:
        """Write the whole page as PNG."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file, full_page=True, animations="disabled")

    def close(self) -> None:
        self._context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.netloc != urlsplit(self.address).netloc and parts.scheme not in _LOCAL:
            self.faults.append(_abroad(request))

    def _request_failed(self, request: Request) -> None:
        """Drop the fault of a request that the page's policy stopped: it was never sent.

        The console reports it.
        """
        if request.failure == "csp" and _abroad(request) in self.faults:
            self.faults.remove(_abroad(request))

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")


# Begins a visit. Arguments: the server's address, and options of Playwright's `new_context`.
Visitor = Callable[..., Visit]


def _abroad(request: Request) -> str:
    return f"request to another host: {request.url}"
