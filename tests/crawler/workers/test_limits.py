import resource

import pytest

from crawler.workers.limits import MEGABYTE, allowed_memory

NONE = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "allowed"),
    [
        (NONE, NONE, 2048),
        (NONE, 4096 * MEGABYTE, 2048),
        (NONE, 300 * MEGABYTE, 300),
        (500 * MEGABYTE, NONE, 500),
        (500 * MEGABYTE, 900 * MEGABYTE, 500),
    ],
)
def test_the_lower_limit_of_memory_counts(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, allowed: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    assert allowed_memory(2048) == allowed
