import math

import pytest

from crawler.throttling.request_budget import BudgetSpentError, RequestBudget


def test_a_budget_is_spent_request_by_request() -> None:
    budget = RequestBudget(2)
    budget.spend()
    assert (budget.spent, budget.left) == (1, 1)
    budget.spend()
    with pytest.raises(BudgetSpentError, match="the budget of 2 requests is spent"):
        budget.spend()
    assert (budget.spent, budget.left) == (2, 0)


def test_without_a_limit_it_only_counts() -> None:
    budget = RequestBudget()
    for _ in range(1000):
        budget.spend()
    assert (budget.spent, budget.left) == (1000, math.inf)
