"""Take the pictures of the documentation again from the demonstration archive: `make pictures`."""

import contextlib
import sys
import tempfile
from pathlib import Path

from crawler.demo.run import demo
from tests.support.browser import places
from tests.support.browser.chromium import browser
from tests.support.browser.servers import serving
from tests.support.browser.visits import Visit
from tests.support.paths import DOCS

PICTURES = DOCS / "images"
SIZE = {"width": 1040, "height": 720}
HARBOURLIGHT = places.of("harbourlight-lamps.example")  # moved once, and rewrote its policy often
SHOWN = {
    "home": HARBOURLIGHT["home"],
    "retailer": HARBOURLIGHT["retailer"],
    "version": f"{places.BASE}/policies/velvetbyte.example/5",
    "comparison": f"{places.BASE}/policies/velvetbyte.example/compare?old=4&new=5&layout=side",
    "changes": f"{places.BASE}/changes?from=2018-03&to=2018-09&order=largest",
    "search": f"{places.BASE}/search?q=%22do+not+sell%22",
    "trends": f"{places.BASE}/trends?q=cookies&q=do+not+sell&q=third+parties",
    "finding-trends": f"{places.BASE}/trends/findings?finding=sharing&every=year",
    "panel": f"{places.BASE}/panel?every=year&from=2012",
}


def make(address: str) -> None:
    """Write a picture of every page in SHOWN, cut to a window of SIZE so that no picture is large."""
    with browser() as started:
        visit = Visit(started, address, viewport=SIZE)
        for name, path in SHOWN.items():
            visit.open(path).screenshot(path=PICTURES / f"{name}.png", animations="disabled")
            print(PICTURES / f"{name}.png", (PICTURES / f"{name}.png").stat().st_size)
        visit.close()
    if visit.faults:
        sys.exit("\n".join(visit.faults))


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(sys.stderr):
            demo(Path(folder))
        with serving(Path(folder) / "archive.db") as served:
            make(served)
