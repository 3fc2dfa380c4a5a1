"""Every reason for which a difference is set aside has a sentence for people."""

from typing import get_args

from db.history.comparison.hunks import Reason
from db.history.explain import WHY


def literals(kind: object) -> set[str]:
    """Return the values of a union of Literals."""
    return set().union(*({part} if isinstance(part, str) else literals(part) for part in get_args(kind)))


def test_every_reason_has_its_sentence_and_no_sentence_is_left_over():
    assert set(WHY) == literals(Reason)
