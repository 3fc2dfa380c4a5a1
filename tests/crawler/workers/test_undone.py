import pytest

from crawler.workers.undone import Undone


@pytest.mark.parametrize(
    ("undone", "line"),
    [
        (Undone(), None),
        (Undone(captures=1), "1 capture went over a limit: see 'policytrail status'"),
        (Undone(2, 1), "2 captures and 1 history went over a limit: see 'policytrail status'"),
        (Undone(histories=3), "3 histories went over a limit: see 'policytrail status'"),
    ],
)
def test_what_went_over_a_limit_is_counted(undone: Undone, line: str | None) -> None:
    assert undone.line == line


def test_the_last_reason_of_the_machine_is_named() -> None:
    undone = Undone(captures=1)
    undone.prevent(Exception("a worker process gave no answer"))
    assert undone.line == (
        "1 capture went over a limit: see 'policytrail status'; "
        "1 captures or histories are not judged, because a worker process gave no answer: "
        "run the same command again"
    )
