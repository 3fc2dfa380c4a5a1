import pytest

from db.errors import OverTimeError
from db.history.comparison.differences import differences
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from db.history.readable_diff import pieces
from db.processor_time import in_time, limited


def test_without_a_limit_all_parts_are_yielded():
    assert list(in_time(range(3))) == [0, 1, 2]


def test_work_ends_before_the_next_part():
    done: list[int] = []
    with pytest.raises(OverTimeError), limited(0):
        done.extend(in_time(range(3)))
    assert done == []
    assert list(in_time("ab")) == ["a", "b"]  # the limit is over


@pytest.mark.parametrize("step", [0, 1, 2])
def test_each_step_of_a_comparison_ends(step: int):
    old, new = (TokenizedText(f"# Privacy\n\nWe keep your {what}.") for what in ("name", "address"))
    hunks = compare(old, new)
    words = Words(old), Words(new)
    found = differences(*words, hunks)
    steps = (
        lambda: compare(old, new),
        lambda: differences(*words, hunks),
        lambda: pieces(*words, found),
    )
    assert steps[step]()
    with pytest.raises(OverTimeError), limited(0):
        steps[step]()
