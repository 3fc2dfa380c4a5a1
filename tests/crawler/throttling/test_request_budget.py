import math

import pytest

from crawler.throttling.request_budget import Allowance, AllowanceSpentError


def test_a_budget_is_spent_request_by_request() -> None:
    allowance = Allowance(2)
    allowance.spend()
    assert (allowance.spent, allowance.left) == (1, 1)
    allowance.spend()
    with pytest.raises(AllowanceSpentError, match="the budget of 2 requests is spent"):
        allowance.spend()
    assert (allowance.spent, allowance.left) == (2, 0)


def test_without_a_limit_it_only_counts() -> None:
    allowance = Allowance()
    for _ in range(1000):
        allowance.spend()
    assert (allowance.spent, allowance.left) == (1000, math.inf)
