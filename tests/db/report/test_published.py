"""Published figures beside those of an archive file."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from db.errors import MissingExtraError
from db.report import compute
from db.report.options import ReportOptions
from db.report.published import beside
from db.report.table import Cell, ReportTable
from db.report.tables import adoption
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
        TABLE, notes=("No published figure stands beside this table by quarter.",)
    )


def test_figures_of_the_whole_time_are_beside_every_length_of_a_period() -> None:
    table = replace(TABLE, name="A7", cells=(Cell("", "all", "silent", 5, 20.0),))
    found = beside(table, ReportOptions("quarter"))
    assert (found.cells[0].published, len(found.cells)) == (44, 6)
    assert "not of a paper" in found.notes[0]


def test_a_figure_that_is_near_a_table_is_a_note() -> None:
    found = beside(replace(TABLE, name="A8"), ReportOptions("year"))
    assert found.cells == TABLE.cells
    assert "15.0 %" in found.notes[1]


@pytest.mark.parametrize("name", ["A2", "A3", "A8"])
def test_a_note_says_that_no_figure_stands_beside_a_table(name: str) -> None:
    by_year, by_half = (
        beside(replace(TABLE, name=name), ReportOptions(every)) for every in ("year", "half-year")
    )
    none = "No published figure stands beside this table by {}."
    assert by_year.notes[0] == none.format("year")
    assert (none.format("half-year") in by_half.notes) == (name == "A8")


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


@pytest.mark.parametrize(
    ("question", "is_needed"),
    [("term:gdpr", True), ("term: GDPR ", True), ("term:Google", False), ("phrase:gdpr", False)],
)
def test_adoption_of_a_term_needs_the_lemmas_before_all_work(
    question: str, is_needed: bool, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> str:
        raise MissingExtraError("this needs simplemma", "report")

    def refuse(*_: object) -> None:
        raise AssertionError("texts were read")

    plant(db, shops=2)
    options = ReportOptions(as_published=True, adoptions=(question,))
    monkeypatch.setattr(vocabulary, "lemmatized", missing)
    if is_needed:
        monkeypatch.setattr(compute, "read", refuse)
        with pytest.raises(MissingExtraError):
            compute.report(db, ["ADOPTION"], options)
    else:
        assert compute.report(db, ["ADOPTION"], options)[0].cells


def test_adoption_says_by_which_lists_terms_are_found() -> None:
    corrected, published = (
        adoption.table(ReportOptions(as_published=chosen)).definition for chosen in (False, True)
    )
    assert "*term*: texts are searched as for A3 to A6, with the corrected lists" in corrected
    assert "*term*: texts are searched as for A3 to A6 as published" in published
