"""The budget of a run (`--budget`): how many requests it may make at the most, whatever they are for."""

import math

from scrapy.exceptions import IgnoreRequest


class BudgetSpentError(IgnoreRequest):
    """A request was not sent, for the run has made as many as it may. No fault of what was asked for."""


class RequestBudget:
    """Counts the requests that go to the wire: index, replay, retries, redirect hops. `limit` None is no limit."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.spent = 0

    @property
    def left(self) -> float:
        """Requests that may still be made; infinite without a limit."""
        return math.inf if self.limit is None else self.limit - self.spent

    def spend(self) -> None:
        """Take note that a request goes out now. Raises BudgetSpentError where it may not."""
        if not self.left:
            raise BudgetSpentError(f"the budget of {self.limit} requests is spent")
        self.spent += 1
