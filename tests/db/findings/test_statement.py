"""The kinds of findings."""

from db.findings.statement import KINDS
from extract import claims


def test_the_kinds_are_those_of_the_rules() -> None:
    assert list(KINDS) == sorted(claims.kinds())
