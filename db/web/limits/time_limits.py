"""How long a query for one of Datasette's pages may take.

A page without parameters has no input of visitors, and its slow answers are kept. So it gets more time: on a
busy machine the view `gaps` of a large archive file needs more than a second, and would never be shown.
"""

from contextvars import ContextVar

VISITORS = 1_000  # milliseconds, for a page with parameters
PLAIN = 5_000  # for a page without; `policytrail serve` sets Datasette's limit to it

_most: ContextVar[int] = ContextVar("time_limit", default=VISITORS)


def begin(query_string: bytes) -> None:
    """Choose the limit for the queries of the present request."""
    _most.set(VISITORS if query_string else PLAIN)


def most() -> int:
    """Return the limit for a query of the present request, in milliseconds."""
    return _most.get()
