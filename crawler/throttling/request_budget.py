"""The request budget of a run (`--budget`): the maximum number of requests of any kind."""

import math

from scrapy.exceptions import IgnoreRequest


class BudgetSpentError(IgnoreRequest):
    """A request was not sent, because the budget is spent. The page itself may be fine."""


class RequestBudget:
    """Counts the requests of a run: to the index, for captures, for redirect targets, and second tries.

    `limit` is the maximum number of requests, or None for no limit.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.spent = 0

    @property
    def left(self) -> float:
        """How many requests may still be sent; infinite without a limit."""
        return math.inf if self.limit is None else self.limit - self.spent

    def spend(self) -> None:
        """Count one request that is sent now. Raises BudgetSpentError if no request is left."""
        if not self.left:
            raise BudgetSpentError(f"the budget of {self.limit} requests is spent")
        self.spent += 1
