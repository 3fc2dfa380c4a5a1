"""No text of a stranger becomes a formula in a spreadsheet."""

from hypothesis import given
from hypothesis import strategies as st

from db.text_cells import safe

BEGINNINGS = "=+-@\t\r\n＝＋－＠"


@given(st.text())
def test_no_text_begins_a_formula(text: str):
    said = str(safe(text))
    assert said.removeprefix("'") == text.removeprefix("'")
    assert said.lstrip()[:1] not in set(BEGINNINGS)
    assert said[:1] not in set(BEGINNINGS)


@given(st.integers() | st.floats())
def test_numbers_stay_numbers(number: float):
    assert safe(number) is number
