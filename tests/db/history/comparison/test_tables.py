import pytest

from db.history.comparison.tables import row, titled
from db.history.comparison.tokenized import TokenizedText

TITLES, RULE = "| Name | Place |", "| --- | --- |"


@pytest.mark.parametrize(
    ("lines", "titles"),
    [
        ([], []),
        (["We share."], [""]),
        ([TITLES, RULE, "| Wick | Oslo |"], [TITLES, TITLES, TITLES]),
        ([TITLES, "|:---|---:|", "| Wick | Oslo |"], [TITLES, TITLES, TITLES]),
        (["| Wick | Oslo |", "| Docht | Bonn |"], ["", ""]),
        ([TITLES, RULE, "", "| Wick | Oslo |"], [TITLES, TITLES, "", ""]),
        ([TITLES, RULE, "Then", "| Item |", "| --- |", "| x |"], [TITLES, TITLES, "", *["| Item |"] * 3]),
    ],
)
def test_each_line_of_a_table_has_its_titles(lines: list[str], titles: list[str]):
    assert list(titled(lines)) == list(zip(lines, titles, strict=True))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| Wick | Oslo |", (("Name", "Wick"), ("Place", "Oslo"))),
        ("| **Wick** | [Oslo](/oslo) |", (("Name", "Wick"), ("Place", "Oslo"))),
        ("| Wick<br>Docht |  |", (("Name", "Wick Docht"), ("Place", ""))),
        (r"| Wick \| Docht | Oslo |", (("Name", "Wick | Docht"), ("Place", "Oslo"))),
        ("| Wick |", (("Name", "Wick"),)),
        ("| Wick | Oslo | more |", (("Name", "Wick"), ("Place", "Oslo"))),
        ("|", ()),
    ],
)
def test_cells_have_the_titles_of_their_columns(line: str, expected: tuple[tuple[str, str], ...]):
    assert row(TITLES, line) == expected


def test_a_line_outside_a_table_has_no_cells():
    assert row("", "| Wick | Oslo |") == ()


def test_a_text_knows_the_rows_of_its_tables():
    text = TokenizedText(f"# Privacy\n\nWe share.\n\n{TITLES}\n{RULE}\n| Wick | Oslo |\n")
    assert text.blocks == ["We share.", "Name Place", "Wick Oslo"]
    assert text.rows == {1: (TITLES, TITLES), 2: (TITLES, "| Wick | Oslo |")}
