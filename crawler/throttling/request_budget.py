"""The budget of a run (`--budget`): the maximum number of requests, whatever they are for."""

import math

from scrapy.exceptions import IgnoreRequest


class BudgetSpentError(IgnoreRequest):
    """A request was not sent, because the budget of the run is spent. It says nothing about the page."""


class RequestBudget:
    """Counts the requests that are sent: index, replay, retries, redirect hops. `limit` None is no limit."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.spent = 0

    @property
    def left(self) -> float:
        """Requests that may still be sent; infinite without a limit."""
        return math.inf if self.limit is None else self.limit - self.spent

    def spend(self) -> None:
        """Count a request that goes out now. Raises BudgetSpentError where the budget is spent."""
        if not self.left:
            raise BudgetSpentError(f"the budget of {self.limit} requests is spent")
        self.spent += 1
