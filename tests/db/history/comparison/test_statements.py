import pytest

from db.history.comparison.statements import is_copyright, is_stated_date, is_statement


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Home › Help › Privacy", False),
        ("Privacy Policy", False),
        ("We sell your data.", True),
        ("Updated May 2014", True),
        ("mail@shop.example", True),
        ("Call 1-800-753-8558", True),
        ("Shipping & . Handling", False),
    ],
)
def test_a_statement(text: str, states: bool) -> None:
    assert is_statement(text) is states


def test_special_lines() -> None:
    assert is_stated_date("Last updated: May 2014")
    assert not is_stated_date("We updated it")
    assert is_copyright("© 2014 Shop, Inc. All rights reserved.")
    assert not is_copyright("We respect copyright.")
