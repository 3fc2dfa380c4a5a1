import pytest

from extract.decoding import pdf
from tests.support.pdfs import lines, pdf_of

pytest.importorskip("pypdfium2")

LEFT = [f"In column one the line {number} is long and full," for number in range(1, 8)]
RIGHT = [f"in column two the line {number} is long and full," for number in range(1, 8)]
START = 250  # a few points after the end of the left column


def html(*pages):
    return pdf.as_html(pdf_of(*pages))[0]


def two_columns(left, right):
    return [*lines(700, *left, size=9), *lines(700, *right, left=START, size=9)]


def test_columns_with_a_narrow_gap_are_read_one_after_the_other():
    page = [(72, 760, 20, "Policy"), *two_columns(LEFT, RIGHT)]
    assert html(page) == f"<h1>Policy</h1><p>{' '.join(LEFT + RIGHT)}</p>"


def test_a_page_on_which_the_text_ends_has_the_columns_of_the_others():
    ends = ["in column one the text ends.", "We sell nothing."]
    last = two_columns(ends, ["Write to us.", "Call us."])
    assert html(two_columns(LEFT, RIGHT), last) == (
        f"<p>{' '.join([*LEFT, *RIGHT, ends[0]])}</p>"
        "<p>We sell nothing.</p><p>Write to us.</p><p>Call us.</p>"
    )


def test_words_below_each_other_by_chance_are_no_columns():
    words = [
        f"We use {number} cookies and we keep {number} logs for {number} days." for number in range(11, 20)
    ]
    assert html(lines(700, *words)) == f"<p>{' '.join(words)}</p>"


def test_three_columns():
    third = [line.replace("two", "three") for line in RIGHT]
    columns = [*two_columns(LEFT, RIGHT), *lines(700, *third, left=430, size=9)]
    assert (
        html([(72, 760, 20, "Policy"), *columns])
        == f"<h1>Policy</h1><p>{' '.join([*LEFT, *RIGHT, *third])}</p>"
    )
