"""Published figures beside those of an archive file."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from db.report import compute
from db.report.options import ReportOptions
from db.report.published import beside
from db.report.table import Cell, ReportTable
from db.report.texts import vocabulary
from tests.support.reports import plant

TABLE = ReportTable(
    "A1", "Length", "policies", "", "", (),
    (Cell("", "2016-H1", "words, median", 5, 900.0), Cell("en", "2016-H1", "words, median", 5, 900.0)),
)  # fmt: skip


def test_a_figure_is_put_beside_its_cell_of_all_policies() -> None:
    found = beside(TABLE, ReportOptions())
    assert [cell.published for cell in found.cells[:2]] == [1025, None]
    assert Cell("", "2019-H2", "words, median", 0, None, published=1544.5) in found.cells
    assert found.notes[0].startswith("Published figures: Amos et al. 2021 (910,546 English policies")
    assert found.notes[0].endswith("Another population.")


def test_another_length_of_a_period_has_other_figures() -> None:
    assert {cell.published for cell in beside(TABLE, ReportOptions("year")).cells} == {None, 1146, 2159, 4191}
    assert beside(TABLE, ReportOptions("quarter")) == replace(
        TABLE, notes=("No published figure is about this table by quarter.",)
    )


def test_figures_of_the_whole_time_are_beside_every_length_of_a_period() -> None:
    table = replace(TABLE, name="A7", cells=(Cell("", "all", "silent", 5, 20.0),))
    found = beside(table, ReportOptions("quarter"))
    assert (found.cells[0].published, len(found.cells)) == (44, 6)
    assert "not of a paper" in found.notes[0]


def test_a_figure_that_is_near_a_table_is_a_note() -> None:
    found = beside(replace(TABLE, name="A8"), ReportOptions("year"))
    assert found.cells == TABLE.cells
    assert "15.0 %" in found.notes[0]


def test_every_figure_is_of_a_measure_that_exists(db: Database) -> None:
    plant(db, shops=2)
    for every in ("half-year", "year"):
        plain = compute.report(db, options=ReportOptions(every))
        compared = compute.report(db, options=ReportOptions(every, compare=True))
        for without, with_figures in zip(plain, compared, strict=True):
            measures = {cell.measure for cell in without.cells}
            assert {cell.measure for cell in with_figures.cells} == measures


def test_as_published_lemmas_are_searched() -> None:
    pytest.importorskip("simplemma")
    text = "We have accessories and objectives. Ask data protection officers about legitimate interests."
    found = vocabulary.found(text, text, ["A3"], as_published=True)
    assert found == {"A3:access", "A3:object", "A3:legitimate interest"}
