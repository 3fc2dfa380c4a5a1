"""The routes of the pages that people read, in the order in which they are tried."""

from collections.abc import Callable
from typing import Any

from db.web import home, retailer

_POLICY = r"/(?P<db>[^/]+)/-/policies/(?P<domain>[^/]+)"

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/$", home.root),
    (r"/-/index$", home.index),
    (r"/(?P<db>[^/]+)/-/policies$", home.home),
    (rf"{_POLICY}$", retailer.retailer),
]
