"""A table as SVG, Markdown, HTML and CSV: what strangers wrote is escaped, and nothing is left out."""

import csv
import io
from dataclasses import replace

import pytest
from lxml import etree, html
from markdown_it import MarkdownIt

from db.report.options import ReportOptions
from db.report.render import grid, markdown, page
from db.report.render.rows_csv import as_csv
from db.report.render.svg import round_step, svg
from db.report.render.words import preface
from db.report.table import WHOLE, Cell, Panel, ReportTable, percent

EVIL = '<script>alert(1)</script>|[x](javascript:1) & "*"\u202e\x07'
TABLE = ReportTable(
    "A0", "A title", "policies", "A *definition*.", "A source", (Panel("Words", "words", ("a", "b")),),
    (
        Cell("", "2018-H1", "a", 10, 12.5, 5.0, 20.0, 15.0), Cell("", "2018-H1", "b", 9, 1234.0),
        Cell("", "2018-H2", "a", 3, 0.0, 0.0, 0.0), Cell("", "2019-H1", "a", 8, None),
        Cell("", WHOLE, "a", 21, 7.0), Cell(EVIL, "2018-H1", EVIL, 1, 1.0),
    ),
    ("A note.",),
)  # fmt: skip
PREFACE = preface(2, 3, "2018-01-02T00:00:00Z", "2019-01-02T00:00:00Z", ReportOptions(compare=True))


def test_periods_are_below_each_other_and_every_cell_has_its_n() -> None:
    all_policies, evil = grid.grids(TABLE)
    assert all_policies.header == ["period", "n", "a", "b"]
    assert all_policies.rows == [
        ["2018-H1", "10", "12.5 [5.0–20.0] (published: 15.0)", "1,234 (n 9)"],
        ["2018-H2", "3", "0.0 [0.0–0.0]", ""],
        ["2019-H1", "8", "–", ""],
        ["all", "21", "7.0", ""],
    ]
    assert evil.group == EVIL


def test_many_measures_are_below_each_other() -> None:
    cells = tuple(Cell("", "2018", f"m{number}", 5, 1.0) for number in range(12))
    (one,) = grid.grids(replace(TABLE, cells=cells))
    assert (one.header, one.rows[0], one.rows[1], len(one.rows)) == (
        ["", "2018"],
        ["n", "5"],
        ["m0", "1.0"],
        13,
    )


def test_the_picture_is_xml_without_scripts() -> None:
    drawn = etree.fromstring(svg(replace(TABLE, title=EVIL, panels=(Panel(EVIL, "%", ("a",)),))))
    names = {etree.QName(element).localname for element in drawn.iter()}
    assert names <= {"svg", "title", "style", "rect", "g", "text", "path", "circle"}
    assert "script>alert(1)" in "".join(map(str, drawn.itertext()))
    circles = drawn.findall(".//{*}circle")
    assert [circle.get("fill") for circle in circles] == ["#0072b2", "#fff"]  # few are hollow


def test_a_table_without_numbers_has_a_picture_too() -> None:
    assert "Nothing to draw" in svg(replace(TABLE, cells=()))
    assert "nothing to count" in markdown.section(replace(TABLE, cells=()), with_picture=False)


def test_markdown_has_no_markup_of_strangers() -> None:
    text = markdown.document(PREFACE, [TABLE], with_pictures=True)
    shown = html.fromstring(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    assert not shown.findall(".//script")
    assert {link.get("href") for link in shown.iter("a")} == {"#a0-a-title"}
    assert [image.get("src") for image in shown.iter("img")] == ["a0.svg"]
    assert len(shown.findall(".//table")) == 2


def test_the_page_escapes_and_explains() -> None:
    shown = html.fromstring(page.document(PREFACE, [TABLE], ("csv", "svg")))
    assert not shown.findall(".//script")
    text = str(shown.xpath("string()"))
    assert all(
        words in text for words in ("n counts policies.", "A definition.", "A source.", "A note.", EVIL[:20])
    )
    assert "about other policies" in text


def test_every_report_with_pictures_says_which_dots_are_hollow() -> None:
    hollow = "In a picture, a dot is hollow if its n is below 5."
    assert hollow in markdown.document(PREFACE, [TABLE], with_pictures=True)
    assert hollow not in markdown.document(PREFACE, [TABLE], with_pictures=False)
    assert hollow in page.document(PREFACE, [TABLE], ("svg",))


@pytest.mark.parametrize(
    ("part", "whole", "shown", "in_csv"),
    [(45, 57, "78.9", 78.95), (7, 13, "53.8", 53.85), (14, 17, "82.4", 82.35)],
)
def test_a_share_is_rounded_once(part: int, whole: int, shown: str, in_csv: float) -> None:
    share = percent(part, whole)
    table = replace(TABLE, cells=()).with_cells([Cell("", "2018", "a", whole, share, share, share)])
    bounds = f"{shown} [{shown}–{shown}]"
    assert f"| 2018 | {whole} | {bounds} |" in markdown.section(table, with_picture=False)
    assert f"<td>{bounds}</td>" in page.cells(table)
    (row,) = csv.DictReader(io.StringIO(as_csv(table), newline=""))
    assert {row[name] for name in ("value", "low", "high")} == {str(in_csv)}
    assert f"a, 2018: {in_csv} (n {whole})" in svg(table)


def test_a_number_in_markdown_is_not_escaped() -> None:
    text = markdown.section(TABLE, with_picture=False)
    assert "| 2018-H1 | 10 | 12.5 [5.0–20.0] (published: 15.0) | 1,234 (n 9) |" in text


def test_csv_has_a_line_for_each_cell_and_no_formula() -> None:
    table = replace(TABLE, cells=(*TABLE.cells, Cell("=1+1", "2018", "m", 1, -1.0)))
    rows = list(csv.DictReader(io.StringIO(as_csv(table), newline="")))
    assert len(rows) == len(table.cells)
    assert rows[0] == {
        "table": "A0", "group": "", "period": "2018-H1", "measure": "a", "n": "10", "value": "12.5",
        "low": "5.0", "high": "20.0", "published": "15.0",
    }  # fmt: skip
    assert (rows[-1]["group"], rows[-1]["value"], rows[3]["value"]) == ("'=1+1", "-1.0", "")


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (0.04, "0.0"), (999.96, "1000.0"), (12345.6, "12,346")]
)
def test_numbers_for_people(value: float | None, shown: str) -> None:
    assert grid.number(value) == shown


@pytest.mark.parametrize(
    ("largest", "step"), [(0, 1), (1, 1), (5, 1), (6, 2), (10, 2), (11, 5), (26, 10), (2000, 500)]
)
def test_lines_stand_at_round_numbers(largest: int, step: int) -> None:
    assert round_step(largest) == step
