import pytest

from extract.html import page
from extract.markdown import writer


def markdown(rows, attributes=""):
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    html = f"<html><body><table {attributes}>{table}</table></body></html>"
    parsed = page.parse(html, "https://www.shop.example/privacy")
    return str(writer.write(parsed, [parsed.root.find("body")]))


@pytest.mark.parametrize("mark", ["&bull;", "·", "-", "o", "\uf0b7", "<b>*</b>", "»", "→", "①"])
def test_a_layout_table_with_bullets_is_a_list(mark):
    assert markdown([(mark, "your <b>name</b>"), (mark, "your address")]) == (
        "  * your **name**\n  * your address"
    )


def test_levels_paragraphs_and_rows_around_a_list_in_a_table():
    rows = [
        ("We collect:",),
        ("•", "", "your name"),
        ("", "o", "your first name"),
        ("", "", "and nothing else"),
        ("•", "", "your address<p>of today</p>"),
    ]
    assert markdown(rows) == (
        "We collect:\n\n  * your name\n    * your first name\n\nand nothing else\n\n"
        "  * your address\n\n    of today"
    )


def test_numbers_and_letters():
    assert markdown([("1.", "Name"), ("2.", "Address")]) == "  1. Name\n  2. Address"
    assert markdown([("(a)", "Name"), ("(b)", "Address")]) == "(a) Name\n\n(b) Address"
    assert markdown([("2.1.", "Name"), ("2.2.", "Address")]) == "2.1. Name\n\n2.2. Address"


def test_two_lists_side_by_side():
    assert markdown([("•", "name", "•", "city"), ("•", "age", "", "")]) == "  * name\n  * city\n  * age"


def test_a_data_table_with_dashes_stays_a_table():
    assert markdown([("basket", "30 days"), ("-", "1 day"), ("login", "-")]) == (
        "| basket | 30 days |\n| --- | --- |\n| \\- | 1 day |\n| login | \\- |"
    )
    assert markdown([("1", "name"), ("2", "address"), ("3", "age")]) == (
        "| 1 | name |\n| --- | --- |\n| 2 | address |\n| 3 | age |"
    )


def test_columns_of_sentences_are_no_data_table():
    rows = [("We collect your name when you order.", "We keep it for ten whole years.")] * 3
    assert markdown(rows) == "\n\n".join(cell for row in rows for cell in row)
    assert markdown(rows, 'border="1"').startswith("We collect your name when you order.\n\n")
