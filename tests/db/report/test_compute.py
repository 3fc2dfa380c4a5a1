"""The report as a whole: which tables there are, groups, empty archives, the same numbers each time."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import pytest
from sqlite_utils import Database

from db.errors import ReportError
from db.report import compute
from db.report.options import ReportOptions
from db.store import attributes
from tests.support.reports import plant
from tests.support.shop import Shop

T = TypeVar("T")
R = TypeVar("R")
POLICY = "# Policy\n\nWe use cookies of Google. We ask for consent. {}"


def shop(db: Database, domain: str, *captures: tuple[str, str]) -> Shop:
    made = Shop(db, domain)
    for moment, text in captures:
        made.observe(f"{moment}120000", POLICY.format(text))
    made.derive()
    return made


def cells(
    db: Database, name: str, options: ReportOptions | None = None
) -> dict[tuple[str, str, str], tuple[int, float | None]]:
    (table,) = compute.report(db, [name], options)
    return {(cell.group, cell.period, cell.measure): (cell.n, cell.value) for cell in table.cells}


@pytest.mark.parametrize(("text", "names"), [("", compute.NAMES), ("a3, A1,", ("A1", "A3")), ("A9", ("A9",))])
def test_tables_are_chosen_by_name(text: str, names: tuple[str, ...]) -> None:
    assert compute.chosen(text) == names


def test_a_name_that_is_no_table_is_refused() -> None:
    with pytest.raises(ReportError, match=r"there is no table 'A33': the tables are A1, A2"):
        compute.chosen("A33")
    with pytest.raises(ReportError, match=r"',' names no table: the tables are A1, A2"):
        compute.chosen(",")


def test_an_empty_archive_has_tables_without_cells(db: Database) -> None:
    tables = compute.report(db)
    assert [table.name for table in tables] == list(compute.NAMES)
    assert not any(table.cells for table in tables)
    assert "nothing to report" in compute.preface_of(db, ReportOptions()).paragraphs[0]


def test_the_same_archive_has_the_same_tables(db: Database) -> None:
    plant(db, shops=2)
    assert compute.report(db) == compute.report(db)


def test_a_period_between_two_captures_of_a_wording_is_known(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""), ("20160901", ""), ("20180301", "No more."))
    found = cells(db, "A4")
    periods = [period for _, period, measure in found if measure == "cookies"]
    assert periods == ["2015-H1", "2015-H2", "2016-H1", "2016-H2", "2018-H1"]
    published = cells(db, "A4", ReportOptions(as_published=True))
    assert {period for _, period, _ in published} == {"2015-H1", "2016-H2", "2018-H1"}


def test_an_update_has_bounds_by_its_bracket(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""), ("20150901", "More."), ("20160301", "More."))
    (table,) = compute.report(db, ["A2"])
    found = {(cell.period, cell.measure): (cell.n, cell.low, cell.high) for cell in table.cells}
    assert found["2015-H2", "wording"] == (1, 0.0, 100.0)
    assert found["2016-H1", "wording"] == (1, 0.0, 0.0)
    (value,) = (cell.value for cell in table.cells if (cell.period, cell.measure) == ("2015-H2", "wording"))
    assert value == pytest.approx(100 * 62.5 / 184, abs=0.01)  # days of the bracket in the half-year


def test_as_published_only_neighbours_are_compared(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""), ("20150901", "More."), ("20160901", "Less."))
    found = cells(db, "A2", ReportOptions(as_published=True))
    assert {period for _, period, _ in found} == {"2015-H2"}
    assert found["", "2015-H2", "strict"] == found["", "2015-H2", "wording"] == (1, 100.0)


def test_policies_are_grouped_by_language_history_and_attribute(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""), ("20150901", "More."))
    shop(db, "b.example", ("20150301", ""), ("20210901", "More."))
    attributes.store(db, "a.example", {"sector": "books"})
    groups = {
        name: {group for group, _, _ in cells(db, "A9", ReportOptions(group=name))}
        for name in ("language", "history", "sector", "")
    }
    assert groups == {
        "language": {"", "en"},
        "history": {"", "under 2 years", "5 years and more"},
        "sector": {"", "books", "unknown"},
        "": {""},
    }


def test_a_group_that_no_retailer_has_is_refused(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""))
    attributes.store(db, "a.example", {"sector": "books"})
    with pytest.raises(ReportError, match="grouped by language, history, sector"):
        compute.report(db, ["A1"], ReportOptions(group="colour"))


def test_survivorship_says_who_was_there_before_and_after(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""), ("20160301", ""))
    shop(db, "b.example", ("20150901", ""), ("20150902", ""))
    found = cells(db, "A9")
    assert found["", "2015-H2", "there before"] == (2, 50.0)
    assert found["", "2015-H2", "there after"] == (2, 50.0)
    assert found["", "all", "periods missing within life"] == (4, 25.0)


def test_changes_are_announced_or_silent(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""), ("20150601", "One."), ("20151001", "Two words more here."))
    db.execute("update changes set announced = 'ahead' where words_added > 2")
    found = cells(db, "A7")
    marks = ("announced", "silent", "undated", "false")
    assert [found["", "all", mark] for mark in marks] == [(2, 50.0), (2, 0.0), (2, 50.0), (2, 0.0)]
    assert found["", "2015-H2", "announced"] == (1, 100.0)
    assert found["", "all", "announced, 20 words and more"] == (0, None)


def test_suspect_changes_are_not_in_a7(db: Database) -> None:
    shop(db, "a.example", ("20150301", ""), ("20150601", "One."), ("20151001", "Two words more here."))
    updates = cells(db, "A2")
    db.execute("update changes set suspect = 'lost' where words_added > 2")
    found = cells(db, "A7")
    assert found["", "all", "undated"] == (1, 100.0)
    assert ("", "2015-H2", "undated") not in found
    assert cells(db, "A2") == updates


def test_each_text_is_read_once_in_whatever_process(db: Database) -> None:
    plant(db, shops=3)
    expected, asked = compute.report(db), []

    def spread(function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
        for thing in things:
            asked.append(pickle.dumps(thing))
            yield pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(function))(thing)))

    assert compute.report(db, spread=spread) == expected
    (texts,) = db.execute("select count(*) from texts").fetchone()
    assert len(asked) == len(set(asked)) == texts
