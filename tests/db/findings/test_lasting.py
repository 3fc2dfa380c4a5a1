"""Findings that the next change takes back."""

from db.findings.lasting import lasting
from db.findings.statement import Finding

SALE = "We do not sell your data."
GONE = Finding("sale", "removed", "sale", SALE, "", "", "sale/rule", 0)
BACK = Finding("sale", "added", "sale", "", "We do not sell your data", "", "sale/rule", 9)
OTHER = Finding("date", "changed", "date", "May 1", "May 2", "", "date/rule", 0)


def test_what_one_capture_showed_and_the_next_change_takes_back_did_not_last() -> None:
    assert lasting([OTHER, GONE], [BACK], once=True) == [1, 0]
    assert lasting([BACK], [GONE], once=True) == [0]


def test_what_two_captures_showed_lasted() -> None:
    assert lasting([GONE], [BACK], once=False) == [1]
    assert lasting([GONE], None, once=False) == [1]


def test_what_one_capture_showed_and_nothing_followed_is_unknown() -> None:
    assert lasting([GONE, OTHER], None, once=True) == [None, None]


def test_another_kind_or_other_words_take_nothing_back() -> None:
    assert lasting([GONE], [BACK._replace(kind="sharing")], once=True) == [1]
    assert lasting([GONE], [BACK._replace(after="We sell nothing.")], once=True) == [1]
    assert lasting([], [BACK], once=True) == []
