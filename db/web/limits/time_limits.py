"""How long a query for one of Datasette's pages may take.

A page without parameters has no input of visitors, and its slow answers are kept. So it gets more time: on a
busy machine the view `gaps` of a large archive file needs more than a second, and would never be shown. A
view that reads all captures needs that time with a filter too, so it also gets it if the parameters only
compare columns with values, sort, or choose a page or form of the answer.
"""

import re
from contextvars import ContextVar
from urllib.parse import parse_qsl

VISITORS = 1_000  # milliseconds, for a page with parameters
PLAIN = 5_000  # for a page without; `policytrail serve` sets Datasette's limit to it
_SLOW_VIEW = re.compile(r"/[^/]+/(?:gaps|capture_health)(?:\.json|\.csv)?", re.ASCII)
_COLUMN = r"[a-z]+(?:_[a-z]+)*"
_HARMLESS = re.compile(rf"{_COLUMN}(?:__exact)?|_(?:shape|size|next|sort|sort_desc)", re.ASCII)

_most: ContextVar[int] = ContextVar("time_limit", default=VISITORS)


def begin(path: str, query_string: str) -> None:
    """Choose the limit for the queries of the present request."""
    names = [name for name, _ in parse_qsl(query_string, keep_blank_values=True)]
    is_plain = not query_string or (_SLOW_VIEW.fullmatch(path) and all(map(_HARMLESS.fullmatch, names)))
    _most.set(PLAIN if is_plain else VISITORS)


def most() -> int:
    """Return the limit for a query of the present request, in milliseconds."""
    return _most.get()
