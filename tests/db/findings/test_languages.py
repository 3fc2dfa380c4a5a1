"""Findings in short German and French texts: benchmarks/languages.py prints the errors."""

import pytest

from benchmarks.languages import Judged, judged

LEAST_PAIRS = 60


def right(pairs: list[Judged]) -> int:
    return sum((one.found & one.expected).total() for one in pairs)


@pytest.mark.parametrize(("language", "precision", "recall"), [("de", 0.9, 0.9), ("fr", 0.9, 0.9)])
def test_most_findings_are_those_that_a_reader_expects(language: str, precision: float, recall: float):
    pairs = judged(language)
    assert len(pairs) >= LEAST_PAIRS
    assert right(pairs) >= precision * sum(one.found.total() for one in pairs)
    assert right(pairs) >= recall * sum(one.expected.total() for one in pairs)


@pytest.mark.parametrize("language", ["de", "fr"])
def test_pairs_without_meaning_have_no_findings(language: str):
    assert [one for one in judged(language) if not one.expected and one.found] == []
